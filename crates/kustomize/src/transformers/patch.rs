//! `patches`: strategic merge or JSON patches, on the resource they name or on everything a target selects.

use object::Value;

use super::{Boxed, Context, Transformer, read_config};
use crate::budget::{Budget, weight};
use crate::error::{Error, ErrorKind};
use crate::json_patch::{self, Operation};
use crate::kustomization::{Patch, Selector, patch_of};
use crate::merge::{Schema, merge};
use crate::resource::Resource;
use crate::resources::Resources;
use crate::selector::select;
use crate::{marks, misfits, spelling};

/// One entry, read.
pub(crate) struct ApplyPatch {
    target: Option<Selector>,
    schema: Schema,
    /// The entry's text or path, for messages.
    source: String,
    content: Content,
}

enum Content {
    Merge(Vec<Resource>),
    Json(Vec<Operation>),
}

impl ApplyPatch {
    /// Reads the patch of an entry.
    pub fn new(patch: &Patch, context: &Context<'_>) -> Result<ApplyPatch, Error> {
        let inline = patch.patch.trim();
        let (text, source, file) = match (inline, patch.path.as_str()) {
            ("", "") => return Err(faulty("must specify one of patch and path in", patch)),
            ("", path) => {
                let failed = |error: Error| error.context(format_args!("failed to get the patch file from path({path})"));
                let text = context.loader.read_text(path).map_err(failed)?.into_owned();
                (text, format!("[path: {path:?}]"), crate::files::join(context.loader.root(), path))
            }
            (text, "") => (text.to_owned(), format!("[patch: {text:?}]"), String::new()),
            _ => return Err(faulty("patch and path can't be set at the same time", patch)),
        };
        let content = content_of(&text, &source, &file, context)?;
        let content = match content {
            Content::Merge(patches) => Content::Merge(patches.into_iter().map(|resource| allow(resource, patch)).collect()),
            json => json,
        };
        Ok(ApplyPatch { target: patch.target.clone(), schema: context.schema.clone(), source, content })
    }
}

fn faulty(what: &str, patch: &Patch) -> Error {
    let shown = [("path", &patch.path), ("patch", &patch.patch)].map(|(name, text)| format!("{name}: {text}"));
    Error::new(ErrorKind::Malformed, format!("{what}\n{}", shown.join("\n"))).hint("give either `path` or `patch`")
}

fn allow(mut resource: Resource, patch: &Patch) -> Resource {
    resource.allow_name_change |= patch.allow_name_change;
    resource.allow_kind_change |= patch.allow_kind_change;
    resource
}

/// Decides which kind of patch a text is: it must read as exactly one of the two.
fn content_of(text: &str, source: &str, file: &str, context: &Context<'_>) -> Result<Content, Error> {
    let merge = context.patches(text, file);
    let json = json_patch::parse(text);
    match (merge, json) {
        (Ok(merge), Ok(json)) if !merge.is_empty() && !json.is_empty() => {
            Err(Error::new(ErrorKind::Malformed, format!("illegally qualifies as both an SM and JSON patch: {source}")))
        }
        (Ok(merge), _) => Ok(Content::Merge(merge)),
        (Err(_), Ok(json)) => Ok(Content::Json(json)),
        (Err(merge), Err(json)) => {
            let why = format!("as a strategic merge patch: {}; as a JSON patch: {}", merge.message, json.message);
            let error = Error::new(ErrorKind::Malformed, format!("unable to parse SM or JSON patch from {source}")).hint(why);
            Err(error.in_file(file).at_line(merge.line))
        }
    }
}

impl Transformer for ApplyPatch {
    fn uses_schema(&self, resources: &Resources) -> bool {
        let selects_any = |target| select(resources, target).is_ok_and(|found| !found.is_empty());
        matches!(self.content, Content::Merge(_)) && self.target.as_ref().is_none_or(selects_any)
    }

    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        match (&self.content, &self.target) {
            (Content::Merge(patches), Some(target)) => self.merge_into_target(patches, target, resources),
            (Content::Merge(patches), None) => patches.iter().try_for_each(|patch| self.merge_by_name(patch, resources)),
            (Content::Json(_), None) => Err(Error::build(format!("must specify a target for JSON patch {}", self.source))
                .hint("add `target` with at least a kind and a name")),
            (Content::Json(operations), Some(target)) => {
                for at in select(resources, target)? {
                    let mut budget = resources.budget;
                    resources.items_mut()[at].remember_id();
                    patch_json(&mut resources.items_mut()[at], operations, &mut budget)?;
                    resources.budget = budget;
                }
                Ok(())
            }
        }
    }
}

impl ApplyPatch {
    fn merge_into_target(&self, patches: &[Resource], target: &Selector, resources: &mut Resources) -> Result<(), Error> {
        let patch = match patches {
            [] => return Ok(()),
            [patch] => patch,
            _ => {
                let message = "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field";
                return Err(
                    Error::build(format!("{message}: {}", self.source)).hint("give each patch an entry of its own, or drop `target`")
                );
            }
        };
        merge_at(&select(resources, target)?, patch, &self.schema, resources)
    }

