//! `namePrefix` and `nameSuffix`.

use object::Value;

use super::{Boxed, Context, Transformer, field_specs, read_config};
use crate::error::Error;
use crate::field_spec::{FieldSpec, Missing, set_scalar};
use crate::id::Gvk;
use crate::resource::{Resource, scalar_text};
use crate::resources::Resources;

/// At which end of the name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Front,
    Back,
}

/// Adds a text to names.
pub(crate) struct Affix {
    pub end: End,
    pub text: String,
    pub specs: Vec<FieldSpec>,
}

/// Kinds whose names mean something outside the build.
const SKIPPED: [Gvk<'static>; 3] = [
    Gvk { group: "", version: "", kind: "CustomResourceDefinition" },
    Gvk { group: "apiregistration.k8s.io", version: "", kind: "APIService" },
    Gvk { group: "", version: "", kind: "Namespace" },
];

impl Transformer for Affix {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        resources.budget.spend_each(self.text.len(), resources.items().len())?;
        resources.items_mut().iter_mut().try_for_each(|resource| self.rename(resource))
    }
}

impl Affix {
    fn rename(&self, resource: &mut Resource) -> Result<(), Error> {
        if SKIPPED.iter().any(|selector| resource.original_id().gvk.is_selected_by(*selector)) {
            return Ok(());
        }
        for spec in &self.specs {
            if !resource.original_id().gvk.is_selected_by(spec.gvk()) {
                continue;
            }
            if spec.path == "metadata/name" && !self.text.is_empty() {
                let affixes = if self.end == End::Front { &mut resource.prefixes } else { &mut resource.suffixes };
                affixes.push(self.text.clone());
                resource.remember_id();
            }
            spec.visit(&mut resource.value, Missing::Scalar, &mut |value| {
                let name = scalar_text(value);
                let name = if self.end == End::Front { format!("{}{name}", self.text) } else { format!("{name}{}", self.text) };
                set_scalar(value, name.into())
            })?;
        }
        Ok(())
    }
}

/// Prefix and suffix in one.
struct Both(Affix, Affix);

impl Transformer for Both {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        self.0.transform(resources)?;
        self.1.transform(resources)
    }
}

fn read(config: &Value, end: End) -> Result<Affix, Error> {
    let field = if end == End::Front { "prefix" } else { "suffix" };
    if config.get("fieldSpecs").is_none_or(Value::is_null) {
        return Err(Error::build("fieldSpecs is not expected to be nil").at_field("fieldSpecs"));
    }
    read_config(config, |fields| Affix { end, text: fields.text(field), specs: field_specs(fields) })
}

/// Makes the prefix transformer from a configuration object.
pub(super) fn prefix_from_config(config: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    Ok(Box::new(read(config, End::Front)?))
}

/// Makes the suffix transformer from a configuration object.
pub(super) fn suffix_from_config(config: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    Ok(Box::new(read(config, End::Back)?))
}

/// Makes a transformer of both from a configuration object.
pub(super) fn both_from_config(config: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    Ok(Box::new(Both(read(config, End::Front)?, read(config, End::Back)?)))
}
