//! What a controller is, and how controllers write.

use serde_json::Value;
use tokio::time::Instant;

use crate::objects::{Propagation, Removed, Write, remove, update};
use crate::registry::Resolved;
use crate::shared::Shared;
use crate::status::Status;
use crate::store::{CollectionId, Event, Stored};

/// Something that follows events and acts on what it saw.
pub trait Controller: Send {
    /// Notes what an event means. Must be quick.
    fn observe(&mut self, collection: &CollectionId, event: &Event);

    /// Acts on what was noted. Returns when it wants to be called again, if before the next event.
    fn act(&mut self, shared: &Shared) -> Option<Instant>;
}

/// Writes an object that a controller changed. What is refused is tried again: a conflict means that somebody else wrote,
/// which is an event that brings the controller back.
pub fn put(mut write: Write<'_>, object: &Stored, value: Value) {
    note("update", object, update(&mut write, object, value).map(drop));
}

/// Deletes an object for a controller; whether it is gone.
pub fn delete(shared: &Shared, resolved: &Resolved, object: &Stored, propagation: Propagation) -> bool {
    let removed = remove(&Write::internal(shared, resolved), object, Some(propagation));
    let is_gone = matches!(removed, Ok(Removed::Gone));
    note("delete", object, removed.map(drop));
    is_gone
}

fn note(what: &str, object: &Stored, result: Result<(), Status>) {
    if let Err(status) = result {
        let (namespace, name) = (&*object.key.namespace, &*object.key.name);
        tracing::debug!(what, namespace, name, message = status.message, "a controller could not write yet");
    }
}
