//! Definitions that go away: their objects are deleted first.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::Controller;
use crate::handlers::{Propagation, remove};
use crate::meta;
use crate::mutation::Mutation;
use crate::rules::CLEANUP;
use crate::server::{DEFINITIONS, Shared};
use crate::store::{CollectionId, Event};

/// Names of definitions being deleted.
#[derive(Default)]
pub struct Definitions(BTreeSet<Box<str>>);

impl Controller for Definitions {
    fn observe(&mut self, id: &CollectionId, event: &Event) {
        if &**id != DEFINITIONS {
            return;
        }
        if event.deleted {
            self.0.remove(&event.new.key.name);
        } else if event.new.terminating {
            self.0.insert(event.new.key.name.clone());
        }
    }

    fn act(&mut self, shared: &Shared) -> Option<Instant> {
        self.0.iter().for_each(|name| clean_up(shared, name));
        None
    }
}

fn clean_up(shared: &Shared, name: &str) {
    let Some(definition) = shared.get(DEFINITIONS, "", name) else { return };
    if !is_empty(shared, name) {
        return;
    }
    let mut value = definition.value();
    meta::remove_finalizer(&mut value, CLEANUP);
    let resolved = shared.builtin("apiextensions.k8s.io", "customresourcedefinitions");
    if let Err(status) = Mutation::internal(shared, &resolved).update(&definition, value) {
        tracing::debug!(definition = name, message = status.message, "a definition could not be released yet");
    }
}

/// Deletes the objects of a definition; whether none is left.
fn is_empty(shared: &Shared, name: &str) -> bool {
    let Some((plural, group)) = name.split_once('.') else { return true };
    let index = shared.registry.index();
    let Some(resolved) = index.by_collection(&format!("{group}/{plural}")) else { return true };
    let mut left = false;
    for object in shared.store.list(&resolved.resource.collection, None).objects {
        let gone = !object.terminating && remove(shared, &resolved, &object, Some(Propagation::Background)).unwrap_or(false);
        left |= !gone;
    }
    !left
}
