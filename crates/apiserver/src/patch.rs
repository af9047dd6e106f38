//! Patches over JSON values: JSON patch, merge patch and strategic merge patch. Server-side apply is [`crate::managed`]'s.

use serde_json::Value;

use crate::registry::Resolved;
use crate::status::Status;

/// Operations in one JSON patch at most, as kube-apiserver has it.
const OPERATIONS_MAX: usize = 10_000;

/// Applies an RFC 6902 patch.
pub fn json(target: &mut Value, body: &[u8]) -> Result<(), Status> {
    let patch: json_patch::Patch =
        serde_json::from_slice(body).map_err(|error| Status::bad_request(format!("error decoding patch: {error}")))?;
    if patch.0.len() > OPERATIONS_MAX {
        let message = format!("The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {}", patch.0.len());
        return Err(Status::new(413, "RequestEntityTooLarge", message));
    }
    json_patch::patch(target, &patch).map_err(|error| unprocessable(&error.to_string()))
}

/// Applies a strategic merge patch to an object of a built-in kind.
pub fn strategic(resolved: &Resolved, target: &mut Value, patch: &Value) -> Result<(), Status> {
    let place = resolved.built_in_type();
    schema::strategic_merge(target, patch, place).map_err(|error| unprocessable(&error.to_string()))
}

/// 422 as kube-apiserver answers a patch that does not fit.
fn unprocessable(why: &str) -> Status {
    let status = Status::new(422, "Invalid", format!("the server rejected our request due to an error in our request: {why}"));
    debug_assert!(!why.is_empty());
    status
}
