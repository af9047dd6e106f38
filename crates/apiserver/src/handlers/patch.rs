//! PATCH in its four forms. A patch that meets a concurrent write is tried again on the new state.

use std::sync::Arc;

use serde_json::Value;

use super::one::{find, object};
use crate::access::{self, check_escalation};
use crate::answer::Answer;
use crate::objects::{self, MODIFIED, Write};
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::Status;
use crate::store::{Key, Stored};
use crate::{convert, decode, managed, meta, patch};

/// Tries of one patch when others write the same object.
const TRIES_MAX: usize = 5;

/// Applies the patch of the body.
pub fn patch(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let mut last = Err(Status::internal("no patch was tried"));
    for _ in 0..TRIES_MAX {
        last = once(shared, call, resolved);
        match &last {
            Err(status) if is_race(status, call) => {}
            _ => return last,
        }
    }
    last
}

/// Whether somebody else wrote, or made, the object in between.
fn is_race(status: &Status, call: &Call) -> bool {
    let is_written = status.reason == "Conflict" && status.message.ends_with(MODIFIED) && !names_revision(call);
    let is_made = status.reason == "AlreadyExists" && call.content_type == patch::APPLY;
    is_written || is_made
}

/// A patch that says which revision it is for must not be tried on another.
fn names_revision(call: &Call) -> bool {
    serde_json::from_slice(&call.body).is_ok_and(|body: Value| !meta::text(&body, "resourceVersion").is_empty())
}

fn once(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    if call.content_type == patch::APPLY {
        return apply(shared, call, resolved);
    }
    let old = find(shared, call, resolved)?;
    let new = patched(call, resolved, convert::read(resolved, &old))?;
    check_escalation(shared, call, resolved, &new)?;
    let mut write = Write::of_call(shared, call, resolved);
    let updated = objects::update(&mut write, &old, new)?;
    object(call, resolved, 200, &updated, &write.warnings)
}

fn patched(call: &Call, resolved: &Resolved, mut state: Value) -> Result<Value, Status> {
    match &*call.content_type {
        patch::JSON => patch::json(&mut state, &call.body)?,
        patch::MERGE => patch::merge(&mut state, &call.body)?,
        patch::STRATEGIC if !resolved.resource.is_custom() => patch::strategic(resolved, &mut state, &call.body)?,
        patch::STRATEGIC => return Err(Status::unsupported_media_type(&[patch::JSON, patch::MERGE, patch::APPLY].join(", "))),
        _ => return Err(Status::unsupported_patch()),
    }
    Ok(state)
}

/// Server-side apply: merges what the manager wants into the live object, and creates it if absent.
fn apply(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let request = apply_request(shared, call, resolved)?;
    let key = Key::new(call.namespace(), call.name());
    let Some(old) = shared.store.get(&resolved.resource.collection, &key) else {
        return apply_new(shared, call, resolved, &request);
    };
    check_identity(resolved, &old, &request.config)?;
    let live = convert::read(resolved, &old);
    let new = managed::apply(resolved, Some(&live), &request)?;
    check_escalation(shared, call, resolved, &new)?;
    let mut write = Write::of_call(shared, call, resolved).without_manager();
    let updated = objects::update(&mut write, &old, new)?;
    object(call, resolved, 200, &updated, &write.warnings)
}

fn apply_new(shared: &Shared, call: &Call, resolved: &Resolved, request: &managed::Apply) -> Answer {
    if call.target.subresource.is_some() {
        return Err(Status::not_found(resolved.about(call.name())));
    }
    let uid = meta::text(&request.config, "uid");
    if !uid.is_empty() {
        let why = format!("uid mismatch: the provided object specified uid {uid}, and no existing object was found");
        return Err(Status::conflict(resolved.about(call.name()), why));
    }
    let new = managed::apply(resolved, None, request)?;
    check_escalation(shared, call, resolved, &new)?;
    access::authorize_target(shared, &call.user, "create", &call.target)?;
    let mut write = Write::of_call(shared, call, resolved).without_manager();
    let created = objects::create(&mut write, new, call.namespace())?;
    object(call, resolved, 201, &created, &write.warnings)
}

fn apply_request(shared: &Shared, call: &Call, resolved: &Resolved) -> Result<managed::Apply, Status> {
    let manager = call.query.text("fieldManager").unwrap_or_default().to_owned();
    let mut config = decode::applied(&call.body)?;
    decode::check_applied_type(resolved, &config)?;
    if !config["metadata"]["managedFields"].is_null() {
        return Err(Status::bad_request("metadata.managedFields must be nil"));
    }
    if meta::text(&config, "name").is_empty() {
        meta::metadata(&mut config).insert("name".into(), call.name().into());
    }
    let name = meta::text(&config, "name");
    if name != call.name() {
        return Err(Status::foreign_name(name, call.name()));
    }
    let time = meta::timestamp(shared.options.clock.now());
    Ok(managed::Apply { config, manager, force: call.query.flag("force"), subresource: call.target.subresource.clone(), time })
}

fn check_identity(resolved: &Resolved, old: &Arc<Stored>, config: &Value) -> Result<(), Status> {
    let revision = meta::text(config, "resourceVersion");
    if !revision.is_empty() && revision != old.revision.to_string() {
        return Err(Status::conflict(resolved.about(&old.key.name), MODIFIED));
    }
    Ok(())
}
