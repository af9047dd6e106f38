//! Making an object that must be there.

use serde_json::Value;

use super::create::create;
use super::write::Write;
use crate::shared::Shared;

/// Makes one object unless it exists. A failure is a fault of ours and goes to the log.
pub fn ensure(shared: &Shared, group: &str, plural: &str, namespace: &str, object: Value) {
    let resolved = shared.registry.builtin(group, plural);
    match create(&mut Write::internal(shared, &resolved), object, namespace) {
        Err(status) if status.reason != "AlreadyExists" => {
            tracing::error!(resource = plural, message = status.message, "a standing object could not be made");
        }
        _ => {}
    }
}
