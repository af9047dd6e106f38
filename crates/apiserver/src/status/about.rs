//! Whom a refusal is about, and how messages name it.

/// Whom a status is about: a resource (plural, for 404, 409, 403) or a kind (for 422).
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// API group, empty for core.
    pub group: &'a str,
    /// Plural resource name or kind.
    pub resource: &'a str,
    /// Object name, empty if none.
    pub name: &'a str,
}

impl About<'static> {
    /// Nothing in particular.
    pub const NOTHING: About<'static> = About { group: "", resource: "", name: "" };
}

impl About<'_> {
    /// `deployments.apps`, or `pods` in the core group.
    pub(super) fn qualified(&self) -> String {
        if self.group.is_empty() { self.resource.to_owned() } else { format!("{}.{}", self.resource, self.group) }
    }
}
