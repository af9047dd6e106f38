//! A whole build: the root accumulated, then the steps that come once, then the order and the last touches.

use std::collections::BTreeSet;
use std::sync::Arc;

use object::Value;

use crate::cache::Cache;
use crate::error::{Error, Errors};
use crate::files::Files;
use crate::kustomization::Kustomization;
use crate::loader::Loader;
use crate::options::{Options, Reorder};
use crate::origin::{self, Origin};
use crate::parallel;
use crate::resource::{ORIGIN_ANNOTATION, Resource, TRANSFORMATIONS_ANNOTATION};
use crate::resources::Resources;
use crate::shared::Shared;
use crate::shared_value::SharedValue;
use crate::target::{Accumulator, Target};
use crate::transformers::hash::HashSuffix;
use crate::transformers::{Transformer, name_references, sort_order, variables};
use crate::watch::Watch;

/// Objects of this annotation configure the build and are not part of its result.
const LOCAL_CONFIG_ANNOTATION: &str = "config.kubernetes.io/local-config";
/// Objects of about so many bytes are printed before they are handed out.
const PRINTED_AHEAD_BYTES: usize = 2 << 20;
const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "kustomize-v5.8.2");

/// One object of a result, and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// The object.
    pub value: SharedValue,
    /// The file it was read from; empty for generated objects.
    pub file: Arc<str>,
    /// The line in that file, from 1; 0 for generated objects.
    pub line: usize,
}

/// Builds the Kustomization at `root` of a tree.
///
/// Shape: objects in the order the reference prints them. Limits: [`crate::Limits`]. Errors: everything the reference refuses,
/// and what never happens here: plugins, charts, fetching. Cost: near linear in the bytes read and the objects made.
/// Source: the behaviour of kustomize v5.8.
pub fn build(files: &dyn Files, root: &str, options: &Options) -> Result<Vec<Built>, Errors> {
    run(files, root, options, None, &mut |_| {})
}

/// As [`build()`]; `warn` is called with what the reference prints to standard error: deprecated fields of the root.
pub fn build_warned(files: &dyn Files, root: &str, options: &Options, warn: Warn<'_>) -> Result<Vec<Built>, Errors> {
    run(files, root, options, None, warn)
}

/// As [`build`], with memory between builds.
pub fn build_cached(files: &dyn Files, root: &str, options: &Options, cache: &Cache) -> Result<Vec<Built>, Errors> {
    run(files, root, options, Some(cache), &mut |_| {})
}

/// What is done with a warning.
pub type Warn<'a> = &'a mut dyn FnMut(&str);

/// The objects as text: YAML documents with `---` between them, keys sorted.
pub fn print(objects: &[Built]) -> String {
    documents(objects).collect()
}

/// The pieces of [`print`], one for each object, so that the whole text need not be held.
pub fn documents(objects: &[Built]) -> impl Iterator<Item = String> {
    objects.iter().enumerate().map(document)
}

/// As [`documents`], with up to `threads_max` threads where the objects are many or large. Only a few texts are held at a time.
pub fn documents_beside(objects: &[Built], threads_max: usize) -> impl Iterator<Item = String> {
    let mut numbered = objects.iter().enumerate().peekable();
    std::iter::from_fn(move || {
        numbered.peek()?;
        let mut bytes = 0;
        let mut part = Vec::new();
        while let Some(object) = numbered.next_if(|_| bytes < PRINTED_AHEAD_BYTES) {
            let weight = crate::budget::weight(&object.1.value);
            bytes += weight;
            part.push((weight, object));
        }
        Some(parallel::map(part, threads_max, document))
    })
    .flatten()
}

fn document((index, object): (usize, &Built)) -> String {
    format!("{}{}", if index > 0 { "---\n" } else { "" }, yaml::to_string(&object.value))
}

/// The objects as one text each, with the file names that the reference gives them: group, version, kind and name, and the
/// namespace in front where there is more than one.
pub fn print_apart(objects: &[Built]) -> Vec<(String, String)> {
    let resource = |built: &Built| Resource { value: built.value.clone(), ..Resource::default() };
    let resources: Vec<Resource> = objects.iter().map(resource).collect();
    let namespaced = resources.iter().filter(|resource| !resource.is_cluster_scoped());
    let namespaces: BTreeSet<String> = namespaced.map(|resource| resource.id().effective_namespace().to_owned()).collect();
    let name = |resource: &Resource| {
        let (gvk, id) = (resource.gvk(), resource.id());
        let namespace = if namespaces.len() > 1 && !resource.is_cluster_scoped() { id.effective_namespace() } else { "" };
        let parts = [namespace, gvk.group, gvk.version, gvk.kind, &id.name];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}.yaml", parts.join("_").to_lowercase())
    };
    resources.iter().map(|resource| (name(resource), yaml::to_string(&resource.value))).collect()
}

