//! What a kind asks of its objects beyond their shape: defaults, what only the server writes, and validation.
//!
//! [`check_shape`], [`complete`], then [`on_create`] or [`on_update`], name the order; each kind's part is a table or a small file.

mod allocate;
mod defaults;
mod definitions;
mod immutable;
mod limits;
mod metadata;
mod names;
mod quantity;
mod required;
mod shape;

use serde_json::{Value, json};

pub use definitions::CLEANUP;
pub use metadata::{check_update, key_faults, manager as check_manager, value_faults};
pub use shape::check as check_shape;

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
const WITH_GENERATION: [&str; 19] = [
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
    "discovery.k8s.io/endpointslices",
    "networking.k8s.io/ingressclasses",
    "networking.k8s.io/ingresses",
    "networking.k8s.io/networkpolicies",
    "pods",
    "policy/poddisruptionbudgets",
    "replicationcontrollers",
    "scheduling.k8s.io/priorityclasses",
];

/// What users of a built-in kind on its way out are told with each write.
pub fn deprecation(resolved: &Resolved) -> Option<&'static str> {
    (&*resolved.resource.collection == "endpoints").then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}

/// Whether objects count generations.
pub fn has_generation(resolved: &Resolved) -> bool {
    resolved.resource.is_custom() || WITH_GENERATION.contains(&&*resolved.resource.collection)
}

/// Sets defaults: the object as a client could have sent it, which decides who owns what.
pub fn complete(scene: &Scene<'_>, object: &mut Value) {
    match scene.resolved.custom().and_then(|custom| custom.structural.as_ref()) {
        Some(schema) => schema.default(object),
        None if scene.resolved.resource.is_custom() => {}
        None => {
            shape::drop_nulls(object);
            defaults::apply(scene.resolved, object);
            smd::fill(object, scene.resolved.built_in_type());
        }
    }
}

/// Gives a completed new object what only the server decides, and validates it. The causes are all faults found.
pub fn on_create(scene: &Scene<'_>, object: &mut Value) -> Vec<Cause> {
    begin_status(scene.resolved, object);
    complete_namespace(scene.resolved, object);
    allocate::on_create(&scene.resolved.resource.collection, object);
    definitions::prepare(scene, None, object);
    let mut causes = names::check(scene.resolved, object);
    causes.extend(metadata::check(object));
    if !scene.resolved.resource.is_custom() {
        causes.extend(metadata::check_own_finalizers(object));
    }
    causes.extend(faults(scene, None, object));
    causes
}

/// A namespace holds its content by a finalizer of its own.
fn complete_namespace(resolved: &Resolved, object: &mut Value) {
    if &*resolved.resource.collection == "namespaces" {
        object["spec"] = json!({"finalizers": ["kubernetes"]});
        object["status"] = json!({"phase": "Active"});
    }
}

/// Gives a completed changed object what only the server decides, and validates it.
pub fn on_update(scene: &Scene<'_>, old: &Value, new: &mut Value) -> Vec<Cause> {
    allocate::on_update(&scene.resolved.resource.collection, old, new);
    definitions::prepare(scene, Some(old), new);
    let mut causes = metadata::check(new);
    if !scene.resolved.resource.is_custom() {
        causes.extend(metadata::check_own_finalizers(new));
    }
    causes.extend(faults(scene, Some(old), new));
    if scene.subresource.is_none() && !scene.resolved.resource.is_custom() {
        causes.extend(immutable::check(&scene.resolved.resource.collection, old, new));
    }
    causes
}

/// What is wrong with an object's own fields.
fn faults(scene: &Scene<'_>, old: Option<&Value>, object: &Value) -> Vec<Cause> {
    let Some(custom) = scene.resolved.custom() else {
        let mut causes = required::check(&scene.resolved.resource.collection, object);
        causes.extend(definitions::check(scene, object));
        return causes;
    };
    let errors = custom.structural.iter().flat_map(|schema| schema.validate(object, old));
    errors.map(|error| Cause { reason: error.reason.cause(), message: error.body, field: error.field }).collect()
}

/// Statuses that new objects begin with. All others begin with what their type always holds.
const FIRST_PHASES: [(&str, &str); 3] = [("persistentvolumeclaims", "Pending"), ("persistentvolumes", "Pending"), ("pods", "Pending")];

/// The status of a new object is the server's to say, save that a kubelet registers a Node with it.
fn begin_status(resolved: &Resolved, object: &mut Value) {
    let collection = &*resolved.resource.collection;
    if !resolved.version().has_subresource("status") || collection == "nodes" {
        return;
    }
    drop_status(object);
    if resolved.resource.is_custom() {
        return;
    }
    smd::fill(object, resolved.built_in_type());
    if let Some((_, phase)) = FIRST_PHASES.iter().find(|(known, _)| *known == collection) {
        object["status"]["phase"] = (*phase).into();
    }
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
