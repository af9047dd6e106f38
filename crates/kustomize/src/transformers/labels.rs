//! `labels` and `commonLabels`: labels on objects, and where asked on selectors and templates.

use object::Value;

use super::annotations::Texts;
use super::{Boxed, Context, field_specs, read_config};
use crate::config::{Config, List, merge_specs};
use crate::error::Error;
use crate::field_spec::FieldSpec;
use crate::id::Gvk;
use crate::kustomization::Label;

/// Makes the transformer of one entry of `labels`.
pub(crate) fn of_entry(label: &Label, config: &Config) -> Result<Boxed, Error> {
    let failed = |error: Error| error.context("failed to merge labels");
    let mut specs = label.fields.clone();
    let mut add = |more: &[FieldSpec]| merge_specs(&mut specs, more).map_err(failed);
    add(&config.specs(List::Labels))?;
    if label.include_selectors {
        add(&config.specs(List::CommonLabels))?;
    } else {
        if label.include_templates {
            add(&config.specs(List::TemplateLabels))?;
        }
        if label.include_volume_claim_templates {
            add(&config.specs(List::VolumeClaimTemplateLabels))?;
        }
        add(&[FieldSpec::new(Gvk::default(), "metadata/labels", true)])?;
    }
    Ok(Box::new(Texts { texts: label.pairs.clone(), specs }))
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    let texts = read_config(config, |fields| Texts { texts: fields.text_map("labels"), specs: field_specs(fields) })?;
    Ok(Box::new(texts))
}
