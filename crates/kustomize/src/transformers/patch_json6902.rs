//! `patchesJson6902`, the older form: JSON patch operations for what a target selects.

use object::Value;

use super::patch::patch_json;
use super::{Boxed, Context, Transformer, read_config};
use crate::error::{Error, ErrorKind};
use crate::json_patch::{self, Operation};
use crate::kustomization::{Patch, Selector, read_selector};
use crate::resources::Resources;
use crate::selector::select;

/// The operations, read.
pub(crate) struct PatchJson {
    target: Selector,
    operations: Vec<Operation>,
}

impl PatchJson {
    /// Reads an entry.
    pub fn new(patch: &Patch, context: &Context<'_>) -> Result<PatchJson, Error> {
        let faulty = |what: String| Error::new(ErrorKind::Malformed, what);
        let Some(target) = patch.target.clone().filter(|target| !target.name.is_empty()) else {
            return Err(faulty("must specify the target name".to_owned()).at_field("target.name"));
        };
        let text = match (patch.path.as_str(), patch.patch.as_str()) {
            ("", "") => return Err(faulty("empty file path and empty jsonOp".to_owned())),
            ("", text) => text.to_owned(),
            (path, "") => context.loader.read_text(path)?.into_owned(),
            _ => return Err(faulty("must specify a file path or jsonOp, not both".to_owned())),
        };
        if text.is_empty() {
            return Err(faulty(format!("patch file '{}' empty seems to be empty", patch.path)));
        }
        let operations = json_patch::parse(&text).map_err(|error| error.context(format_args!("decoding {text}")))?;
        if operations.is_empty() {
            return Err(faulty(format!("patch appears to be empty; file={}, JsonOp={text}", patch.path)));
        }
        Ok(PatchJson { target, operations })
    }
}

impl Transformer for PatchJson {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        for at in select(resources, &self.target)? {
            let mut budget = resources.budget;
            patch_json(&mut resources.items_mut()[at], &self.operations, &mut budget)?;
            resources.budget = budget;
        }
        Ok(())
    }
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, context: &Context<'_>) -> Result<Boxed, Error> {
    let patch = read_config(config, |fields| Patch {
        target: fields.part("target", read_selector),
        path: fields.text("path"),
        patch: fields.text("jsonOp"),
        ..Patch::default()
    })?;
    Ok(Box::new(PatchJson::new(&patch, context)?))
}
