//! What every namespace has: the `default` ServiceAccount and the certificate of the API server.

use std::collections::BTreeSet;

use serde_json::json;
use tokio::time::Instant;

use super::controller::Controller;
use crate::objects::ensure;
use crate::shared::Shared;
use crate::store::{CollectionId, Event};

const ACCOUNT: &str = "default";
const CERTIFICATE: &str = "kube-root-ca.crt";

/// Namespaces that may lack something.
#[derive(Default)]
pub struct Accounts(BTreeSet<Box<str>>);

impl Controller for Accounts {
    fn observe(&mut self, id: &CollectionId, event: &Event) {
        let key = &event.new.key;
        match (&**id, event.deleted) {
            ("namespaces", false) if event.old.is_none() => drop(self.0.insert(key.name.clone())),
            ("serviceaccounts", true) if &*key.name == ACCOUNT => drop(self.0.insert(key.namespace.clone())),
            ("configmaps", true) if &*key.name == CERTIFICATE => drop(self.0.insert(key.namespace.clone())),
            _ => {}
        }
    }

    fn act(&mut self, shared: &Shared) -> Option<Instant> {
        for namespace in std::mem::take(&mut self.0) {
            let alive = shared.get("namespaces", "", &namespace).is_some_and(|namespace| !namespace.terminating);
            if alive {
                complete(shared, &namespace);
            }
        }
        None
    }
}

fn complete(shared: &Shared, namespace: &str) {
    ensure(shared, "", "serviceaccounts", namespace, json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT}}));
    let about = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
    ensure(
        shared,
        "",
        "configmaps",
        namespace,
        json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": CERTIFICATE, "annotations": {"kubernetes.io/description": about}},
            "data": {"ca.crt": shared.authority.pem()},
        }),
    );
}
