//! The objects that every cluster has from the start: its four namespaces and the service that is the API itself.

use serde_json::{Value, json};

use crate::mutation::Mutation;
use crate::server::Shared;

const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Makes the standing objects that do not exist yet.
pub fn make_standing_objects(shared: &Shared) {
    for name in NAMESPACES {
        make(shared, "", "namespaces", "", json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
    }
    make(shared, "", "services", "default", kubernetes_service());
}

/// Makes one object unless it exists. A failure is a fault of ours and goes to the log.
pub fn make(shared: &Shared, group: &str, plural: &str, namespace: &str, object: Value) {
    let resolved = shared.builtin(group, plural);
    let made = Mutation::internal(shared, &resolved).create(object, namespace);
    if let Err(status) = made.filter_exists() {
        tracing::error!(resource = plural, message = status.message, "a standing object could not be made");
    }
}

trait FilterExists {
    fn filter_exists(self) -> Result<(), crate::status::Status>;
}

impl<T> FilterExists for Result<T, crate::status::Status> {
    fn filter_exists(self) -> Result<(), crate::status::Status> {
        match self {
            Err(status) if status.reason != "AlreadyExists" => Err(status),
            _ => Ok(()),
        }
    }
}

fn kubernetes_service() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "kubernetes", "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {"ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}], "clusterIP": "10.96.0.1"},
    })
}
