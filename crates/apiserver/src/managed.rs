//! Who owns which field: `metadata.managedFields` on writes, and server-side apply. The rules are `smd`'s; here is which
//! type, version and fields a request is about.

use schema::Type;
use serde_json::Value;
use smd::{ApplyRequest, FieldSet, UpdateRequest};

use crate::registry::Resolved;
use crate::status::{Cause, Status};

pub use smd::same_but_times;

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

/// Notes in the new object what `manager` set with a create, an update or a patch.
pub fn on_update(resolved: &Resolved, old: Option<&Value>, new: &mut Value, manager: &str, subresource: Option<&str>, now: &str) {
    let request = UpdateRequest {
        live: old,
        new,
        place: place(resolved),
        empty: &empty(resolved),
        manager,
        subresource: subresource.unwrap_or_default(),
        now,
        ignored: &ignored(resolved, subresource),
    };
    *new = smd::update(request);
}

/// The object after an apply: the live one, if any, with the wanted fields merged in.
pub fn apply(resolved: &Resolved, live: Option<&Value>, request: &Apply) -> Result<Value, Status> {
    let subresource = request.subresource.as_deref();
    let applied = smd::apply(ApplyRequest {
        live,
        applied: &request.config,
        place: place(resolved),
        empty: &empty(resolved),
        manager: &request.manager,
        subresource: subresource.unwrap_or_default(),
        force: request.force,
        now: &request.time,
        ignored: &ignored(resolved, subresource),
    });
    applied.map(|applied| applied.object).map_err(|error| refusal(&error))
}

fn place(resolved: &Resolved) -> Type<'_> {
    resolved.custom().map_or_else(|| resolved.built_in_type(), |custom| custom.catalog.root())
}

/// What every object of a kind holds before anything is set.
fn empty(resolved: &Resolved) -> Value {
    if resolved.resource.is_custom() { Value::Object(serde_json::Map::new()) } else { smd::zero(resolved.built_in_type()) }
}

/// What an endpoint does not write: status on the object, everything else on the status.
fn ignored(resolved: &Resolved, subresource: Option<&str>) -> FieldSet {
    match subresource {
        Some("status") if resolved.resource.is_custom() => FieldSet::fields(&["spec", "metadata"]),
        Some("status") => FieldSet::fields(&["spec", "metadata.labels"]),
        _ if resolved.version().has_subresource("status") => FieldSet::fields(&["status"]),
        _ => FieldSet::default(),
    }
}

fn refusal(error: &smd::Error) -> Status {
    match error {
        smd::Error::Conflict(conflicts) => {
            let cause = |conflict: &smd::Conflict| Cause {
                reason: "FieldManagerConflict",
                message: conflict.message(),
                field: conflict.path.to_string(),
            };
            Status::apply_conflict(conflicts.to_string(), conflicts.0.iter().map(cause).collect())
        }
        // kube-apiserver has no reason for this one either, and answers 500.
        smd::Error::Invalid { .. } => Status::new(500, "", error.to_string()),
        smd::Error::ManagedFields => Status::bad_request(error.to_string()),
    }
}
