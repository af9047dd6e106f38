//! Transformers: what changes resources. One file each; those that a configuration object may ask for are registered in [`ALL`].

pub(crate) mod affix;
pub(crate) mod annotations;
pub(crate) mod hash;
pub(crate) mod images;
pub(crate) mod labels;
pub(crate) mod name_references;
pub(crate) mod namespace;
pub(crate) mod patch;
pub(crate) mod patch_json6902;
pub(crate) mod patch_strategic_merge;
pub(crate) mod replacements;
pub(crate) mod replicas;
pub(crate) mod sort_order;
mod value_add;
pub(crate) mod variables;

use std::sync::Arc;

use object::Value;

use crate::error::{Error, Errors};
use crate::field_spec::FieldSpec;
use crate::fields::{Faults, Fields, Reading};
use crate::kustomization::read_field_spec;
use crate::loader::Loader;
use crate::merge::Schema;
use crate::resource::Resource;
use crate::resources::Resources;
use crate::scope::Scopes;

/// A configured transformer.
pub(crate) trait Transformer {
    /// Changes the resources.
    fn transform(&self, resources: &mut Resources) -> Result<(), Error>;

    /// Whether it will merge any of these resources by the schema of kinds.
    fn uses_schema(&self, _resources: &Resources) -> bool {
        false
    }
}

/// What the making of a transformer may use.
pub(crate) struct Context<'a> {
    /// Reads files relative to the Kustomization.
    pub loader: &'a Loader<'a>,
    /// Merge keys of kinds.
    pub schema: &'a Schema,
    /// Scopes of kinds beyond the built-in ones.
    pub scopes: Option<&'a Arc<Scopes>>,
}

impl Context<'_> {
    /// Reads the patches of a text.
    fn patches(&self, text: &str, file: &str) -> Result<Vec<Resource>, Error> {
        let mut patches = crate::read::resources(text, file).map_err(Errors::into_first)?;
        patches.iter_mut().for_each(|patch| patch.scopes = self.scopes.cloned());
        Ok(patches)
    }
}

/// A transformer ready to run.
pub(crate) type Boxed = Box<dyn Transformer>;

/// Makes a transformer from its configuration object.
pub(crate) type FromConfig = fn(&Value, &Context<'_>) -> Result<Boxed, Error>;

/// The built-in transformers by the kind of their configuration. One line registers one file.
pub(crate) const ALL: &[(&str, FromConfig)] = &[
    ("AnnotationsTransformer", annotations::from_config),
    ("HashTransformer", hash::from_config),
    ("ImageTagTransformer", images::from_config),
    ("LabelTransformer", labels::from_config),
    ("NamespaceTransformer", namespace::from_config),
    ("PatchJson6902Transformer", patch_json6902::from_config),
    ("PatchStrategicMergeTransformer", patch_strategic_merge::from_config),
    ("PatchTransformer", patch::from_config),
    ("PrefixSuffixTransformer", affix::both_from_config),
    ("PrefixTransformer", affix::prefix_from_config),
    ("SuffixTransformer", affix::suffix_from_config),
    ("ReplacementTransformer", replacements::from_config),
    ("ReplicaCountTransformer", replicas::from_config),
    ("ValueAddTransformer", value_add::from_config),
];

/// Reads fields of a configuration object; fields that nobody asks for are allowed.
fn read_config<T>(config: &Value, read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> Result<T, Error> {
    let mut faults = Faults::new(Reading::Allow);
    let result = read(&mut Fields::new(config, "", &mut faults));
    faults.check_first().map(|()| result)
}

/// The `fieldSpecs` of a configuration object.
fn field_specs(fields: &mut Fields<'_, '_>) -> Vec<FieldSpec> {
    fields.list("fieldSpecs", read_field_spec)
}
