//! Gives objects without a namespace the one they are to live in, where the Kustomization names one.

use std::collections::HashMap;

use api::Kustomization;
use cluster::Cluster;
use failure::Code;
use object::{Object, ObjectId};

use super::render::Rendered;

/// The namespace of objects that name none. Without it such an object is refused, as Flux does; `sluice up` sets it.
pub const DEFAULT_NAMESPACE_ANNOTATION: &str = "sluice.dev/default-namespace";

/// Rendered objects in their namespaces.
pub struct Placed {
    /// The objects.
    pub objects: Vec<Object>,
    /// Those without a namespace, and why that fails.
    pub homeless: Vec<(ObjectId, Code, String)>,
    /// The digest of the rendered result.
    pub digest: String,
    /// What was left out of them.
    pub left_out: Vec<String>,
}

/// Puts every namespaced object into a namespace. Those that cannot be are taken out and named.
pub async fn place(cluster: &Cluster, kustomization: &Kustomization, rendered: Rendered) -> Placed {
    let Rendered { objects, digest, left_out } = rendered;
    let default = kustomization.metadata.annotations.get(DEFAULT_NAMESPACE_ANNOTATION).map(String::as_str);
    let declared = declared_scopes(&objects);
    let (mut placed, mut homeless) = (Vec::with_capacity(objects.len()), Vec::new());
    for mut object in objects {
        let is_namespaced = match declared.get(&(object.group().to_owned(), object.kind().to_owned())) {
            Some(is_namespaced) => Some(*is_namespaced),
            None => cluster.mapper().resource(&object.gvk()).await.ok().map(|resource| resource.namespaced),
        };
        if is_namespaced == Some(false) {
            // A namespace that tools put there: the API server takes it out, and it must not be part of the identity.
            object.metadata_mut().remove("namespace");
        }
        match (is_namespaced == Some(true) && object.namespace().is_empty(), default) {
            (false, _) => placed.push(object),
            (true, Some(default)) => {
                object.set_namespace(default);
                placed.push(object);
            }
            (true, None) => {
                let why = "namespace not specified: set `metadata.namespace`, or `spec.targetNamespace` of the Kustomization";
                homeless.push((object.id(), Code::NamespaceMissing, why.to_owned()));
            }
        }
    }
    Placed { objects: placed, homeless, digest, left_out }
}

/// The scopes of kinds whose definitions are among the objects themselves.
fn declared_scopes(objects: &[Object]) -> HashMap<(String, String), bool> {
    let definitions = objects.iter().filter(|object| object.kind() == "CustomResourceDefinition");
    let text = |object: &Object, path: &str| object.get(path).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    definitions
        .map(|object| ((text(object, "spec.group"), text(object, "spec.names.kind")), text(object, "spec.scope") == "Namespaced"))
        .collect()
}
