//! Subresources: what is asked under an object's name.

use std::sync::Arc;

use serde_json::json;

use super::one::{find, object};
use super::{get, patch, scale, token, update};
use crate::answer::{self, Answer};
use crate::decode;
use crate::objects::{self, Write, remove};
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::Status;

/// Answers a request for a subresource.
pub fn subresource(shared: &Arc<Shared>, call: &Call, resolved: &Resolved, name: &str) -> Answer {
    if !resolved.version().has_subresource(name) {
        return Err(without(name));
    }
    match (name, call.verb) {
        ("scale", _) => scale::scale(shared, call, resolved),
        ("token", "create") => token::token(shared, call),
        ("eviction", "create") => evict(shared, call, resolved),
        ("binding", "create") => bind(shared, call, resolved),
        ("status" | "approval" | "ephemeralcontainers" | "resize", "get") => get::get(shared, call, resolved),
        ("status" | "finalize" | "approval" | "ephemeralcontainers" | "resize", "update") => update::update(shared, call, resolved),
        ("status" | "approval" | "ephemeralcontainers" | "resize", "patch") => patch::patch(shared, call, resolved),
        _ => Err(Status::method_not_allowed()),
    }
}

fn without(name: &str) -> Status {
    if matches!(name, "log" | "exec" | "attach" | "portforward" | "proxy") {
        return Status::new(501, "NotImplemented", format!("this API server runs no containers, so it cannot serve {name:?}"));
    }
    Status::no_such_path()
}

/// An eviction deletes the pod; disruption budgets are not counted, as there are no real pods.
fn evict(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let pod = find(shared, call, resolved)?;
    remove(&Write::of_call(shared, call, resolved), &pod, None)?;
    Ok(answer::json(201, &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201})))
}

fn bind(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let pod = find(shared, call, resolved)?;
    let mut value = pod.value();
    value["spec"]["nodeName"] = decode::value(call, "Binding")?["target"]["name"].clone();
    let mut write = Write::of_call(shared, call, resolved);
    let bound = objects::update(&mut write, &pod, value)?;
    object(call, resolved, 201, &bound, &write.warnings)
}
