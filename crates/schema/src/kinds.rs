//! The built-in kinds: names, scopes, verbs, subresources.
//!
//! Reads `data/kinds.txt` (sorted by group, kind, version) and `data/groups.txt` (in the order of discovery), both
//! written by `cargo xtask gen schema`. Refuses to know custom resources: those are a cluster's own.

use crate::types::{Catalog, Type};
use std::sync::LazyLock;

const KINDS: &str = include_str!("../data/kinds.txt");
const GROUPS: &str = include_str!("../data/groups.txt");

/// One kind in one version, as discovery describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// API group, empty for core.
    pub group: &'static str,
    /// API version without the group.
    pub version: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// Plural resource name.
    pub plural: &'static str,
    /// Singular resource name.
    pub singular: &'static str,
    /// Short names for command lines.
    pub short_names: Vec<&'static str>,
    /// Categories such as `all`.
    pub categories: Vec<&'static str>,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// Verbs of the main resource, sorted.
    pub verbs: Vec<&'static str>,
    /// Subresources, sorted by name.
    pub subresources: Vec<Subresource>,
    /// Name of the root definition in the catalog.
    pub root: &'static str,
}

/// A subresource of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subresource {
    /// Its name, such as `status`.
    pub name: &'static str,
    /// Group of the kind that it reads and writes.
    pub group: &'static str,
    /// Version of that kind.
    pub version: &'static str,
    /// That kind.
    pub kind: &'static str,
    /// Its verbs, sorted.
    pub verbs: Vec<&'static str>,
}

/// All that is known of the built-in kinds.
#[derive(Debug)]
pub struct Builtin {
    kinds: LazyLock<Vec<Kind>>,
    catalog: LazyLock<Catalog>,
}

static BUILTIN: Builtin = Builtin { kinds: LazyLock::new(parse), catalog: LazyLock::new(crate::table::catalog) };

/// The built-in kinds. Costs nothing; the tables are read (in microseconds) when first asked for, a type when first walked.
pub fn builtin() -> &'static Builtin {
    &BUILTIN
}

impl Builtin {
    /// Every kind in every version, sorted by group, kind, version.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Group and version pairs in the order of discovery, preferred versions first.
    pub fn group_versions(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        GROUPS.lines().filter_map(|line| line.split_once(' ')).map(|(group, version)| (core(group), version))
    }

    /// One kind in one version.
    pub fn kind(&self, group: &str, version: &str, kind: &str) -> Option<&Kind> {
        self.versions(group, kind).iter().find(|found| found.version == version)
    }

    /// The kind that a plural name stands for.
    pub fn by_plural(&self, group: &str, version: &str, plural: &str) -> Option<&Kind> {
        self.kinds.iter().find(|found| found.group == group && found.version == version && found.plural == plural)
    }

    /// Whether objects of a kind live in a namespace, in whichever version. `None` where the kind is unknown.
    pub fn is_namespaced(&self, group: &str, kind: &str) -> Option<bool> {
        self.versions(group, kind).first().map(|found| found.namespaced)
    }

    /// The type of a kind's objects.
    pub fn type_of(&self, group: &str, version: &str, kind: &str) -> Option<Type<'_>> {
        self.catalog.get(self.kind(group, version, kind)?.root)
    }

    /// All definitions, named without their common prefix `io.k8s.`.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn versions(&self, group: &str, kind: &str) -> &[Kind] {
        let first = self.kinds.partition_point(|found| (found.group, found.kind) < (group, kind));
        let after = self.kinds.partition_point(|found| (found.group, found.kind) <= (group, kind));
        &self.kinds[first..after]
    }
}

fn parse() -> Vec<Kind> {
    KINDS.lines().filter_map(line).collect()
}

fn line(line: &'static str) -> Option<Kind> {
    let mut words = line.split(' ');
    let mut next = || words.next();
    Some(Kind {
        group: core(next()?),
        kind: next()?,
        version: next()?,
        plural: next()?,
        singular: next()?,
        short_names: list(next()?),
        categories: list(next()?),
        namespaced: next()? == "namespaced",
        verbs: list(next()?),
        subresources: next()?.split(';').filter_map(subresource).collect(),
        root: next()?,
    })
}

fn subresource(word: &'static str) -> Option<Subresource> {
    let (name, rest) = word.split_once('=')?;
    let (gvk, verbs) = rest.split_once(':')?;
    let mut parts = gvk.split('/');
    Some(Subresource { name, group: core(parts.next()?), version: parts.next()?, kind: parts.next()?, verbs: list(verbs) })
}

fn core(group: &'static str) -> &'static str {
    if group == "-" { "" } else { group }
}

fn list(word: &'static str) -> Vec<&'static str> {
    if word == "-" { Vec::new() } else { word.split(',').collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_has_a_type() {
        assert_eq!(builtin().kinds().len(), KINDS.lines().count());
        for kind in builtin().kinds() {
            assert!(builtin().type_of(kind.group, kind.version, kind.kind).is_some(), "{kind:?}");
        }
    }

    #[test]
    fn a_deployment_is_known_by_kind_and_by_plural() {
        let kind = builtin().kind("apps", "v1", "Deployment").unwrap();
        assert_eq!(kind.short_names, ["deploy"]);
        assert_eq!(kind.subresources[0].kind, "Scale");
        assert_eq!(builtin().by_plural("apps", "v1", "deployments"), Some(kind));
    }

    #[test]
    fn scope_needs_no_version() {
        assert_eq!(builtin().is_namespaced("", "ConfigMap"), Some(true));
        assert_eq!(builtin().is_namespaced("rbac.authorization.k8s.io", "ClusterRole"), Some(false));
        assert_eq!(builtin().is_namespaced("example.com", "Thing"), None);
    }

    #[test]
    fn core_comes_first_in_discovery() {
        assert_eq!(builtin().group_versions().next(), Some(("", "v1")));
    }
}
