//! Transformer configuration: which fields of which kinds each transformer touches, built in and added by the user.

mod crds;
mod defaults;

use std::sync::Arc;

use object::Value;

use crate::error::{Error, ErrorKind, Errors};
use crate::field_spec::FieldSpec;
use crate::fields::{Faults, Fields};
use crate::id::Gvk;
use crate::kustomization::read_field_spec;

pub(crate) use crds::from_crds;

/// The lists of fields there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    NamePrefix,
    NameSuffix,
    Namespace,
    CommonLabels,
    Labels,
    TemplateLabels,
    VolumeClaimTemplateLabels,
    CommonAnnotations,
    VarReference,
    Images,
    Replicas,
}

/// Every list with the name it has in a configuration file.
const LISTS: [(List, &str); 11] = [
    (List::NamePrefix, "namePrefix"),
    (List::NameSuffix, "nameSuffix"),
    (List::Namespace, "namespace"),
    (List::CommonLabels, "commonLabels"),
    (List::Labels, "labels"),
    (List::TemplateLabels, "templateLabels"),
    (List::VolumeClaimTemplateLabels, "volumeClaimTemplateLabels"),
    (List::CommonAnnotations, "commonAnnotations"),
    (List::VarReference, "varReference"),
    (List::Images, "images"),
    (List::Replicas, "replicas"),
];

/// A kind that others name, and the fields in which they do.
#[derive(Clone, Debug)]
pub(crate) struct BackReference {
    pub group: String,
    pub version: String,
    pub kind: String,
    pub referrers: Vec<FieldSpec>,
}

impl BackReference {
    /// The kind that is named.
    pub fn target(&self) -> Gvk<'_> {
        Gvk { group: &self.group, version: &self.version, kind: &self.kind }
    }
}

/// What the user added to the built-in lists. The built-in ones are made only when a transformer asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    added: Option<Arc<Added>>,
}

#[derive(Clone, Debug, Default)]
struct Added {
    lists: [Vec<FieldSpec>; LISTS.len()],
    references: Vec<BackReference>,
}

impl Config {
    /// One list: the built-in fields, then the added ones.
    pub fn specs(&self, list: List) -> Result<Vec<FieldSpec>, Error> {
        let mut specs = defaults::specs(list);
        if let Some(added) = &self.added {
            merge_specs(&mut specs, &added.lists[list as usize])?;
        }
        Ok(specs)
    }

    /// Who names whom, built in and added, in the reference's order of kinds.
    pub fn references(&self) -> Result<Vec<BackReference>, Error> {
        let mut references = defaults::references();
        for reference in self.added.iter().flat_map(|added| &added.references) {
            merge_reference(&mut references, reference.clone())?;
        }
        references.sort_by(|a, b| crate::transformers::sort_order::compare_kinds(a.target(), b.target()));
        Ok(references)
    }

    /// Adds what another configuration added.
    pub fn merge(&mut self, other: &Config) -> Result<(), Error> {
        match (&mut self.added, &other.added) {
            (_, None) => {}
            (None, Some(_)) => {
                self.added.clone_from(&other.added);
                self.check()?;
            }
            (Some(mine), Some(theirs)) if Arc::ptr_eq(mine, theirs) => {}
            (Some(mine), Some(theirs)) => {
                let mine = Arc::make_mut(mine);
                for (mine, theirs) in mine.lists.iter_mut().zip(&theirs.lists) {
                    merge_specs(mine, theirs)?;
                }
                for reference in &theirs.references {
                    merge_reference(&mut mine.references, reference.clone())?;
                }
                self.check()?;
            }
        }
        Ok(())
    }

    /// Refuses additions that contradict the built-in lists.
    fn check(&self) -> Result<(), Error> {
        for (list, name) in LISTS {
            self.specs(list).map_err(|error| error.context(format_args!("failed to merge {name} fieldSpec")))?;
        }
        self.references().map(|_| ())
    }

    /// Reads one configuration file.
    pub fn parse(text: &str) -> Result<Config, Errors> {
        let value = yaml::from_str(text).map_err(|error| Error::new(ErrorKind::Malformed, error.to_string()))?;
        let mut faults = Faults::new();
        let mut fields = Fields::new(&value, "", &mut faults);
        let mut added = Added::default();
        for (list, name) in LISTS {
            added.lists[list as usize] = fields.list(name, read_field_spec);
        }
        added.references = fields.list("nameReference", read_reference);
        fields.refuse_unknown();
        Errors::check(faults)?;
        Ok(Config { added: Some(Arc::new(added)) })
    }
}

fn read_reference(value: &Value, path: &str, faults: &mut Faults) -> BackReference {
    let mut fields = Fields::new(value, path, faults);
    let reference = BackReference {
        group: fields.text("group"),
        version: fields.text("version"),
        kind: fields.text("kind"),
        referrers: fields.list("fieldSpecs", read_field_spec),
    };
    fields.refuse_unknown();
    reference
}

/// Adds fields that are not there yet.
pub(crate) fn merge_specs(specs: &mut Vec<FieldSpec>, more: &[FieldSpec]) -> Result<(), Error> {
    for new in more {
        match specs.iter().find(|spec| spec.covers(new)) {
            Some(spec) if spec.create != new.create => {
                let error = Error::build("conflicting fieldspecs").at_field(new.path.clone());
                return Err(error.hint("the field is configured twice, with and without `create: true`"));
            }
            Some(_) => {}
            None => specs.push(new.clone()),
        }
    }
    Ok(())
}

fn merge_reference(references: &mut Vec<BackReference>, new: BackReference) -> Result<(), Error> {
    match references.iter_mut().find(|reference| reference.target() == new.target()) {
        Some(reference) => merge_specs(&mut reference.referrers, &new.referrers),
        None => {
            references.push(new);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_fields_join_the_built_in_ones() {
        let mut config = Config::default();
        let before = config.specs(List::Images).unwrap().len();
        config.merge(&Config::parse("images: [{path: spec/runtime/image, kind: Engine}]").unwrap()).unwrap();
        assert_eq!(config.specs(List::Images).unwrap().len(), before + 1);
    }

    #[test]
    fn contradicting_fields_are_refused() {
        let mut config = Config::default();
        let error = config.merge(&Config::parse("namePrefix: [{path: metadata/name, create: true}]").unwrap()).unwrap_err();
        assert!(error.message.contains("conflicting fieldspecs"), "{error}");
    }

    #[test]
    fn unknown_lists_are_refused() {
        assert!(Config::parse("nameprefixes: []").unwrap_err().to_string().contains("unknown field"));
    }
}