    fn merge_by_name(&self, patch: &Resource, resources: &mut Resources) -> Result<(), Error> {
        let id = patch.original_id();
        let failed = |error: Error| {
            error
                .context(format_args!("no resource matches strategic merge patch \"{id}\""))
                .in_file(&patch.place.file)
                .at_line(patch.place.line)
        };
        let at = resources.one_with_any_id(&id).map_err(failed)?;
        merge_patch(&mut resources.items_mut()[at], patch, said_by_name(patch), &self.schema)
    }
}

/// What a patch says to the resource it names: a null annotation removes one, unless options made the annotations texts.
fn said_by_name(patch: &Resource) -> Value {
    let mut value = patch.value.clone().into_value();
    if patch.allow_name_change || patch.allow_kind_change {
        spelling::make_texts(&mut value, "annotations", &patch.written);
    } else {
        spelling::restore_nulls(&mut value, &patch.written);
    }
    value
}

/// Whether what a patch says takes all annotations away, the reference's records among them.
fn wipes_annotations(said: &Value) -> bool {
    let annotations = said.get("metadata").and_then(|metadata| metadata.get("annotations"));
    let directive = annotations.and_then(|annotations| annotations.get("$patch")).and_then(Value::as_str);
    annotations.is_some_and(Value::is_null) || matches!(directive, Some("delete" | "replace"))
}

/// Applies one patch to the resources at these positions, whatever the patch is called. Its labels and annotations are texts.
pub(super) fn merge_at(positions: &[usize], patch: &Resource, schema: &Schema, resources: &mut Resources) -> Result<(), Error> {
    let mut said = patch.value.clone().into_value();
    for field in ["labels", "annotations"] {
        spelling::make_texts(&mut said, field, &patch.written);
    }
    resources.budget.spend_each(weight(&said), positions.len())?;
    for at in positions {
        let resource = &mut resources.items_mut()[*at];
        let mut value = said.clone();
        value["apiVersion"] = resource.api_version().into();
        merge_patch(resource, patch, value, schema)?;
    }
    resources.drop_deleted();
    resources.check_unique()
}

/// Merges and puts back what a patch may not change: name and kind unless allowed, the namespace always.
fn merge_patch(resource: &mut Resource, patch: &Resource, value: Value, schema: &Schema) -> Result<(), Error> {
    let id = resource.id();
    let (namespace, kind) = (id.namespace.clone().into_owned(), resource.kind().to_owned());
    let shown = id.to_string();
    let name = resource.metadata("name").cloned();
    if patch.allow_name_change || patch.allow_kind_change {
        resource.remember_id();
    }
    if value.get("$patch").is_none_or(|directive| directive != "replace") {
        // A patch that replaces the whole is not walked over.
        spelling::drop_blanks(&mut resource.value, &std::mem::take(&mut resource.blanks), schema);
    }
    let is_remembered = !resource.misfits.is_empty() || !resource.untyped.is_empty();
    let marked = marks::put_all(resource);
    let merged = merge(&mut resource.value, &value, schema);
    if is_remembered {
        marks::find(resource, &marked);
    }
    if !merged.map_err(|error| error.in_file(&patch.place.file).at_line(patch.place.line).of_object(shown))? {
        resource.value = Value::Null.into();
        return Ok(());
    }
    if wipes_annotations(&value) {
        resource.forget();
    }
    if !patch.allow_kind_change {
        resource.set_kind(&kind);
    }
    if !patch.allow_name_change {
        resource.metadata_mut().insert("name".to_owned(), name.unwrap_or_else(|| "".into()));
    }
    resource.set_namespace(&namespace);
    Ok(())
}

/// Applies JSON patch operations to one resource.
pub(super) fn patch_json(resource: &mut Resource, operations: &[Operation], budget: &mut Budget) -> Result<(), Error> {
    // From here on the object is JSON, where every scalar has a type.
    misfits::check(resource)?;
    (resource.misfits, resource.untyped) = Default::default();
    if resource.has_records() {
        let annotations = resource.metadata_mut().entry("annotations").or_insert(Value::Null);
        crate::resource::mapping(annotations);
    }
    spelling::read_annotations(&mut resource.value, &resource.written);
    let shown = resource.id().to_string();
    json_patch::apply(&mut resource.value, operations, budget).map_err(|error| error.of_object(shown))?;
    // What the library hands back is JSON, where a blank is a null that somebody wrote.
    resource.blanks.clear();
    if operations.iter().any(|operation| operation.overwrites("/metadata/annotations")) {
        // The reference keeps its records in annotations, so a patch that overwrites all of them overwrites the records too.
        resource.origin = None;
        resource.transformations.clear();
    }
    Ok(())
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, context: &Context<'_>) -> Result<Boxed, Error> {
    Ok(Box::new(ApplyPatch::new(&read_config(config, patch_of)?, context)?))
}
