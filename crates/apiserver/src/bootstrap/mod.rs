//! The objects that every cluster has from the start: its four namespaces, the service that is the API itself, and default roles.

mod roles;

use serde_json::{Value, json};

use crate::objects::ensure;
use crate::options::Authorization;
use crate::shared::Shared;

const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Makes the standing objects that do not exist yet.
pub fn make_standing_objects(shared: &Shared) {
    for name in NAMESPACES {
        ensure(shared, "", "namespaces", "", json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
    }
    ensure(shared, "", "services", "default", kubernetes_service());
    if shared.options.authorization == Authorization::Rbac {
        roles::make_default_roles(shared);
    }
}

fn kubernetes_service() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "kubernetes", "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {"ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}], "clusterIP": "10.96.0.1"},
    })
}
