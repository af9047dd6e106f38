//! Who owns which field: `metadata.managedFields` on writes, and server-side apply.

use serde_json::Value;

use crate::registry::Resolved;

/// Notes in the new object what `manager` set with an update.
pub fn on_update(_: &Resolved, _: Option<&Value>, _: &mut Value, _: &str, _: Option<&str>, _: &str) {}

/// Whether two states differ in nothing but the times of managed fields.
pub fn same_but_times(old: &Value, new: &Value) -> bool {
    old == new
}

/// What server-side apply asks for.
pub struct Apply {
    /// The fields that the manager wants, and no others.
    pub config: Value,
    /// Who wants them.
    pub manager: String,
    /// Whether to take fields from other managers.
    pub force: bool,
    /// The subresource applied to.
    pub subresource: Option<String>,
    /// The present time.
    pub time: String,
}

/// The object after an apply: the live one, if any, with the wanted fields merged in.
pub fn apply(_: &Resolved, live: Option<&Value>, request: &Apply) -> Result<Value, crate::status::Status> {
    let mut new = live.cloned().unwrap_or(Value::Null);
    object::merge_patch(&mut new, &request.config);
    Ok(new)
}
