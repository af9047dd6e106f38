//! `sluice helm template`: renders a chart and prints it as helm does.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use helm::render::split;
use helm::{KubeVersion, RenderOptions, Rendered, chart::path_match};

use super::host::Workstation;
use super::input::{Source, ValueFlags};
use super::verify::VerifyFlags;

/// Threads of a render: more would wait for each other and need more memory.
const THREADS_MAX: usize = 2;

#[derive(clap::Args)]
pub struct Template {
    /// Release name and chart, or the chart alone
    #[arg(value_name = "[NAME] CHART", num_args = 1..=2, required = true)]
    names: Vec<String>,
    #[command(flatten)]
    values: ValueFlags,
    /// Namespace of the release
    #[arg(short, long, default_value = "default", env = "HELM_NAMESPACE")]
    namespace: String,
    /// Kubernetes version that the chart sees
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// API versions that the chart sees besides the built-in ones
    #[arg(short, long, value_name = "VERSION", value_delimiter = ',')]
    api_versions: Vec<String>,
    /// Print the files of crds/ too
    #[arg(long)]
    include_crds: bool,
    /// Leave out test hooks
    #[arg(long)]
    skip_tests: bool,
    /// Leave out all hooks
    #[arg(long)]
    no_hooks: bool,
    /// Do not check values against schemas
    #[arg(long)]
    skip_schema_validation: bool,
    /// Set .Release.IsUpgrade instead of .Release.IsInstall
    #[arg(long)]
    is_upgrade: bool,
    /// Print only what these templates rendered
    #[arg(short, long, value_name = "TEMPLATE", value_delimiter = ',')]
    show_only: Vec<String>,
    /// Write files into this folder instead of standard output
    #[arg(long, value_name = "FOLDER")]
    output_dir: Option<PathBuf>,
    /// Put the release name into the path below --output-dir
    #[arg(long)]
    release_name: bool,
    /// Make up a name from the chart and the time
    #[arg(short, long)]
    generate_name: bool,
    /// Make the name from a template
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,
    #[command(flatten)]
    verify: VerifyFlags,
    /// Refused: nothing is executed
    #[arg(long, value_name = "PROGRAM")]
    post_renderer: Option<String>,
}

pub fn run(command: &Template) -> anyhow::Result<()> {
    if command.post_renderer.is_some() {
        bail!("--post-renderer is refused: Sluice executes no program. Use the `postRenderers` of a HelmRelease, or pipe the output");
    }
    let (name, path) = command.name_and_chart()?;
    let mut options = command.options()?;
    let values = command.values.values()?;
    let path = Path::new(path);
    let mut source = match command.verify.verified(path)? {
        Some(archive) => Source::archive(&archive)?,
        None => Source::open(path)?,
    };
    let chart = source.chart()?;
    helm::check_installable(&chart)?;
    options.release_name = name;
    let rendered = helm::render(&chart, &values, &options, &Workstation);
    source.check()?;
    let rendered = rendered.map_err(told)?;
    match &command.output_dir {
        Some(folder) => command.write(&rendered, &options.release_name, folder),
        None => command.print(&rendered),
    }?;
    // The process ends here: the kernel takes the memory back faster than a walk through all the trees.
    std::mem::forget((source, chart, rendered));
    Ok(())
}

/// A refusal in Helm's layout, once, with the value that was wrong.
fn told(error: helm::Error) -> anyhow::Error {
    let helm::Error::Template { message, source: Some(source) } = &error else { return error.into() };
    let value = source.chain().filter_map(|facts| facts.value.as_deref()).last();
    anyhow::anyhow!("{message}{}", value.map(|value| format!("\n  value: {value}")).unwrap_or_default())
}

/// Path and text of one template's output.
type Part<'a> = (&'a str, Cow<'a, str>);

impl Template {
    fn name_and_chart(&self) -> anyhow::Result<(String, &str)> {
        if let [name, chart] = self.names.as_slice() {
            if self.generate_name || self.name_template.is_some() {
                let flag = if self.generate_name { "--generate-name" } else { "--name-template" };
                bail!("cannot set {flag} and also specify a name");
            }
            return Ok((name.clone(), chart));
        }
        let chart = &self.names[0];
        let name = match &self.name_template {
            Some(text) => helm::render::name_from_template(text, &Workstation)?,
            None => "release-name".into(),
        };
        Ok((name, chart))
    }

