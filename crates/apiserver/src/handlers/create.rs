//! POST of a new object.

use super::{Answer, object};
use crate::mutation::Mutation;
use crate::registry::Resolved;
use crate::request::Call;
use crate::server::Shared;
use crate::status::Status;
use crate::{meta, rbac};

/// Creates the object of the body.
pub fn create(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    if call.target.name.is_some() {
        return Err(Status::method_not_allowed());
    }
    let body = call.object(resolved)?;
    if !meta::text(&body, "resourceVersion").is_empty() {
        // kube-apiserver has no reason for this one, and answers 500.
        return Err(Status::new(500, "", "resourceVersion should not be set on objects to be created"));
    }
    rbac::check_escalation(shared, call, resolved, &body)?;
    let mut mutation = Mutation::of_call(shared, call, resolved);
    let created = mutation.create(body, call.namespace())?;
    object(call, resolved, 201, &created, &mutation.warnings)
}
