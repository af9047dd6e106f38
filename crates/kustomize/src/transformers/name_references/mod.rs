//! Names of resources inside other resources, changed to what those resources are called in the end.
//!
//! Cost: every field of the configuration is looked for in the resources of its kind; the resource that a name means is found
//! through an index of earlier names, so a build of n resources does not compare n × n names.

mod parties;
mod search;

use std::collections::{BTreeMap, HashSet};

use object::Value;

use crate::config::Config;
use crate::error::Error;
use crate::field_spec::{FieldSpec, Missing};
use crate::id::Gvk;
use crate::resource::Resource;
use crate::resources::Resources;
use crate::spelling;

use parties::{Candidates, Referrer, subject_namespaces};
use search::Search;

/// Changes every name in every field that the configuration lists.
pub(crate) fn fix(resources: &mut Resources, config: &Config) -> Result<(), Error> {
    for resource in resources.items() {
        subject_namespaces(resource)?;
    }
    // Where nothing was renamed no name is found, but the walk still refuses what it cannot walk through.
    let is_renamed = resources.items().iter().any(|resource| !resource.previous.is_empty());
    let candidates = Candidates::new(if is_renamed { resources.items() } else { &[] });
    let kinds: HashSet<String> = resources.items().iter().map(|resource| resource.original_id().gvk.kind.to_owned()).collect();
    let references = config.references(&kinds.iter().map(String::as_str).collect());
    let mut by_kind: BTreeMap<&str, Vec<(Gvk<'_>, &FieldSpec)>> = BTreeMap::new();
    for reference in references.iter() {
        for spec in &reference.referrers {
            by_kind.entry(&spec.kind).or_default().push((reference.target(), spec));
        }
    }
    for resource in resources.items_mut() {
        let kind = resource.original_id().gvk.kind.to_owned();
        let mut wanted: Vec<(Gvk<'_>, &FieldSpec)> = Vec::new();
        wanted.extend(by_kind.get("").into_iter().flatten());
        wanted.extend(by_kind.get(kind.as_str()).filter(|_| !kind.is_empty()).into_iter().flatten());
        wanted.retain(|(_, spec)| resource.original_id().gvk.is_selected_by(spec.gvk()));
        if !wanted.is_empty() {
            fix_one(resource, &wanted, &candidates)?;
        }
    }
    Ok(())
}

fn fix_one(resource: &mut Resource, wanted: &[(Gvk<'_>, &FieldSpec)], candidates: &Candidates) -> Result<(), Error> {
    check_version(resource)?;
    let referrer = Referrer::new(resource)?;
    for (target, spec) in wanted {
        let search = Search { referrer: &referrer, target: *target, is_role: spec.path.ends_with("roleRef/name"), candidates };
        let would_change = |value: &Value| candidates.would_change(value);
        spec.visit_any_kind(&mut resource.value, Missing::Skip, &would_change, &mut |value| search.set(value)).map_err(|error| {
            let error = error.context(format_args!("updating name reference in '{}' field of '{}'", spec.path, referrer.id));
            error.of_object(&referrer.id).in_file(&resource.place.file).at_line(resource.place.line)
        })?;
    }
    Ok(())
}

/// The reference compares the version of the object with its own reading of it, which drops a group without a name and, unless
/// nothing was written at all, takes a null for a text.
fn check_version(resource: &Resource) -> Result<(), Error> {
    let written = resource.value.get("apiVersion");
    let is_blank = || spelling::is_one_of(&resource.blanks, &["apiVersion".to_owned()]);
    let read = match written {
        Some(Value::String(text)) => text.strip_prefix('/'),
        Some(Value::Null) if !is_blank() => Some("null"),
        _ => None,
    };
    let Some(read) = read else { return Ok(()) };
    let message = format!("node-referrerOriginal 'APIVersion' mismatch '{}' != '{read}'", resource.api_version());
    let error = Error::build(message).at_field("apiVersion").of_object(resource.id());
    let error = error.in_file(&resource.place.file).at_line(resource.place.line);
    Err(error.hint("write a version such as `v1`, or a group and a version such as `apps/v1`"))
}
