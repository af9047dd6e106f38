//! Deleting an object: what becomes of its dependents, and the finalizers that hold it.

use std::sync::Arc;

use serde_json::Value;

use super::write::Write;
use crate::registry::Resolved;
use crate::status::Status;
use crate::store::{Change, Expect, Stored};
use crate::{convert, meta};

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

/// What a deletion came to.
pub enum Removed {
    /// The object is no more.
    Gone,
    /// It is marked, and waits for finalizers.
    Held(Arc<Stored>),
}

/// Deletes an object, or marks it while finalizers hold it.
pub fn remove(write: &Write<'_>, object: &Stored, propagation: Option<Propagation>) -> Result<Removed, Status> {
    let (shared, resolved) = (write.shared, write.resolved);
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
        write.commit(&object.key, expect, Change::Delete(new))?;
        return Ok(Removed::Gone);
    }
    if !object.terminating {
        meta::mark_deleted(&mut new, shared.options.clock.now());
        mark_namespace(&mut new);
    }
    if new == old {
        return Ok(Removed::Held(Arc::new(Stored::freeze(object.key.clone(), old, object.revision))));
    }
    write.commit(&object.key, expect, Change::Put(new)).map(Removed::Held)
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
