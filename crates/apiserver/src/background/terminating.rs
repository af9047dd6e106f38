//! Objects that go away only when their content is gone: namespaces and definitions. They have the same life, and one shape.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::controller::Controller;
use crate::shared::Shared;
use crate::store::{CollectionId, Event, Stored};

/// Objects of one collection that are being deleted, and what is done for each until it is gone.
pub struct Terminating {
    collection: &'static str,
    clear: fn(&Shared, &Stored),
    names: BTreeSet<Box<str>>,
}

impl Terminating {
    /// A controller that calls `clear` for every terminating object of a cluster-scoped collection, whenever anything changed.
    pub fn new(collection: &'static str, clear: fn(&Shared, &Stored)) -> Terminating {
        Terminating { collection, clear, names: BTreeSet::new() }
    }
}

impl Controller for Terminating {
    fn observe(&mut self, id: &CollectionId, event: &Event) {
        if &**id != self.collection {
            return;
        }
        if event.deleted {
            self.names.remove(&event.new.key.name);
        } else if event.new.terminating {
            self.names.insert(event.new.key.name.clone());
        }
    }

    fn act(&mut self, shared: &Shared) -> Option<Instant> {
        for object in self.names.iter().filter_map(|name| shared.get(self.collection, "", name)) {
            (self.clear)(shared, &object);
        }
        None
    }
}
