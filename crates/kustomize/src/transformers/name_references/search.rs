//! The search for the one resource that a name means, and what is written where it was found.

use std::borrow::Cow;

use object::Value;

use super::parties::{Candidate, Candidates, Referrer};
use crate::error::Error;
use crate::id::Gvk;
use crate::resource::scalar_text;

/// The search for what a name means.
pub(super) struct Search<'a> {
    pub referrer: &'a Referrer,
    pub target: Gvk<'a>,
    pub is_role: bool,
    pub candidates: &'a Candidates,
}

impl Search<'_> {
    pub fn set(&self, value: &mut Value) -> Result<(), Error> {
        match value {
            Value::Null => Ok(()),
            Value::Array(items) => items.iter_mut().try_for_each(|item| match item {
                Value::Array(_) => Err(Error::build("is expected to be either a string or a map of string")),
                item => self.set(item),
            }),
            Value::Object(_) => self.set_in_mapping(value),
            _ => self.set_name(value),
        }
    }

    fn set_name(&self, value: &mut Value) -> Result<(), Error> {
        let old = scalar_text(value).into_owned();
        let found = self.find(&old, None, |a, b| a.name == b.name)?;
        if let Some(found) = found.filter(|found| found.name != old) {
            *value = found.name.as_str().into();
        }
        Ok(())
    }

    fn set_in_mapping(&self, value: &mut Value) -> Result<(), Error> {
        let Some(name) = value.get("name") else {
            return Err(Error::build("path config error; no 'name' field in node"));
        };
        let old = scalar_text(name).into_owned();
        let namespace = value.get("namespace").map(|namespace| scalar_text(namespace).into_owned());
        let found = self.find(&old, namespace.as_deref(), |a, b| a.name == b.name && a.namespace == b.namespace)?;
        let (Some(found), Value::Object(map)) = (found, value) else { return Ok(()) };
        if found.name == old && found.namespace.is_empty() {
            return Ok(());
        }
        map.insert("name".to_owned(), found.name.as_str().into());
        if !found.namespace.is_empty() {
            map.insert("namespace".to_owned(), found.namespace.as_str().into());
        }
        Ok(())
    }

    /// The one resource that was called so, if any; several that are the same for the purpose are one.
    fn find(&self, old: &str, namespace: Option<&str>, same: impl Fn(&Candidate, &Candidate) -> bool) -> Result<Option<&Candidate>, Error> {
        let Some(positions) = self.candidates.by_previous_name.get(old) else { return Ok(None) };
        let reachable: Vec<&Candidate> = positions.iter().map(|at| &self.candidates.all[*at]).filter(|c| self.can_refer_to(c)).collect();
        let mut found: Vec<&Candidate> = self.in_namespace(reachable, namespace);
        found.retain(|candidate| candidate.was(self.target) && self.fits_role(candidate) && self.is_near(candidate));
        if let [one] = found.as_slice() {
            return Ok(Some(one));
        }
        found.retain(|candidate| self.shares_affixes(candidate, true));
        if found.len() > 1 {
            found.retain(|candidate| self.shares_affixes(candidate, false));
        }
        match found.as_slice() {
            [] => Ok(None),
            [first, rest @ ..] if rest.iter().all(|other| same(first, other)) => Ok(Some(first)),
            several => Err(ambiguous(several)),
        }
    }

    /// Whether the two may refer to each other at all.
    fn can_refer_to(&self, candidate: &Candidate) -> bool {
        self.referrer.is_cluster_scoped
            || candidate.is_cluster_scoped
            || candidate.current_namespace == self.referrer.effective_namespace
            || self.referrer.subject_namespaces.contains(&candidate.namespace)
    }

    /// A namespace beside the name is the one the resource had first, or else the one it has now.
    fn in_namespace<'c>(&self, candidates: Vec<&'c Candidate>, namespace: Option<&str>) -> Vec<&'c Candidate> {
        let Some(namespace) = namespace else { return candidates };
        let reachable = || self.candidates.all.iter().filter(|candidate| self.can_refer_to(candidate));
        let by_original = namespace != crate::id::NO_NAMESPACE && reachable().any(|candidate| candidate.original_namespace == namespace);
        let of = |candidate: &Candidate| {
            if by_original { candidate.original_namespace == namespace } else { candidate.current_namespace == namespace }
        };
        candidates.into_iter().filter(|candidate| of(candidate)).collect()
    }

    fn fits_role(&self, candidate: &Candidate) -> bool {
        match &self.referrer.role {
            Some((group, kind)) if self.is_role => candidate.was(Gvk { group, version: "", kind }),
            _ => true,
        }
    }

    fn is_near(&self, candidate: &Candidate) -> bool {
        self.referrer.is_cluster_scoped
            || candidate.is_cluster_scoped
            || candidate.kind == "ServiceAccount"
            || candidate.current_namespace == self.referrer.effective_namespace
    }

    fn shares_affixes(&self, candidate: &Candidate, empty_fits: bool) -> bool {
        let same = |a: &[String], b: &[String]| (empty_fits && (a.is_empty() || b.is_empty())) || same_end(a, b);
        same(&candidate.prefixes, &self.referrer.prefixes) && same(&candidate.suffixes, &self.referrer.suffixes)
    }
}

/// Whether the shorter list is the end of the longer one; an empty list is the end of an empty list only.
fn same_end(a: &[String], b: &[String]) -> bool {
    if a.is_empty() || b.is_empty() {
        return a.is_empty() && b.is_empty();
    }
    a.iter().rev().zip(b.iter().rev()).all(|(a, b)| a == b)
}

fn ambiguous(candidates: &[&Candidate]) -> Error {
    let ids: Vec<Cow<'_, str>> = candidates.iter().map(|candidate| Cow::from(&candidate.id)).collect();
    Error::build(format!("found multiple possible referrals: {}", ids.join(", ")))
        .hint("the name could mean any of them: give the resources different names, or the referrer the same prefix as the one it means")
}
