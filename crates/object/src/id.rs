//! Names of things: group, version and kind, and the identity of one object.

use std::fmt;

/// Group, version and kind. The core group is the empty string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gvk {
    /// API group, empty for core.
    pub group: String,
    /// API version, such as `v1`.
    pub version: String,
    /// Kind, such as `Deployment`.
    pub kind: String,
}

impl Gvk {
    /// Splits an `apiVersion` (`v1`, `apps/v1`) and adds the kind.
    pub fn new(api_version: &str, kind: &str) -> Gvk {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Gvk { group: group.into(), version: version.into(), kind: kind.into() }
    }

    /// `group/version`, or `version` alone for the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            return self.version.clone();
        }
        format!("{}/{}", self.group, self.version)
    }
}

impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, Kind={}", self.api_version(), self.kind)
    }
}

/// The identity of an object in a cluster, without its version.
///
/// Prints as `Kind/namespace/name` (`Kind/name` when cluster-scoped).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// API group, empty for core.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Namespace, empty for cluster-scoped objects.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl ObjectId {
    /// The entry id in a Flux inventory: `<namespace>_<name>_<group>_<kind>`.
    ///
    /// A colon in the name (as in RBAC) is written `__`. Source: docs/spec/inventory.md.
    pub fn inventory_id(&self) -> String {
        let name = self.name.replace(':', "__");
        format!("{}_{}_{}_{}", self.namespace, name, self.group, self.kind)
    }

    /// Reads what [`ObjectId::inventory_id`] wrote. The fields are taken from the outside in,
    /// so a name with the colon code in it reads back.
    pub fn from_inventory_id(text: &str) -> Result<ObjectId, ParseIdError> {
        let wrong = || ParseIdError { text: text.to_owned() };
        let (namespace, rest) = text.split_once('_').ok_or_else(wrong)?;
        let (rest, kind) = rest.rsplit_once('_').ok_or_else(wrong)?;
        let (name, group) = rest.rsplit_once('_').ok_or_else(wrong)?;
        if name.is_empty() || kind.is_empty() {
            return Err(wrong());
        }
        Ok(ObjectId { group: group.into(), kind: kind.into(), namespace: namespace.into(), name: name.replace("__", ":") })
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            return write!(f, "{}/{}", self.kind, self.name);
        }
        write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
    }
}

/// An inventory id that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("inventory id `{text}` is not <namespace>_<name>_<group>_<kind>")]
pub struct ParseIdError {
    text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(namespace: &str, name: &str, group: &str, kind: &str) -> ObjectId {
        ObjectId { group: group.into(), kind: kind.into(), namespace: namespace.into(), name: name.into() }
    }

    #[test]
    fn inventory_ids_read_back() {
        for (object, text) in [
            (id("default", "podinfo", "", "Service"), "default_podinfo__Service"),
            (id("", "system:node", "rbac.authorization.k8s.io", "ClusterRole"), "_system__node_rbac.authorization.k8s.io_ClusterRole"),
            (id("apps", "web", "apps", "Deployment"), "apps_web_apps_Deployment"),
        ] {
            assert_eq!(object.inventory_id(), text);
            assert_eq!(ObjectId::from_inventory_id(text), Ok(object));
        }
    }

    #[test]
    fn a_text_without_four_fields_is_refused() {
        for text in ["", "a", "a_b", "a_b_c", "a___"] {
            assert!(ObjectId::from_inventory_id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn cluster_scoped_objects_print_without_a_namespace() {
        assert_eq!(id("", "web", "", "Namespace").to_string(), "Namespace/web");
        assert_eq!(id("shop", "web", "", "Service").to_string(), "Service/shop/web");
    }
}
