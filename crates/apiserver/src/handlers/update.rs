//! PUT of an object's whole state, or of its status.

use super::{Answer, find, object};
use crate::mutation::Mutation;
use crate::registry::Resolved;
use crate::request::Call;
use crate::server::Shared;
use crate::status::{Cause, Status};
use crate::{meta, rbac};

/// Replaces the object by the body.
pub fn update(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let body = call.object(resolved)?;
    let old = find(shared, call, resolved)?;
    if meta::text(&body, "resourceVersion").is_empty() && resolved.resource.is_custom() {
        let cause = Cause::invalid("metadata.resourceVersion", &0.into(), "must be specified for an update");
        return Err(Status::invalid(resolved.about(call.name()), vec![cause]));
    }
    rbac::check_escalation(shared, call, resolved, &body)?;
    let mut mutation = Mutation::of_call(shared, call, resolved);
    let updated = mutation.update(&old, body)?;
    object(call, resolved, 200, &updated, &mutation.warnings)
}
