//! Transformer configuration: which fields of which kinds each transformer touches, built in and added by the user.

mod crds;
mod defaults;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use object::Value;

use crate::error::{Error, ErrorKind, Errors};
use crate::field_spec::FieldSpec;
use crate::fields::{Faults, Fields, Reading};
use crate::id::Gvk;
use crate::kustomization::read_field_spec;
use crate::transformers::sort_order::sort_by_kind;

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

/// A whole configuration: every list, and who names whom.
///
/// The order in which lists are joined decides what counts: a field for all kinds is not added behind the same field for one
/// kind. So the built-in lists are joined in their place, not kept apart; they are made only where something is joined to them.
#[derive(Clone, Debug, Default)]
pub(crate) enum Config {
    /// Nothing yet.
    #[default]
    Empty,
    /// Exactly the built-in lists.
    BuiltIn,
    /// Joined with what the user added.
    Joined(Arc<Lists>),
}

/// The lists of a configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    lists: [Vec<FieldSpec>; LISTS.len()],
    references: Vec<BackReference>,
}

impl Config {
    /// One list.
    pub fn specs(&self, list: List) -> Vec<FieldSpec> {
        match self {
            Config::Empty => Vec::new(),
            Config::BuiltIn => defaults::specs(list),
            Config::Joined(lists) => lists.lists[list as usize].clone(),
        }
    }

    /// Who names whom in fields of these kinds, in the reference's order of kinds.
    pub fn references(&self, kinds: &HashSet<&str>) -> Cow<'_, [BackReference]> {
        match self {
            Config::Empty => Cow::default(),
            Config::BuiltIn => {
                let mut references = defaults::references(&|kind| kinds.contains(kind));
                sort_by_kind(&mut references, BackReference::target);
                Cow::Owned(references)
            }
            Config::Joined(lists) => Cow::Borrowed(&lists.references),
        }
    }

    /// Joins another configuration to this one.
    pub fn merge(&mut self, other: &Config) -> Result<(), Error> {
        let joined = match (&*self, other) {
            (_, Config::Empty) | (Config::BuiltIn, Config::BuiltIn) => return Ok(()),
            (Config::Empty, Config::BuiltIn) => Config::BuiltIn,
            (Config::Joined(mine), Config::Joined(theirs)) if Arc::ptr_eq(mine, theirs) => return Ok(()),
            (mine, theirs) => {
                let mut lists = mine.lists();
                lists.join(&theirs.lists())?;
                Config::Joined(Arc::new(lists))
            }
        };
        *self = joined;
        Ok(())
    }

    fn lists(&self) -> Lists {
        match self {
            Config::Empty => Lists::default(),
            Config::BuiltIn => Lists::built_in(),
            Config::Joined(lists) => lists.as_ref().clone(),
        }
    }

    /// Reads one configuration file.
    pub fn parse(text: &str) -> Result<Config, Errors> {
        let value = yaml::from_str(text).map_err(|error| Error::new(ErrorKind::Malformed, error.to_string()).at_line(error.line))?;
        let mut faults = Faults::new(Reading::Convert);
        let mut fields = Fields::new(&value, "", &mut faults);
        let mut lists = Lists::default();
        for (list, name) in LISTS {
            lists.lists[list as usize] = fields.list(name, read_field_spec);
        }
        lists.references = fields.list("nameReference", read_reference);
        fields.refuse_unknown();
        faults.check()?;
        lists.sort();
        Ok(Config::Joined(Arc::new(lists)))
    }
}

impl Lists {
    fn built_in() -> Lists {
        let lists = LISTS.map(|(list, _)| defaults::specs(list));
        let mut lists = Lists { lists, references: defaults::references(&|_| true) };
        lists.sort();
        lists
    }

    fn join(&mut self, other: &Lists) -> Result<(), Error> {
        for ((mine, theirs), (_, name)) in self.lists.iter_mut().zip(&other.lists).zip(LISTS) {
            merge_specs(mine, theirs).map_err(|error| error.context(format_args!("failed to merge {name} fieldSpec")))?;
        }
        for reference in &other.references {
            let merged = merge_reference(&mut self.references, reference.clone());
            merged.map_err(|error| error.context("failed to merge nameReference fieldSpec"))?;
        }
        self.sort();
        Ok(())
    }

    fn sort(&mut self) {
        for list in &mut self.lists {
            sort_by_kind(list, FieldSpec::gvk);
        }
        sort_by_kind(&mut self.references, BackReference::target);
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

    fn joined(text: &str) -> Result<Config, Error> {
        let mut own = Config::BuiltIn;
        own.merge(&Config::parse(text).unwrap())?;
        let mut config = Config::Empty;
        config.merge(&own)?;
        Ok(config)
    }

    #[test]
    fn added_fields_join_the_built_in_ones() {
        let before = Config::BuiltIn.specs(List::Images).len();
        assert_eq!(joined("images: [{path: spec/runtime/image, kind: Engine}]").unwrap().specs(List::Images).len(), before + 1);
    }

    #[test]
    fn a_field_for_one_kind_hides_the_same_field_for_all_kinds() {
        let specs = joined("namePrefix: [{path: metadata/name, kind: Engine}]").unwrap().specs(List::NamePrefix);
        assert_eq!(specs.iter().map(|spec| spec.kind.as_str()).collect::<Vec<_>>(), ["Engine"]);
    }

    #[test]
    fn contradicting_fields_are_refused() {
        let error = joined("namePrefix: [{path: metadata/name, create: true}]").unwrap_err();
        assert!(error.message.contains("conflicting fieldspecs"), "{error}");
    }

    #[test]
    fn unknown_lists_are_refused() {
        assert!(Config::parse("nameprefixes: []").unwrap_err().to_string().contains("unknown field"));
    }
}
