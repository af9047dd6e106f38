//! `commonAnnotations`: annotations on objects and on the pods they make.

use std::collections::BTreeMap;

use object::Value;

use super::{Boxed, Context, Transformer, field_specs, read_config};
use crate::error::Error;
use crate::field_spec::{FieldSpec, Missing, set_entry};
use crate::resources::Resources;

/// Writes texts into mappings: annotations, and labels too.
pub(crate) struct Texts {
    pub texts: BTreeMap<String, String>,
    pub specs: Vec<FieldSpec>,
}

impl Transformer for Texts {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        if self.texts.is_empty() {
            return Ok(());
        }
        let bytes = self.texts.iter().map(|(key, text)| key.len() + text.len()).sum();
        resources.budget.spend_each(bytes, resources.items().len())?;
        for resource in resources.items_mut() {
            for spec in &self.specs {
                let mut set = |value: &mut Value| self.texts.iter().try_for_each(|(key, text)| set_entry(value, key, text));
                spec.visit(&mut resource.value, Missing::Mapping, &mut set)?;
            }
        }
        Ok(())
    }
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    let texts = read_config(config, |fields| Texts { texts: fields.text_map("annotations"), specs: field_specs(fields) })?;
    Ok(Box::new(texts))
}
