//! POST of a new object.

use super::one::object;
use crate::access::check_escalation;
use crate::answer::Answer;
use crate::objects::{self, Write};
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::Status;
use crate::{decode, meta};

/// Creates the object of the body.
pub fn create(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    if call.target.name.is_some() {
        return Err(Status::method_not_allowed());
    }
    let body = decode::object(call, resolved)?;
    if !meta::text(&body, "resourceVersion").is_empty() {
        // kube-apiserver has no reason for this one, and answers 500.
        return Err(Status::new(500, "", "resourceVersion should not be set on objects to be created"));
    }
    check_escalation(shared, call, resolved, &body)?;
    let mut write = Write::of_call(shared, call, resolved);
    let created = objects::create(&mut write, body, call.namespace())?;
    object(call, resolved, 201, &created, &write.warnings)
}
