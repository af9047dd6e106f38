//! The workload: n sources of one artifact and n Kustomizations, each with four objects. Plain data, nothing is sent from here.

use anyhow::{Context, Result};
use cluster::Resource;
use object::{Object, Value};
use serde_json::json;

use crate::programs;

/// Objects that one Kustomization applies.
pub const OBJECTS_PER_APP: usize = 4;
/// The ServiceAccount that the Kustomizations impersonate.
pub const SERVICE_ACCOUNT: &str = "flux";
/// Name and tag of the artifact in the registry.
pub const REPOSITORY: &str = "manifests/podinfo";
/// Its tag.
pub const TAG: &str = "latest";

/// The kind of the sources.
pub fn sources() -> Resource {
    Resource::namespaced("source.toolkit.fluxcd.io/v1", "OCIRepository", "ocirepositories")
}

/// The kind of what applies.
pub fn kustomizations() -> Resource {
    Resource::namespaced("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "kustomizations")
}

/// The kinds that are applied, in the order of the manifest.
pub fn applied() -> [Resource; OBJECTS_PER_APP] {
    [
        Resource::namespaced("v1", "ServiceAccount", "serviceaccounts"),
        Resource::namespaced("v1", "Service", "services"),
        Resource::namespaced("apps/v1", "Deployment", "deployments"),
        Resource::namespaced("networking.k8s.io/v1", "Ingress", "ingresses"),
    ]
}

/// The manifest with its variables. Errors: it is not there.
pub fn manifest() -> Result<String> {
    let path = programs::cases("mttp")?.join("podinfo.yaml");
    std::fs::read_to_string(&path).with_context(|| path.display().to_string())
}

/// Namespace, ServiceAccount and the binding that lets it apply.
pub fn stage(namespace: &str) -> [(Resource, Value); 3] {
    let metadata = json!({"name": SERVICE_ACCOUNT, "namespace": namespace});
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata});
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": metadata,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
        "subjects": [{"kind": "ServiceAccount", "name": SERVICE_ACCOUNT, "namespace": namespace}],
    });
    [
        (
            Resource::cluster_scoped("v1", "Namespace", "namespaces"),
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
        ),
        (Resource::namespaced("v1", "ServiceAccount", "serviceaccounts"), account),
        (Resource::namespaced("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"), binding),
    ]
}

/// Name of the custom objects of app `i`.
pub fn name(i: usize) -> String {
    format!("podinfo-{i}")
}

/// Name of the four applied objects of app `i`.
pub fn applied_name(i: usize) -> String {
    format!("podinfo-{i}app")
}

/// The source of app `i`.
pub fn source(namespace: &str, registry: &str, i: usize) -> Value {
    json!({
        "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "OCIRepository", "metadata": {"name": name(i), "namespace": namespace},
        "spec": {"interval": "60m", "url": format!("oci://{registry}/{REPOSITORY}"), "ref": {"tag": TAG}, "insecure": true},
    })
}

/// The Kustomization of app `i`.
pub fn kustomization(namespace: &str, i: usize) -> Value {
    json!({
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": name(i), "namespace": namespace},
        "spec": {
            "sourceRef": {"kind": "OCIRepository", "name": name(i)}, "interval": "60m", "retryInterval": "2m", "path": "./",
            "prune": true, "wait": true, "timeout": "1m", "serviceAccountName": SERVICE_ACCOUNT, "targetNamespace": namespace,
            "postBuild": {"substitute": {"INDEX": format!("{i}app"), "PODS": "0", "MCPU": "1m"}},
        },
    })
}

/// What the Kustomization of app `i` applies.
pub fn objects(manifest: &str, namespace: &str, i: usize) -> Result<Vec<Value>> {
    let text = manifest.replace("${INDEX}", &format!("{i}app")).replace("${PODS:=0}", "0").replace("${MCPU}", "1m");
    let documents = yaml::parse(&text, &yaml::Options::default())?;
    let values = documents.into_iter().map(|document| document.value).filter(Value::is_object);
    values
        .map(|value| {
            let mut object = Object::new(value)?;
            object.set_namespace(namespace);
            Ok(object.into_value())
        })
        .collect()
}
