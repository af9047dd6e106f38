//! Chart and values to manifests and hooks.
//!
//! ```text
//! chart, values -> instance (which charts) -> coalesced values -> schema -> scopes -> templates -> documents, sorted
//! ```
//!
//! Refuses to be: impure. Clock, randomness, keys and the cluster come through [`template::Host`]; a host that answers equally
//! makes an equal render. Begin with [`render`].

mod capabilities;
mod files;
mod glob;
mod manifest;
mod options;
pub mod order;
mod scope;
mod table;

pub use crate::documents::split;
pub use capabilities::{Capabilities, HELM_VERSION, KubeVersion};
pub use manifest::{Hook, HookEvent, Manifest, sort};
pub use options::RenderOptions;
use scope::Renderable;

use std::collections::BTreeMap;

use template::{Host, Render, Value};

use crate::chart::{Chart, Crd, File};
use crate::coalesce::coalesce;
use crate::dependencies::{self, is_compatible};
use crate::documents::is_partial;
use crate::instance::Instance;
use crate::post_render::{self, PostRenderer};
use crate::values::Values;
use crate::{Error, Result, failure, schema};

/// The file whose text is shown to people instead of being applied.
const NOTES: &str = "NOTES.txt";

/// What a chart became.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Everything that is applied, in install order.
    pub manifests: Vec<Manifest>,
    /// Hooks of every event, tests included, in install order. [`Hook::is_test`] tells tests apart.
    pub hooks: Vec<Hook>,
    /// The files of crds/ of the charts that take part, unrendered.
    pub crds: Vec<Crd>,
    /// The notes.
    pub notes: String,
}

impl Rendered {
    /// The hooks that run on request.
    pub fn tests(&self) -> impl Iterator<Item = &Hook> {
        self.hooks.iter().filter(|hook| hook.is_test())
    }

    /// The hooks that run at an event, lowest weight first, then in install order.
    pub fn hooks_at(&self, event: HookEvent) -> Vec<&Hook> {
        let mut hooks: Vec<&Hook> = self.hooks.iter().filter(|hook| hook.events.contains(&event)).collect();
        hooks.sort_by_key(|hook| (hook.weight, hook.manifest.name.as_str()));
        hooks
    }
}

/// Renders a chart with the caller's values.
///
/// Steps: which subcharts take part, values over defaults, schemas, kubeVersion, templates, documents. The first refusal ends it.
/// A chart whose subcharts are switched as before parses no template again.
pub fn render(chart: &Chart, values: &Values, options: &RenderOptions, host: &dyn Host) -> Result<Rendered> {
    render_with(chart, values, options, host, None)
}

/// As [`render`], with a post-renderer that sees manifests and hooks before they are sorted.
pub fn render_with(
    chart: &Chart,
    values: &Values,
    options: &RenderOptions,
    host: &dyn Host,
    post: Option<&PostRenderer<'_>>,
) -> Result<Rendered> {
    check_release_name(&options.release_name)?;
    let instance = dependencies::resolve(chart, values)?;
    let (mut files, crds) = (files(&instance, values, options, host)?, crds(&instance));
    let notes = take_notes(chart.name(), &mut files, options.subchart_notes);
    if let Some(post) = post {
        files = post_render::run(&files, post)?;
    }
    let (manifests, hooks) = manifest::sort_with(&files, options)?;
    Ok(Rendered { manifests, hooks, crds, notes })
}

/// What [`render`] checks before it begins and `helm` checks before it looks at values: an application chart with all its dependencies.
pub fn check_installable(chart: &Chart) -> Result<()> {
    if chart.is_library() {
        return Err(Error::NotInstallable(chart.metadata.kind.clone()));
    }
    let missing = dependencies::missing_dependencies(chart);
    if !missing.is_empty() {
        return Err(Error::MissingDependencies(missing.join(", ")));
    }
    // Helm 4 reads its third format only behind an experiment, and installs none.
    if chart.metadata.api_version == "v3" { Err(Error::Load("invalid chart apiVersion".into())) } else { Ok(()) }
}

/// Every template's output by full name, partials left out.
pub fn files(instance: &Instance<'_>, values: &Values, options: &RenderOptions, host: &dyn Host) -> Result<BTreeMap<String, String>> {
    let templates = parse_order(scope::templates(instance));
    let prepare = || prepare(instance, values, options);
    let (renderables, set) = instance.chart.parsed.get(&templates, options.threads_max, prepare)?;
    let run_options = template::Options { missing_key: Default::default(), lint: options.lint, limits: options.limits.clone() };
    let mut render = Render::new(&set, host, run_options);
    let mut rendered = BTreeMap::new();
    for (name, _) in templates.into_iter().filter(|(name, _)| !is_partial(name)) {
        let text = execute(&mut render, &name, &renderables[&name])?;
        rendered.insert(name, text);
    }
    Ok(rendered)
}

