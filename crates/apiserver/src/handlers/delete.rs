//! DELETE of one object: preconditions, propagation, finalizers.

use std::sync::Arc;

use super::delete_options::DeleteOptions;
use super::one::{find, object};
use crate::answer::{self, Answer};
use crate::meta;
use crate::objects::{MODIFIED, Removed, remove};
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::{self, Status};
use crate::store::Stored;

/// Tries of one deletion when others write the same object.
const TRIES_MAX: usize = 5;

/// Deletes the object, or marks it when something holds it.
pub fn delete(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let options = DeleteOptions::of(call)?;
    for _ in 0..TRIES_MAX {
        let found = find(shared, call, resolved)?;
        check_preconditions(resolved, &options, &found)?;
        match remove(&options.write(shared, call, resolved), &found, options.propagation) {
            Err(status) if status.reason == "Conflict" && options.resource_version.is_empty() => {}
            Err(status) => return Err(status),
            Ok(Removed::Gone) => return gone(shared, call, resolved, &found),
            Ok(Removed::Held(held)) => return object(call, resolved, 200, &held, &[]),
        }
    }
    Err(Status::conflict(resolved.about(call.name()), MODIFIED))
}

/// The answer to a deletion that is done: the last state of some kinds, of all others a status.
fn gone(shared: &Shared, call: &Call, resolved: &Resolved, last: &Arc<Stored>) -> Answer {
    if is_returned(resolved) {
        return object(call, resolved, 200, &last_state(shared, resolved, last), &[]);
    }
    Ok(answer::json(200, &status::success(resolved.about(call.name()), &last.uid)))
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
