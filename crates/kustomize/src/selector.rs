//! Selecting resources: patterns for group, version, kind, name and namespace; selectors for labels and annotations.

use std::collections::BTreeMap;

use object::Selector as TextSelector;

use crate::error::Error;
use crate::id::{Gvk, Id};
use crate::kustomization::Selector;
use crate::pattern::Pattern;
use crate::resource::Resource;
use crate::resources::Resources;

/// A selector, ready to match.
#[derive(Debug)]
pub(crate) struct Matcher {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: TextSelector,
    annotations: TextSelector,
    names_no_id: bool,
    names_no_text: bool,
}

impl Matcher {
    /// Compiles the patterns.
    pub fn new(selector: &Selector) -> Result<Matcher, Error> {
        let parse = |text: &str| TextSelector::parse(text).map_err(|error| Error::build(error.to_string()));
        let ids = [&selector.group, &selector.version, &selector.kind, &selector.name, &selector.namespace];
        Ok(Matcher {
            group: Pattern::anchored(&selector.group)?,
            version: Pattern::anchored(&selector.version)?,
            kind: Pattern::anchored(&selector.kind)?,
            name: Pattern::anchored(&selector.name)?,
            namespace: Pattern::anchored(&selector.namespace)?,
            labels: parse(&selector.label_selector)?,
            annotations: parse(&selector.annotation_selector)?,
            names_no_id: ids.iter().all(|part| part.is_empty()),
            names_no_text: selector.label_selector.is_empty() && selector.annotation_selector.is_empty(),
        })
    }

    /// Whether no part of an identity is named.
    pub fn names_no_id(&self) -> bool {
        self.names_no_id
    }

    /// Whether neither labels nor annotations are named.
    pub fn names_no_text(&self) -> bool {
        self.names_no_text
    }

    /// Whether an identity matches, with the namespace as written.
    pub fn matches_id(&self, id: &Id<'_>) -> bool {
        self.matches_gvk(id.gvk) && self.name.matches(&id.name) && self.namespace.matches(&id.namespace)
    }

    /// Whether labels and annotations match.
    pub fn matches_texts(&self, resource: &Resource) -> bool {
        if self.names_no_text {
            return true;
        }
        let texts = |field| resource.texts(field).collect::<BTreeMap<_, _>>();
        let (labels, annotations) = (texts("labels"), texts("annotations"));
        self.labels.matches(|key| labels.get(key).map(AsRef::as_ref))
            && self.annotations.matches(|key| annotations.get(key).map(AsRef::as_ref))
    }

    /// Whether a resource matches by its original or its current identity, and by labels and annotations.
    pub fn matches(&self, resource: &Resource) -> bool {
        let (now, first) = (resource.id(), resource.original_id());
        (self.namespace.matches(first.effective_namespace()) || self.namespace.matches(now.effective_namespace()))
            && (self.name.matches(&first.name) || self.name.matches(&now.name))
            && self.matches_gvk(now.gvk)
            && self.matches_texts(resource)
    }

    fn matches_gvk(&self, gvk: Gvk<'_>) -> bool {
        self.group.matches(gvk.group) && self.version.matches(gvk.version) && self.kind.matches(gvk.kind)
    }
}

/// Positions of the resources that a selector selects.
pub(crate) fn select(resources: &Resources, selector: &Selector) -> Result<Vec<usize>, Error> {
    let matcher = Matcher::new(selector)?;
    Ok(resources.items().iter().enumerate().filter(|(_, resource)| matcher.matches(resource)).map(|(at, _)| at).collect())
}