/// What the templates render with; refuses values and clusters that do not fit the chart.
fn prepare(instance: &Instance<'_>, values: &Values, options: &RenderOptions) -> Result<BTreeMap<String, Renderable>> {
    let values = coalesce(instance, values).map_err(Error::Values)?;
    if options.validate_schema {
        schema::validate(instance, &values)?;
    }
    check_kube_version(instance.chart, options)?;
    Ok(scope::renderables(instance, &values, options))
}

fn execute(render: &mut Render<'_>, name: &str, renderable: &Renderable) -> Result<String> {
    let template = [("Name", Value::text(name)), ("BasePath", Value::text(renderable.base_path.as_str()))];
    renderable.scope.set("Template", table::to_value(template.map(|(key, value)| (key.into(), value)).into()));
    let text = render.execute(name, Value::Map(renderable.scope.clone())).map_err(failure::execution)?;
    Ok(if text.contains("<no value>") { text.replace("<no value>", "") } else { text })
}

/// Deeper files first, then names backwards: what stands higher in the tree is parsed later, so its definitions win.
fn parse_order(templates: BTreeMap<String, &File>) -> Vec<(String, &File)> {
    let mut templates: Vec<(String, &File)> = templates.into_iter().collect();
    templates.sort_by_cached_key(|(name, _)| std::cmp::Reverse((name.matches('/').count(), name.clone())));
    templates
}

fn crds(instance: &Instance<'_>) -> Vec<Crd> {
    fn collect(instance: &Instance<'_>, path: &str, crds: &mut Vec<Crd>) {
        crds.extend(instance.chart.own_crds(path));
        for child in &instance.children {
            collect(child, &format!("{path}/charts/{}", child.name), crds);
        }
    }
    let mut crds = Vec::new();
    collect(instance, &instance.name, &mut crds);
    crds
}

/// Takes every notes file out; gives the chart's own, or all of them.
fn take_notes(chart: &str, files: &mut BTreeMap<String, String>, with_subcharts: bool) -> String {
    let own = format!("{chart}/templates/{NOTES}");
    let names: Vec<String> = files.keys().filter(|name| name.ends_with(NOTES)).cloned().collect();
    let taken: Vec<(String, String)> = names.into_iter().filter_map(|name| files.remove_entry(&name)).collect();
    let shown = taken.into_iter().filter(|(name, _)| with_subcharts || *name == own).map(|(_, text)| text);
    shown.collect::<Vec<_>>().join("\n")
}

/// The release name that a template makes. It sees all functions and no values.
pub fn name_from_template(text: &str, host: &dyn Host) -> Result<String> {
    let name = "name-template";
    let set = template::Set::parse([(name, text)]).map_err(|error| failure::parse(&error))?;
    template::execute(&set, name, Value::Nil, host).map_err(failure::execution)
}

fn check_kube_version(chart: &Chart, options: &RenderOptions) -> Result<()> {
    let required = &chart.metadata.kube_version;
    let actual = &options.capabilities.kube_version;
    if required.is_empty() || is_compatible(required, &actual.normalized) {
        return Ok(());
    }
    Err(Error::KubeVersion { required: required.clone(), actual: actual.version.clone() })
}

/// A release name is a DNS subdomain of at most [`crate::limits::RELEASE_NAME_MAX`] characters.
pub fn check_release_name(name: &str) -> Result<()> {
    let is_end = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        is_end(bytes.first()) && is_end(bytes.last()) && bytes.iter().all(|byte| *byte == b'-' || is_end(Some(byte)))
    };
    let reason = if name.is_empty() {
        "no name provided"
    } else if name.len() > crate::limits::RELEASE_NAME_MAX || !name.split('.').all(is_label) {
        "invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length \
         must not be longer than 53"
    } else {
        return Ok(());
    };
    Err(Error::ReleaseName { name: name.to_owned(), reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeper_templates_are_parsed_first() {
        let file = File::new("", b"");
        let names = ["c/templates/a.yaml", "c/charts/d/templates/b.yaml", "c/templates/b.yaml"];
        let order = parse_order(names.map(|name| (name.to_owned(), &file)).into());
        let order: Vec<&str> = order.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(order, ["c/charts/d/templates/b.yaml", "c/templates/b.yaml", "c/templates/a.yaml"]);
    }

    #[test]
    fn release_names_are_dns_names() {
        for name in ["a", "a.b-c", "0"] {
            assert!(check_release_name(name).is_ok(), "{name}");
        }
        for name in ["", "A", "a_b", "-a", "a..b", &"a".repeat(54)] {
            assert!(check_release_name(name).is_err(), "{name}");
        }
    }
}
