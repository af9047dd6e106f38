//! Which kinds have no namespace, as the reference program knows it.
//!
//! Its table is that of Kubernetes 1.21 and deliberately kept apart from the one of crate `schema`, which knows today's kinds: a
//! kind that is missing here is given a namespace by `namespace:`, and users' expected output depends on that.

use std::collections::BTreeMap;

use object::Value;

/// Whether the built-in table says that this kind has no namespace.
pub(crate) fn is_cluster_scoped(api_version: &str, kind: &str) -> bool {
    match api_version {
        "admissionregistration.k8s.io/v1" => matches!(
            kind,
            "MutatingWebhookConfiguration"
                | "ValidatingAdmissionPolicy"
                | "ValidatingAdmissionPolicyBinding"
                | "ValidatingWebhookConfiguration"
        ),
        "admissionregistration.k8s.io/v1beta1" => matches!(kind, "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration"),
        "apiextensions.k8s.io/v1" => matches!(kind, "CustomResourceDefinition"),
        "apiextensions.k8s.io/v1beta1" => matches!(kind, "CustomResourceDefinition"),
        "apiregistration.k8s.io/v1" => matches!(kind, "APIService"),
        "apiregistration.k8s.io/v1beta1" => matches!(kind, "APIService"),
        "certificates.k8s.io/v1" => matches!(kind, "CertificateSigningRequest"),
        "certificates.k8s.io/v1beta1" => matches!(kind, "CertificateSigningRequest"),
        "flowcontrol.apiserver.k8s.io/v1beta1" => matches!(kind, "FlowSchema" | "PriorityLevelConfiguration"),
        "networking.k8s.io/v1" => matches!(kind, "IngressClass"),
        "networking.k8s.io/v1beta1" => matches!(kind, "IngressClass"),
        "node.k8s.io/v1" => matches!(kind, "RuntimeClass"),
        "node.k8s.io/v1beta1" => matches!(kind, "RuntimeClass"),
        "policy/v1beta1" => matches!(kind, "PodSecurityPolicy"),
        "rbac.authorization.k8s.io/v1" => matches!(kind, "ClusterRole" | "ClusterRoleBinding"),
        "rbac.authorization.k8s.io/v1beta1" => matches!(kind, "ClusterRole" | "ClusterRoleBinding"),
        "scheduling.k8s.io/v1" => matches!(kind, "PriorityClass"),
        "scheduling.k8s.io/v1beta1" => matches!(kind, "PriorityClass"),
        "storage.k8s.io/v1" => matches!(kind, "CSIDriver" | "CSINode" | "StorageClass" | "VolumeAttachment"),
        "storage.k8s.io/v1beta1" => matches!(kind, "CSIDriver" | "CSINode" | "StorageClass" | "VolumeAttachment"),
        "v1" => matches!(kind, "ComponentStatus" | "Namespace" | "Node" | "NodeProxyOptions" | "PersistentVolume"),
        _ => false,
    }
}

/// Whether the built-in table tells the scope of this kind.
pub(crate) fn is_known(api_version: &str, kind: &str) -> bool {
    is_cluster_scoped(api_version, kind) || crate::merge::is_built_in(api_version, kind)
}

/// The built-in table and what a given `openapi` document adds to it.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    /// `(apiVersion, kind)` to "has a namespace".
    namespaced: BTreeMap<(String, String), bool>,
}

impl Scopes {
    /// Reads the paths of an OpenAPI document: a kind that is served below `namespaces/{namespace}` has one.
    pub fn from_openapi(document: &Value) -> Scopes {
        let mut scopes = Scopes::default();
        for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            let Some(gvk) = item.pointer("/get/x-kubernetes-group-version-kind") else { continue };
            let text = |field: &str| gvk.get(field).and_then(Value::as_str).unwrap_or_default();
            let (group, version) = (text("group"), text("version"));
            let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
            let entry = scopes.namespaced.entry((api_version, text("kind").to_owned())).or_default();
            *entry |= path.contains("namespaces/{namespace}");
        }
        scopes
    }

    /// Whether the kind certainly has no namespace. What the built-in table knows, a document does not change.
    pub fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> bool {
        let is_added = || self.namespaced.get(&(api_version.to_owned(), kind.to_owned())).is_some_and(|namespaced| !namespaced);
        is_cluster_scoped(api_version, kind) || (is_added() && !crate::merge::is_built_in(api_version, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_table_knows_old_kinds_and_not_new_ones() {
        assert!(is_cluster_scoped("v1", "Namespace"));
        assert!(is_cluster_scoped("rbac.authorization.k8s.io/v1", "ClusterRole"));
        assert!(!is_cluster_scoped("apps/v1", "Deployment"));
        assert!(!is_cluster_scoped("example.com/v1", "Cluster"));
    }

    #[test]
    fn openapi_paths_add_scopes() {
        let gvk = json!({"group": "example.com", "version": "v1", "kind": "Planet"});
        let document = json!({"paths": {"/apis/example.com/v1/planets": {"get": {"x-kubernetes-group-version-kind": gvk}}}});
        assert!(Scopes::from_openapi(&document).is_cluster_scoped("example.com/v1", "Planet"));
    }

    #[test]
    fn openapi_paths_do_not_change_built_in_kinds() {
        let gvk = json!({"group": "apps", "version": "v1", "kind": "Deployment"});
        let document = json!({"paths": {"/apis/apps/v1/deployments": {"get": {"x-kubernetes-group-version-kind": gvk}}}});
        assert!(!Scopes::from_openapi(&document).is_cluster_scoped("apps/v1", "Deployment"));
    }
}
