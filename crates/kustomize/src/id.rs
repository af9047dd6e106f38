//! The identity of a resource while it is being built: group, version, kind, name and effective namespace.
//!
//! Refuses to be `object::ObjectId`: here the version counts, and an absent namespace equals `default`.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The namespace an unnamespaced object is taken to live in.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";
/// What stands for a namespace where the kind has none.
pub(crate) const NO_NAMESPACE: &str = "_non_namespaceable_";

/// Group, version and kind by reference. In a selector, an empty part matches everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Gvk<'a> {
    pub group: &'a str,
    pub version: &'a str,
    pub kind: &'a str,
}

impl<'a> Gvk<'a> {
    /// Splits an `apiVersion` and adds the kind.
    pub fn new(api_version: &'a str, kind: &'a str) -> Gvk<'a> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Gvk { group, version, kind }
    }

    /// Whether this is what the selector asks for.
    pub fn is_selected_by(&self, selector: Gvk<'_>) -> bool {
        (selector.group.is_empty() || selector.group == self.group)
            && (selector.version.is_empty() || selector.version == self.version)
            && (selector.kind.is_empty() || selector.kind == self.kind)
    }
}

impl fmt::Display for Gvk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &'static str, part: &str| if part.is_empty() { text.to_owned() } else { part.to_owned() };
        write!(f, "{}.{}.{}", or("[noKind]", self.kind), or("[noVer]", self.version), or("[noGrp]", self.group))
    }
}

/// The identity of one resource, now or at an earlier step.
#[derive(Clone, Debug)]
pub(crate) struct Id<'a> {
    pub gvk: Gvk<'a>,
    pub name: Cow<'a, str>,
    /// As written, empty if absent.
    pub namespace: Cow<'a, str>,
    /// The kind is certainly cluster-scoped.
    pub cluster_scoped: bool,
}

impl Id<'_> {
    /// The namespace that counts when two identities are compared.
    pub fn effective_namespace(&self) -> &str {
        if self.cluster_scoped {
            return NO_NAMESPACE;
        }
        if self.namespace.is_empty() { DEFAULT_NAMESPACE } else { &self.namespace }
    }

    /// Same object: kind, version, group, name and effective namespace.
    pub fn is(&self, other: &Id<'_>) -> bool {
        self.is_but_namespace(other) && self.effective_namespace() == other.effective_namespace()
    }

    /// Same object if namespaces are not looked at.
    pub fn is_but_namespace(&self, other: &Id<'_>) -> bool {
        self.gvk == other.gvk && self.name == other.name
    }

    /// A number for hash tables; equal identities have equal numbers.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        self.gvk.hash(&mut hasher);
        self.name.hash(&mut hasher);
        self.effective_namespace().hash(&mut hasher);
        hasher.finish()
    }
}

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_empty() { "[noName]" } else { &self.name };
        let namespace = if self.namespace.is_empty() { "[noNs]" } else { &self.namespace };
        write!(f, "{}/{name}.{namespace}", self.gvk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(namespace: &'static str, cluster_scoped: bool) -> Id<'static> {
        Id { gvk: Gvk::new("apps/v1", "Deployment"), name: "web".into(), namespace: namespace.into(), cluster_scoped }
    }

    #[test]
    fn an_absent_namespace_is_default() {
        assert!(id("", false).is(&id("default", false)));
        assert!(!id("", false).is(&id("shop", false)));
        assert!(id("a", true).is(&id("b", true)));
        assert_eq!(id("", false).fingerprint(), id("default", false).fingerprint());
    }

    #[test]
    fn identities_print_as_the_reference_prints_them() {
        assert_eq!(id("", false).to_string(), "Deployment.v1.apps/web.[noNs]");
        assert_eq!(Gvk::new("v1", "Secret").to_string(), "Secret.v1.[noGrp]");
    }
}
