//! Namespaces that go away: their content is deleted, and when none is left, so are they.

use std::collections::BTreeSet;

use serde_json::Value;
use tokio::time::Instant;

use super::Controller;
use crate::handlers::{Propagation, remove};
use crate::mutation::Mutation;
use crate::server::Shared;
use crate::store::{CollectionId, Event};

const NAMESPACES: &str = "namespaces";
/// The finalizer that stands for a namespace's content.
pub const FINALIZER: &str = "kubernetes";

/// Names of namespaces being deleted.
#[derive(Default)]
pub struct Namespaces(BTreeSet<Box<str>>);

impl Controller for Namespaces {
    fn observe(&mut self, id: &CollectionId, event: &Event) {
        if &**id != NAMESPACES {
            return;
        }
        if event.deleted {
            self.0.remove(&event.new.key.name);
        } else if event.new.terminating {
            self.0.insert(event.new.key.name.clone());
        }
    }

    fn act(&mut self, shared: &Shared) -> Option<Instant> {
        for name in &self.0 {
            if empty(shared, name) == 0 {
                finalize(shared, name);
            }
        }
        None
    }
}

/// Deletes what is in a namespace; how many objects something still holds.
fn empty(shared: &Shared, namespace: &str) -> usize {
    let mut held = 0;
    let index = shared.registry.index();
    for resource in index.all().filter(|resource| resource.namespaced) {
        let Some(resolved) = index.by_collection(&resource.collection) else { continue };
        for object in shared.store.list(&resource.collection, Some(namespace)).objects {
            if object.terminating {
                held += 1;
                continue;
            }
            let removed = remove(shared, &resolved, &object, Some(Propagation::Background));
            held += usize::from(!removed.unwrap_or(false));
        }
    }
    held
}

fn finalize(shared: &Shared, name: &str) {
    let Some(namespace) = shared.get(NAMESPACES, "", name) else { return };
    let mut value = namespace.value();
    if let Some(finalizers) = value["spec"]["finalizers"].as_array_mut() {
        finalizers.retain(|finalizer| finalizer != FINALIZER);
    }
    if value["spec"]["finalizers"].as_array().is_some_and(Vec::is_empty) {
        value["spec"] = Value::Object(serde_json::Map::new());
    }
    let resolved = shared.builtin("", NAMESPACES);
    let updated = Mutation::internal(shared, &resolved).on_subresource("finalize").update(&namespace, value);
    if let Err(status) = updated {
        tracing::debug!(namespace = name, message = status.message, "a namespace could not be finalized yet");
    }
}
