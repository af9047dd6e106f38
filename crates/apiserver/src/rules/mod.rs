//! What a kind asks of its objects beyond their shape: defaults, what only the server writes, and validation.
//!
//! [`check_shape`], [`complete`], then [`on_create`] or [`on_update`], name the order; each kind's part is a table or a small file.

mod allocate;
mod defaults;
mod definitions;
mod generation;
mod immutable;
mod limits;
mod metadata;
mod names;
mod parts;
mod quantity;
mod required;
mod scene;
mod shape;
mod way;

use serde_json::{Value, json};

pub use generation::{count_generation, has_generation};
pub use metadata::{check_update, manager as check_manager};
pub use parts::keep_untouchable;
pub use scene::Scene;
pub use shape::check as check_shape;

use crate::registry::Resolved;
use crate::status::Cause;

/// What users of a built-in kind on its way out are told with each write.
pub fn deprecation(resolved: &Resolved) -> Option<&'static str> {
    (&*resolved.resource.collection == "endpoints").then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}

/// Sets defaults: the object as a client could have sent it, which decides who owns what.
pub fn complete(scene: &Scene<'_>, object: &mut Value) {
    match scene.resolved.custom().and_then(|custom| custom.structural.as_ref()) {
        Some(schema) => schema.default(object),
        None if scene.resolved.resource.is_custom() => {}
        None => {
            defaults::apply(scene.resolved, object);
            smd::fill(object, scene.resolved.built_in_type());
        }
    }
}

/// Gives a completed new object what only the server decides, and validates it. The causes are all faults found.
pub fn on_create(scene: &Scene<'_>, object: &mut Value) -> Vec<Cause> {
    parts::begin_status(scene.resolved, object);
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
