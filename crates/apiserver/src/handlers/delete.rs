//! DELETE of one object: preconditions, propagation, finalizers.

use std::sync::Arc;

use serde_json::Value;

use super::{Answer, find, object};
use crate::mutation::Mutation;
use crate::registry::Resolved;
use crate::request::Call;
use crate::server::Shared;
use crate::status::{self, Cause, Status};
use crate::store::{Change, Expect, Stored};
use crate::{body, convert, meta};

/// Tries of one deletion when others write the same object.
const TRIES_MAX: usize = 5;

/// What becomes of an object's dependents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted afterwards.
    Background,
    /// They are deleted first.
    Foreground,
    /// They stay.
    Orphan,
}

/// Options of a deletion.
struct DeleteOptions {
    uid: String,
    resource_version: String,
    propagation: Option<Propagation>,
    dry_run: bool,
}

/// Deletes the object, or marks it when something holds it.
pub fn delete(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let options = options(call)?;
    for _ in 0..TRIES_MAX {
        let found = find(shared, call, resolved)?;
        check_preconditions(resolved, &options, &found)?;
        let mut mutation = Mutation::of_call(shared, call, resolved);
        if options.dry_run {
            mutation = mutation.pretending();
        }
        match remove_with(shared, resolved, &mutation, &found, options.propagation) {
            Err(status) if status.reason == "Conflict" && options.resource_version.is_empty() => {}
            Err(status) => return Err(status),
            Ok(Removed::Gone) if is_returned(resolved) => return object(call, resolved, 200, &last_state(shared, resolved, &found), &[]),
            Ok(Removed::Gone) => return Ok(body::json(200, &status::success(resolved.about(call.name()), &found.uid))),
            Ok(Removed::Held(held)) => return object(call, resolved, 200, &held, &[]),
        }
    }
    Err(Status::conflict(resolved.about(call.name()), crate::mutation::MODIFIED))
}

/// Kinds whose deletion answers with the object instead of a status.
const RETURNED: [&str; 8] =
    ["namespaces", "persistentvolumeclaims", "persistentvolumes", "pods", "podtemplates", "resourcequotas", "serviceaccounts", "services"];
/// Groups of which all kinds do.
const RETURNED_GROUPS: [&str; 2] = ["resource.k8s.io", "storage.k8s.io"];

fn is_returned(resolved: &Resolved) -> bool {
    RETURNED.contains(&&*resolved.resource.collection) || RETURNED_GROUPS.contains(&&*resolved.resource.group)
}

/// A deleted object as its deletion shows it; a pod was given no time to end.
fn last_state(shared: &Shared, resolved: &Resolved, object: &Arc<Stored>) -> Arc<Stored> {
    if &*resolved.resource.collection != "pods" {
        return object.clone();
    }
    let mut value = object.value();
    meta::mark_deleted(&mut value, shared.options.clock.now());
    Arc::new(Stored::freeze(object.key.clone(), value, object.revision))
}

/// Deletes an object on behalf of the server. Returns whether it is gone.
pub fn remove(shared: &Shared, resolved: &Resolved, object: &Stored, propagation: Option<Propagation>) -> Result<bool, Status> {
    let mutation = Mutation::internal(shared, resolved);
    remove_with(shared, resolved, &mutation, object, propagation).map(|removed| matches!(removed, Removed::Gone))
}

/// What a deletion came to.
pub(super) enum Removed {
    /// The object is no more.
    Gone,
    /// It is marked, and waits for finalizers.
    Held(Arc<Stored>),
}

pub(super) fn remove_with(
    shared: &Shared,
    resolved: &Resolved,
    mutation: &Mutation<'_>,
    object: &Stored,
    propagation: Option<Propagation>,
) -> Result<Removed, Status> {
    check_protected(resolved, object)?;
    let old = convert::read(resolved, object);
    let mut new = old.clone();
    match propagation {
        Some(Propagation::Foreground) => meta::add_finalizer(&mut new, meta::FOREGROUND),
        Some(Propagation::Orphan) => meta::add_finalizer(&mut new, meta::ORPHAN),
        Some(Propagation::Background) | None => {}
    }
    let expect = Expect::Revision(object.revision);
    if !meta::is_held(&new) {
        mutation.commit(&object.key, expect, Change::Delete(new))?;
        return Ok(Removed::Gone);
    }
    if !object.terminating {
        meta::mark_deleted(&mut new, shared.options.clock.now());
        mark_namespace(&mut new);
    }
    if new == old {
        return Ok(Removed::Held(Arc::new(Stored::freeze(object.key.clone(), old, object.revision))));
    }
    mutation.commit(&object.key, expect, Change::Put(new)).map(Removed::Held)
}

