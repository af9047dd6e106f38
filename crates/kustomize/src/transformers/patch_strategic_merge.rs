//! `patchesStrategicMerge`, the older form: each entry is a patch or the path of one.

use object::Value;

use super::patch::merge_at;
use super::{Boxed, Context, Transformer, read_config};
use crate::error::{Error, ErrorKind};
use crate::merge::Schema;
use crate::resource::Resource;
use crate::resources::Resources;

/// The patches, read.
pub(crate) struct MergePatches {
    patches: Vec<Resource>,
    schema: Schema,
}

impl MergePatches {
    /// Reads all entries.
    pub fn new(entries: &[String], context: &Context<'_>) -> Result<MergePatches, Error> {
        let mut patches = Vec::new();
        for entry in entries {
            match context.patches(entry, "") {
                Ok(inline) => patches.extend(inline),
                Err(_) => {
                    let file = crate::files::join(context.loader.root(), entry);
                    patches.extend(context.patches(&context.loader.read_text(entry)?, &file)?);
                }
            }
        }
        if patches.is_empty() {
            return Err(Error::new(ErrorKind::Malformed, format!("patch appears to be empty; files=[{}], Patch=", entries.join(" "))));
        }
        Ok(MergePatches { patches, schema: context.schema.clone() })
    }
}

impl Transformer for MergePatches {
    fn uses_schema(&self, _resources: &Resources) -> bool {
        true
    }

    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        for patch in &self.patches {
            let found = resources.one_with_any_id(&patch.original_id());
            let at = found.map_err(|error| error.in_file(&patch.place.file).at_line(patch.place.line))?;
            merge_at(&[at], patch, &self.schema, resources)?;
        }
        Ok(())
    }
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, context: &Context<'_>) -> Result<Boxed, Error> {
    let (mut entries, patches) = read_config(config, |fields| (fields.texts("paths"), fields.text("patches")))?;
    if entries.is_empty() && patches.is_empty() {
        return Err(Error::new(ErrorKind::Malformed, "empty file path and empty patch content"));
    }
    entries.extend(Some(patches).filter(|patches| !patches.is_empty()));
    Ok(Box::new(MergePatches::new(&entries, context)?))
}
