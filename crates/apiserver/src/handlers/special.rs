//! Subresources and reviews: what is asked under an object's name, and objects that are answered instead of stored.

use std::sync::Arc;

use super::{Answer, get, patch, update};
use crate::registry::Resolved;
use crate::request::Call;
use crate::server::Shared;
use crate::status::Status;

/// Answers a request for a subresource.
pub fn subresource(shared: &Arc<Shared>, call: &Call, resolved: &Resolved, name: &str) -> Answer {
    if !resolved.version().has_subresource(name) {
        return Err(Status::no_such_path());
    }
    match (name, call.verb) {
        ("status", "get") => get::get(shared, call, resolved),
        ("status" | "finalize" | "approval" | "ephemeralcontainers" | "resize", "update") => update::update(shared, call, resolved),
        ("status" | "approval" | "ephemeralcontainers" | "resize", "patch") => patch::patch(shared, call, resolved),
        _ => Err(Status::method_not_allowed()),
    }
}

/// Answers a review.
pub fn review(_: &Arc<Shared>, _: &Call, _: &Resolved) -> Answer {
    Err(Status::method_not_allowed())
}
