//! What a kind asks of its objects beyond their shape: defaults, what only the server writes, and validation.
//!
//! [`on_create`] and [`on_update`] name the order; each kind's part is a table or a small file.

mod defaults;
mod definitions;
mod immutable;
mod names;
mod required;
mod shape;

use serde_json::{Value, json};

pub use definitions::CLEANUP;

use crate::meta;
use crate::mutation::Validation;
use crate::registry::Resolved;
use crate::server::Shared;
use crate::status::{Cause, Status};

/// Where a write happens.
pub struct Scene<'a> {
    /// The server.
    pub shared: &'a Shared,
    /// The resource at the version written.
    pub resolved: &'a Resolved,
    /// The subresource written to, if any.
    pub subresource: Option<&'a str>,
    /// What to do with unknown fields.
    pub validation: Validation,
    /// What the client should be told beside the answer.
    pub warnings: Vec<String>,
}

/// Built-in kinds that count generations. Custom resources all do.
const WITH_GENERATION: [&str; 16] = [
    "admissionregistration.k8s.io/mutatingwebhookconfigurations",
    "admissionregistration.k8s.io/validatingadmissionpolicies",
    "admissionregistration.k8s.io/validatingadmissionpolicybindings",
    "admissionregistration.k8s.io/validatingwebhookconfigurations",
    "apiextensions.k8s.io/customresourcedefinitions",
    "apps/daemonsets",
    "apps/deployments",
    "apps/replicasets",
    "apps/statefulsets",
    "batch/cronjobs",
    "batch/jobs",
    "networking.k8s.io/ingresses",
    "networking.k8s.io/networkpolicies",
    "pods",
    "policy/poddisruptionbudgets",
    "replicationcontrollers",
];

/// Whether objects count generations.
pub fn has_generation(resolved: &Resolved) -> bool {
    resolved.resource.is_custom() || WITH_GENERATION.contains(&&*resolved.resource.collection)
}

/// Prepares and validates a new object. The causes are all faults found.
pub fn on_create(scene: &mut Scene<'_>, object: &mut Value) -> Result<Vec<Cause>, Status> {
    if scene.resolved.version().has_subresource("status") {
        drop_status(object);
    }
    complete(scene, object)?;
    complete_namespace(scene.resolved, object);
    definitions::prepare(scene, None, object);
    let mut causes = names::check(scene.resolved, object);
    causes.extend(faults(scene, None, object));
    Ok(causes)
}

/// A namespace holds its content by a finalizer of its own.
fn complete_namespace(resolved: &Resolved, object: &mut Value) {
    if &*resolved.resource.collection == "namespaces" {
        let name = object["metadata"]["name"].clone();
        object["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
        object["spec"] = json!({"finalizers": ["kubernetes"]});
        object["status"] = json!({"phase": "Active"});
    }
}

/// Prepares and validates a changed object.
pub fn on_update(scene: &mut Scene<'_>, old: &Value, new: &mut Value) -> Result<Vec<Cause>, Status> {
    if &*scene.resolved.resource.collection == "services" {
        defaults::carry_allocated(old, new);
    }
    complete(scene, new)?;
    definitions::prepare(scene, Some(old), new);
    let mut causes = faults(scene, Some(old), new);
    if scene.subresource.is_none() && !scene.resolved.resource.is_custom() {
        causes.extend(immutable::check(&scene.resolved.resource.collection, old, new));
    }
    Ok(causes)
}

/// Drops what is unknown and sets defaults.
fn complete(scene: &mut Scene<'_>, object: &mut Value) -> Result<(), Status> {
    shape::check(scene, object)?;
    match scene.resolved.custom().and_then(|custom| custom.structural.as_ref()) {
        Some(schema) => schema.default(object),
        None if scene.resolved.resource.is_custom() => {}
        None => {
            shape::drop_nulls(object);
            defaults::apply(scene.resolved, object);
        }
    }
    Ok(())
}

/// What is wrong with an object's own fields.
fn faults(scene: &Scene<'_>, old: Option<&Value>, object: &Value) -> Vec<Cause> {
    let Some(custom) = scene.resolved.custom() else {
        let mut causes = required::check(&scene.resolved.resource.collection, object);
        causes.extend(definitions::check(scene, object));
        return causes;
    };
    let errors = custom.structural.iter().flat_map(|schema| schema.validate(object, old));
    let errors = errors.map(|error| Cause { reason: error.reason.cause(), message: error.body, field: error.field });
    required::labels(object).into_iter().chain(errors).collect()
}

/// Gives the parts that this write may not touch their old values: status on a write of the object,
/// everything else on a write of the status.
pub fn keep_untouchable(resolved: &Resolved, subresource: Option<&str>, old: &Value, new: &mut Value) {
    if &*resolved.resource.collection == "namespaces" && subresource.is_none() {
        keep(old, new, "spec");
    }
    match subresource {
        None | Some("scale") if resolved.version().has_subresource("status") => keep(old, new, "status"),
        Some("status") => keep_all_but_status(resolved, old, new),
        _ => {}
    }
}

fn keep_all_but_status(resolved: &Resolved, old: &Value, new: &mut Value) {
    let mut kept = old.clone();
    kept["status"] = new["status"].take();
    if kept["status"].is_null() {
        drop_status(&mut kept);
    }
    let written = new["metadata"].take();
    if resolved.resource.is_custom() {
        kept["metadata"]["managedFields"] = written["managedFields"].clone();
    } else {
        let labels = old["metadata"]["labels"].clone();
        kept["metadata"] = written;
        kept["metadata"]["labels"] = labels;
    }
    *new = kept;
}

fn keep(old: &Value, new: &mut Value, field: &str) {
    match old.get(field) {
        Some(value) => new[field] = value.clone(),
        None => drop(new.as_object_mut().map(|map| map.remove(field))),
    }
}

fn drop_status(object: &mut Value) {
    if let Some(map) = object.as_object_mut() {
        map.remove("status");
    }
}

/// Counts a generation when anything but metadata and status changed.
pub fn count_generation(resolved: &Resolved, old: &Value, new: &mut Value) {
    if !has_generation(resolved) {
        return;
    }
    let has_status = resolved.version().has_subresource("status");
    let counts = |key: &str| key != "metadata" && !(has_status && key == "status");
    let fields = |object: &Value| -> Vec<(String, Value)> {
        let map = object.as_object().into_iter().flatten();
        map.filter(|(key, _)| counts(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    if fields(old) != fields(new) {
        let generation = meta::generation(old) + 1;
        meta::metadata(new).insert("generation".into(), generation.into());
    }
}

/// New content needs a namespace that exists and is not going away.
pub fn check_namespace(shared: &Shared, resolved: &Resolved, object: &Value) -> Result<(), Status> {
    if !resolved.resource.namespaced {
        return Ok(());
    }
    let (namespace, name) = (meta::text(object, "namespace"), meta::text(object, "name"));
    let about = crate::status::About { group: "", resource: "namespaces", name: namespace };
    let found = shared.get("namespaces", "", namespace).ok_or_else(|| Status::not_found(about))?;
    if !found.terminating {
        return Ok(());
    }
    let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
    let message = format!("namespace {namespace} is being terminated");
    let cause = Cause { reason: "NamespaceTerminating", message, field: "metadata.namespace".into() };
    Err(Status::forbidden(resolved.about(name), why).with_cause(cause))
}
