//! Definitions that go away: their objects are deleted first.

use super::controller::{delete, put};
use super::terminating::Terminating;
use crate::meta;
use crate::objects::{Propagation, Write};
use crate::registry::DEFINITIONS;
use crate::shared::Shared;
use crate::store::Stored;

/// The controller of terminating definitions.
pub fn controller() -> Terminating {
    Terminating::new(DEFINITIONS, clear)
}

/// Deletes the objects of a definition, and releases it when none is left.
fn clear(shared: &Shared, definition: &Stored) {
    if !is_empty(shared, &definition.key.name) {
        return;
    }
    let mut value = definition.value();
    meta::remove_finalizer(&mut value, meta::CLEANUP);
    let resolved = shared.registry.builtin("apiextensions.k8s.io", "customresourcedefinitions");
    put(Write::internal(shared, &resolved), definition, value);
}

/// Deletes the objects of a definition; whether none is left.
fn is_empty(shared: &Shared, name: &str) -> bool {
    let Some((plural, group)) = name.split_once('.') else { return true };
    let Some(resolved) = shared.registry.index().by_collection(&format!("{group}/{plural}")) else { return true };
    let objects = shared.store.list(&resolved.resource.collection, None).objects;
    let gone = objects.iter().filter(|object| !object.terminating && delete(shared, &resolved, object, Propagation::Background));
    gone.count() == objects.len()
}
