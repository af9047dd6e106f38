//! What a request wants to do, as rules see it.

/// What a request wants to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attributes<'a> {
    /// The verb, such as `list`.
    pub verb: &'a str,
    /// API group.
    pub group: &'a str,
    /// Plural resource name.
    pub resource: &'a str,
    /// Subresource, empty if none.
    pub subresource: &'a str,
    /// Namespace, empty for the cluster.
    pub namespace: &'a str,
    /// Object name, empty if none.
    pub name: &'a str,
    /// A path that is no resource; then the other fields but the verb are empty.
    pub path: &'a str,
}
