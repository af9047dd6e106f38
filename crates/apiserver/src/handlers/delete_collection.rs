//! DELETE of everything that a selection matches.

use std::sync::Arc;

use serde_json::Value;

use super::Answer;
use super::delete::{check_options, propagation, remove_with};
use crate::mutation::Mutation;
use crate::registry::Resolved;
use crate::render::{self, ListMeta};
use crate::request::Call;
use crate::selection::Selection;
use crate::server::Shared;
use crate::store::Stored;

/// Deletes each selected object and answers with them; one that changes meanwhile is left to the next call, as its own deletion would be.
pub fn delete_collection(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let selection = Selection::of(call, resolved)?;
    let options = if call.body.is_empty() { Value::Null } else { call.value("DeleteOptions")? };
    check_options(call, &options)?;
    let propagation = propagation(call, &options)?;
    let mutation = Mutation::of_call(shared, call, resolved);
    let listed = shared.store.list(&resolved.resource.collection, selection.namespace.as_deref());
    let selected: Vec<Arc<Stored>> = listed.objects.into_iter().filter(|object| selection.matches(resolved, object)).collect();
    for object in &selected {
        match remove_with(shared, resolved, &mutation, object, propagation) {
            Err(status) if !matches!(status.reason, "Conflict" | "NotFound") => return Err(status),
            _ => {}
        }
    }
    Ok(render::list(call.accept, resolved, &selected, &ListMeta { revision: listed.revision, ..ListMeta::default() }))
}
