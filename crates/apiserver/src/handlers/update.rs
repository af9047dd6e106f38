//! PUT of an object's whole state, or of its status.

use super::one::{find, object};
use crate::access::check_escalation;
use crate::answer::Answer;
use crate::objects::{self, Write};
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::{Cause, Status};
use crate::{decode, meta};

/// Replaces the object by the body.
pub fn update(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let body = decode::object(call, resolved)?;
    let old = find(shared, call, resolved)?;
    if meta::text(&body, "resourceVersion").is_empty() && resolved.resource.is_custom() {
        let cause = Cause::invalid("metadata.resourceVersion", &0.into(), "must be specified for an update");
        return Err(Status::invalid(resolved.about(call.name()), vec![cause]));
    }
    check_escalation(shared, call, resolved, &body)?;
    let mut write = Write::of_call(shared, call, resolved);
    let updated = objects::update(&mut write, &old, body)?;
    object(call, resolved, 200, &updated, &write.warnings)
}
