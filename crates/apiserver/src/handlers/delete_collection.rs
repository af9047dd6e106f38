//! DELETE of everything that a selection matches.

use serde_json::{Value, json};

use super::Answer;
use super::delete::{check_options, propagation, remove_with};
use crate::body;
use crate::mutation::Mutation;
use crate::registry::Resolved;
use crate::request::Call;
use crate::selection::Selection;
use crate::server::Shared;

/// Deletes each selected object; one that changes meanwhile is left to the next call, as its own deletion would be.
pub fn delete_collection(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let selection = Selection::of(call, resolved)?;
    let options = if call.body.is_empty() { Value::Null } else { call.value("DeleteOptions")? };
    check_options(call, &options)?;
    let propagation = propagation(call, &options)?;
    let mutation = Mutation::of_call(shared, call, resolved);
    let listed = shared.store.list(&resolved.resource.collection, selection.namespace.as_deref());
    for object in listed.objects.iter().filter(|object| selection.matches(resolved, object)) {
        match remove_with(shared, resolved, &mutation, object, propagation) {
            Err(status) if !matches!(status.reason, "Conflict" | "NotFound") => return Err(status),
            _ => {}
        }
    }
    Ok(body::json(
        200,
        &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": {"group": resolved.resource.group, "kind": resolved.resource.plural}}),
    ))
}