    fn options(&self) -> anyhow::Result<RenderOptions> {
        let mut options = RenderOptions {
            namespace: self.namespace.clone(),
            is_install: !self.is_upgrade,
            is_upgrade: self.is_upgrade,
            validate_schema: !self.skip_schema_validation,
            keep_values: false,
            threads_max: THREADS_MAX,
            ..RenderOptions::default()
        };
        if let Some(text) = &self.kube_version {
            let version = KubeVersion::parse(text).map_err(|reason| anyhow::anyhow!("invalid kube version '{text}': {reason}"))?;
            options.capabilities.kube_version = version;
        }
        options.capabilities.api_versions.extend(self.api_versions.iter().cloned());
        Ok(options)
    }

    /// What is shown: path and text, manifests before hooks.
    fn parts<'a>(&self, rendered: &'a Rendered) -> (Vec<Part<'a>>, Vec<Part<'a>>) {
        let crds = rendered.crds.iter().filter(|_| self.include_crds).map(|crd| (crd.source.as_str(), crd.content()));
        let manifests = rendered.manifests.iter().map(|manifest| (manifest.source.as_str(), Cow::Borrowed(manifest.content.as_str())));
        let hooks = rendered.hooks.iter().filter(|hook| !(self.no_hooks || self.skip_tests && hook.is_test()));
        let hooks = hooks.map(|hook| (hook.manifest.source.as_str(), Cow::Borrowed(hook.manifest.content.as_str())));
        (crds.chain(manifests).collect(), hooks.collect())
    }

    fn print(&self, rendered: &Rendered) -> anyhow::Result<()> {
        let (manifests, hooks) = self.parts(rendered);
        let (manifests, hooks) = (sourced(&manifests), sourced(&hooks));
        let parts = [manifests.trim(), "\n", &hooks];
        let shown = if self.show_only.is_empty() { None } else { Some(self.only_shown(&parts.concat())?) };
        let mut output = std::io::stdout().lock();
        let written = match &shown {
            Some(text) => output.write_all(text.as_bytes()),
            None => parts.iter().try_for_each(|part| output.write_all(part.as_bytes())),
        };
        written.context("standard output")
    }

    fn only_shown(&self, text: &str) -> anyhow::Result<String> {
        let mut shown = String::new();
        let documents = split(text);
        for pattern in &self.show_only {
            let matching: Vec<&&str> = documents.iter().filter(|document| comes_from(document, pattern)).collect();
            if matching.is_empty() {
                bail!("could not find template {pattern} in chart");
            }
            matching.into_iter().for_each(|document| shown.push_str(&format!("---\n{document}\n")));
        }
        Ok(shown)
    }

    fn write(&self, rendered: &Rendered, release: &str, folder: &Path) -> anyhow::Result<()> {
        let folder = if self.release_name { folder.join(release) } else { folder.to_path_buf() };
        let (manifests, hooks) = self.parts(rendered);
        let mut written = BTreeSet::new();
        for (source, content) in manifests.into_iter().chain(hooks) {
            let path = folder.join(source);
            fs::create_dir_all(path.parent().expect("a source has a folder"))?;
            let is_first = written.insert(source);
            let mut file = fs::OpenOptions::new().create(true).write(true).append(!is_first).truncate(is_first).open(&path)?;
            write!(file, "---\n# Source: {source}\n{content}\n")?;
            println!("wrote {}", path.display());
        }
        Ok(())
    }
}

fn sourced(parts: &[Part<'_>]) -> String {
    let mut text = String::new();
    for (source, content) in parts {
        // Writing to a String cannot fail.
        let _ = write!(text, "---\n# Source: {source}\n{content}\n");
    }
    text
}

/// Whether the document's `# Source:` line, without the chart's name, matches the pattern.
fn comes_from(document: &str, pattern: &str) -> bool {
    let source = document.lines().find_map(|line| line.split_once("# Source: ")?.1.split_once('/').map(|(_, path)| path));
    source.is_some_and(|path| path_match(pattern, path) == Some(true))
}