fn mark_namespace(object: &mut Value) {
    if object["kind"] == "Namespace" && object["apiVersion"] == "v1" {
        object["status"]["phase"] = "Terminating".into();
        meta::metadata(object).remove("deletionGracePeriodSeconds");
    }
}

/// The namespaces that a cluster cannot be without.
fn check_protected(resolved: &Resolved, object: &Stored) -> Result<(), Status> {
    let name = &*object.key.name;
    if &*resolved.resource.collection == "namespaces" && matches!(name, "default" | "kube-system" | "kube-public") {
        return Err(Status::forbidden(resolved.about(name), "this namespace may not be deleted"));
    }
    Ok(())
}

fn check_preconditions(resolved: &Resolved, options: &DeleteOptions, object: &Stored) -> Result<(), Status> {
    let about = resolved.about_kind(&object.key.name);
    if !options.uid.is_empty() && *options.uid != *object.uid {
        let why = format!(
            "the UID in the precondition ({}) does not match the UID in record ({}). The object might have been deleted and then recreated",
            options.uid, object.uid
        );
        return Err(Status::conflict(about, why));
    }
    let revision = object.revision.to_string();
    if !options.resource_version.is_empty() && options.resource_version != revision {
        let why = format!(
            "the ResourceVersion in the precondition ({}) does not match the ResourceVersion in record ({revision}). The object might have been modified",
            options.resource_version
        );
        return Err(Status::conflict(about, why));
    }
    Ok(())
}

fn options(call: &Call) -> Result<DeleteOptions, Status> {
    let body = if call.body.is_empty() { Value::Null } else { call.value("DeleteOptions")? };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let preconditions = &body["preconditions"];
    check_options(call, &body)?;
    Ok(DeleteOptions {
        uid: text(&preconditions["uid"]),
        resource_version: text(&preconditions["resourceVersion"]),
        propagation: propagation(call, &body)?,
        dry_run: call.is_dry_run() || body["dryRun"].as_array().is_some_and(|list| list.iter().any(|item| item == "All")),
    })
}

/// Refuses what no option of a deletion means.
pub(super) fn check_options(call: &Call, body: &Value) -> Result<(), Status> {
    let grace = call.query.text("gracePeriodSeconds").unwrap_or("0");
    if grace.parse::<i64>().is_err() {
        return Err(Status::bad_request(format!("strconv.ParseInt: parsing {grace:?}: invalid syntax")));
    }
    let listed = body["dryRun"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let dry_runs = call.query.get("dryRun").into_iter().chain(listed);
    let mut causes: Vec<Cause> = dry_runs.filter_map(|asked| super::options::dry_run(Some(asked))).collect();
    if !body["orphanDependents"].is_null() && !body["propagationPolicy"].is_null() {
        let why = "orphanDependents and deletionPropagation cannot be both set";
        causes.insert(0, Cause::invalid("propagationPolicy", &body["propagationPolicy"], why));
    }
    if causes.is_empty() { Ok(()) } else { Err(Status::invalid(DELETE_OPTIONS, causes)) }
}

const DELETE_OPTIONS: status::About<'static> = status::About { group: "meta.k8s.io", resource: "DeleteOptions", name: "" };

/// The wish for dependents, from the query, the body, or the deprecated `orphanDependents`.
pub(super) fn propagation(call: &Call, body: &Value) -> Result<Option<Propagation>, Status> {
    let wish = call.query.text("propagationPolicy").or_else(|| body["propagationPolicy"].as_str());
    match wish {
        Some("Background") => Ok(Some(Propagation::Background)),
        Some("Foreground") => Ok(Some(Propagation::Foreground)),
        Some("Orphan") => Ok(Some(Propagation::Orphan)),
        None => Ok((body["orphanDependents"] == true).then_some(Propagation::Orphan)),
        Some(other) => {
            let cause = Cause::unsupported("propagationPolicy", &other.into(), &["Foreground", "Background", "Orphan", "nil"]);
            Err(Status::invalid(DELETE_OPTIONS, vec![cause]))
        }
    }
}
