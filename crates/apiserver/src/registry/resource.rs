//! One resource: its names, its scope and its versions.

use std::sync::Arc;

use super::custom::Custom;
use crate::store::CollectionId;

/// A resource of one group, with all its versions.
#[derive(Clone, Debug)]
pub struct Resource {
    /// API group, empty for core.
    pub group: String,
    /// Plural name, as in paths.
    pub plural: String,
    /// Singular name.
    pub singular: String,
    /// Kind.
    pub kind: String,
    /// Kind of its lists.
    pub list_kind: String,
    /// Short names such as `po`.
    pub short_names: Vec<String>,
    /// Categories such as `all`.
    pub categories: Vec<String>,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// Whether only `create` is served, as for reviews.
    pub create_only: bool,
    /// Served and unserved versions.
    pub versions: Vec<Version>,
    /// Where its objects are stored.
    pub collection: CollectionId,
}

/// One version of a resource.
#[derive(Clone, Debug)]
pub struct Version {
    /// `v1`.
    pub name: String,
    /// Whether requests may name it.
    pub served: bool,
    /// Whether objects are stored in it.
    pub storage: bool,
    /// Names of subresources.
    pub subresources: Vec<String>,
    /// What a CustomResourceDefinition says of it; none for built-ins.
    pub custom: Option<Arc<Custom>>,
}

/// A resource at the version that a request names.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The resource.
    pub resource: Arc<Resource>,
    /// Index of the version.
    pub at: usize,
}

impl Version {
    /// Whether a subresource is served.
    pub fn has_subresource(&self, name: &str) -> bool {
        self.subresources.iter().any(|known| known == name)
    }
}

impl Resource {
    /// The version that objects are stored in.
    pub fn storage_version(&self) -> &Version {
        self.versions.iter().find(|version| version.storage).unwrap_or(&self.versions[0])
    }

    /// `apiVersion` of a version of this resource.
    pub fn api_version(&self, version: &str) -> String {
        if self.group.is_empty() { version.to_owned() } else { format!("{}/{version}", self.group) }
    }

    /// Whether a CustomResourceDefinition made it.
    pub fn is_custom(&self) -> bool {
        self.versions.iter().any(|version| version.custom.is_some())
    }

    /// The verbs served on the resource itself.
    pub fn verbs(&self) -> &'static [&'static str] {
        match (self.create_only, self.collection.as_ref()) {
            (true, _) => &["create"],
            // Custom resources list their verbs in an order of their own.
            _ if self.is_custom() => &["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
            (false, "namespaces") => &["create", "delete", "get", "list", "patch", "update", "watch"],
            _ => &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
    }
}

impl Resolved {
    /// The version asked for.
    pub fn version(&self) -> &Version {
        &self.resource.versions[self.at]
    }

    /// `apiVersion` of the version asked for.
    pub fn api_version(&self) -> String {
        self.resource.api_version(&self.version().name)
    }

    /// The definition's part for this version, if custom.
    pub fn custom(&self) -> Option<&Arc<Custom>> {
        self.version().custom.as_ref()
    }

    /// The shape of a built-in kind's objects; nothing is known of custom ones here.
    pub fn built_in_type(&self) -> schema::Type<'static> {
        let found = schema::builtin().type_of(&self.resource.group, &self.version().name, &self.resource.kind);
        found.unwrap_or_else(schema::Type::any)
    }

    /// The same resource at its storage version.
    pub fn storage(&self) -> Resolved {
        let at = self.resource.versions.iter().position(|version| version.storage).unwrap_or(0);
        Resolved { resource: self.resource.clone(), at }
    }

    /// Group and plural name with an object's name, for messages.
    pub fn about<'a>(&'a self, name: &'a str) -> crate::status::About<'a> {
        crate::status::About { group: &self.resource.group, resource: &self.resource.plural, name }
    }

    /// Group and kind with an object's name, for messages of validation.
    pub fn about_kind<'a>(&'a self, name: &'a str) -> crate::status::About<'a> {
        crate::status::About { group: &self.resource.group, resource: &self.resource.kind, name }
    }
}

/// Kubernetes' order of versions: stable over beta over alpha, higher over lower; other names last.
pub fn priority(version: &str) -> (u8, u32, u32) {
    let parse = || {
        let rest = version.strip_prefix('v')?;
        let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        let major = rest[..end].parse().ok()?;
        match &rest[end..] {
            "" => Some((3, major, 0)),
            tail if tail.starts_with("beta") => Some((2, major, tail[4..].parse().ok()?)),
            tail if tail.starts_with("alpha") => Some((1, major, tail[5..].parse().ok()?)),
            _ => None,
        }
    };
    parse().unwrap_or((0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::priority;

    #[test]
    fn stable_beats_beta_beats_alpha_beats_anything_else() {
        let mut versions = vec!["v1alpha1", "foo", "v1", "v2beta1", "v10", "v1beta2"];
        versions.sort_by_key(|version| std::cmp::Reverse(priority(version)));
        assert_eq!(versions, ["v10", "v1", "v2beta1", "v1beta2", "v1alpha1", "foo"]);
    }
}