fn run(files: &dyn Files, root: &str, options: &Options, cache: Option<&Cache>, warn: Warn<'_>) -> Result<Vec<Built>, Errors> {
    let watch = cache.map(Watch::new);
    let watch = watch.as_ref();
    let shared = Shared::new(files, options, cache, watch);
    let mut target = Target::load(Loader::new(files, root, options, watch)?, &shared)?;
    target.kustomization.deprecations.iter().for_each(|warning| warn(warning));
    shared.set_openapi(&target).map_err(|error| target.here(error))?;
    if !target.kustomization.build_metadata.is_empty() {
        target.record_origins(Origin::default());
    }
    let gathered = target.accumulate(Accumulator::default())?;
    let resources = finish(gathered).map_err(|error| target.here(error))?;
    resources.items().iter().try_for_each(crate::misfits::check)?;
    Ok(present(order(resources, &target.kustomization, options)?, &target.kustomization, options))
}

/// The steps that come once: hashes, then names, then variables, then dropping what is local.
fn finish(gathered: Accumulator) -> Result<Resources, Error> {
    let Accumulator { mut resources, config, vars } = gathered;
    HashSuffix.transform(&mut resources)?;
    name_references::fix(&mut resources, &config)?;
    variables::resolve(&vars, &mut resources, &config)?;
    for resource in resources.items() {
        crate::read::check(&resource.value)
            .map_err(|error| error.in_file(&resource.place.file).at_line(resource.place.line).context("after all transformers"))?;
    }
    drop_local(&mut resources);
    Ok(resources)
}

/// Drops what is local, unless something that is not has the same identity: the reference drops by identity.
fn drop_local(resources: &mut Resources) {
    if !resources.items().iter().any(is_local) {
        return;
    }
    let kept = resources.items().iter().filter(|resource| !is_local(resource));
    let kept: BTreeSet<u64> = kept.map(|resource| resource.id().fingerprint()).collect();
    resources.items_mut().retain(|resource| !is_local(resource) || kept.contains(&resource.id().fingerprint()));
}

fn is_local(resource: &Resource) -> bool {
    resource.texts("annotations").any(|(key, text)| key == LOCAL_CONFIG_ANNOTATION && text != "false")
}

fn order(mut resources: Resources, kustomization: &Kustomization, options: &Options) -> Result<Vec<Resource>, Error> {
    match (&kustomization.sort_options, options.reorder) {
        (Some(sort_options), _) => sort_order::sort(&mut resources, sort_options)?,
        (None, Reorder::Legacy) => sort_order::sort_legacy(&mut resources),
        (None, Reorder::None) => {}
    }
    Ok(resources.into_items())
}

/// The last touches: the managed-by label, and annotations as texts with the records that were asked for.
fn present(resources: Vec<Resource>, kustomization: &Kustomization, options: &Options) -> Vec<Built> {
    let asks_for = |word: &str| kustomization.build_metadata.iter().any(|other| other == word);
    let marks = Marks {
        origin: asks_for("originAnnotations"),
        transformations: asks_for("transformerAnnotations"),
        managed_by: options.add_managed_by_label || asks_for("managedByLabel"),
    };
    resources.into_iter().map(|resource| marks.apply(resource)).collect()
}

struct Marks {
    origin: bool,
    transformations: bool,
    managed_by: bool,
}

impl Marks {
    fn apply(&self, mut resource: Resource) -> Built {
        if self.managed_by {
            let (key, text) = MANAGED_BY;
            let labels = resource.metadata_mut().entry("labels").or_insert(Value::Null);
            crate::resource::mapping(labels).insert(key.to_owned(), text.into());
        }
        self.annotate(&mut resource);
        Built { value: resource.value, file: resource.place.file, line: resource.place.line }
    }

    fn annotate(&self, resource: &mut Resource) {
        let origin = resource.origin.take().filter(|_| self.origin).map(|origin| origin.text());
        let transformations = std::mem::take(&mut resource.transformations);
        if origin.is_none() && !self.transformations && has_plain_annotations(resource) {
            return;
        }
        let metadata = resource.metadata_mut();
        let annotations = crate::resource::mapping(metadata.entry("annotations").or_insert(Value::Null));
        for value in annotations.values_mut().filter(|value| !value.is_string()) {
            *value = crate::resource::scalar_text(value).into_owned().into();
        }
        for key in [ORIGIN_ANNOTATION, TRANSFORMATIONS_ANNOTATION] {
            annotations.remove(key);
        }
        if let Some(text) = origin {
            annotations.insert(ORIGIN_ANNOTATION.to_owned(), text.into());
        }
        if self.transformations && !transformations.is_empty() {
            annotations.insert(TRANSFORMATIONS_ANNOTATION.to_owned(), origin::list_text(&transformations).into());
        }
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
}

/// Whether the annotations can stay as they are.
fn has_plain_annotations(resource: &Resource) -> bool {
    match resource.metadata("annotations") {
        None => true,
        Some(Value::Object(map)) => {
            !map.is_empty()
                && map.iter().all(|(key, value)| value.is_string() && key != ORIGIN_ANNOTATION && key != TRANSFORMATIONS_ANNOTATION)
        }
        Some(_) => false,
    }
}
