//! DELETE of everything that a selection matches.

use std::sync::Arc;

use super::delete_options::DeleteOptions;
use crate::answer::Answer;
use crate::objects::remove;
use crate::registry::Resolved;
use crate::render::{self, ListMeta};
use crate::request::Call;
use crate::selection::Selection;
use crate::shared::Shared;
use crate::store::Stored;

/// Deletes each selected object and answers with them; one that changes meanwhile is left to the next call, as its own deletion would be.
pub fn delete_collection(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let selection = Selection::of(call, resolved)?;
    let options = DeleteOptions::of(call)?;
    let write = options.write(shared, call, resolved);
    let listed = shared.store.list(&resolved.resource.collection, selection.namespace.as_deref());
    let selected: Vec<Arc<Stored>> = listed.objects.into_iter().filter(|object| selection.matches(resolved, object)).collect();
    for object in &selected {
        match remove(&write, object, options.propagation) {
            Err(status) if !matches!(status.reason, "Conflict" | "NotFound") => return Err(status),
            _ => {}
        }
    }
    Ok(render::list(call.accept, resolved, &selected, &ListMeta { revision: listed.revision, ..ListMeta::default() }))
}
