//! Creating an object: its name and namespace, what the server stamps on it, defaults, owners, validation, commit.

use std::sync::Arc;

use serde_json::Value;

use super::write::Write;
use crate::registry::Resolved;
use crate::shared::Shared;
use crate::status::{About, Cause, Status};
use crate::store::{Change, Expect, Key, Stored};
use crate::{meta, rules};

/// Creates an object in a namespace (empty for cluster-scoped resources).
pub fn create(write: &mut Write<'_>, mut object: Value, namespace: &str) -> Result<Arc<Stored>, Status> {
    write.check_type(&mut object)?;
    settle_namespace(&mut object, namespace)?;
    settle_name(write.resolved, &mut object)?;
    let name = meta::text(&object, "name").to_owned();
    meta::stamp_created(&mut object, write.shared.new_uid(), write.shared.options.clock.now());
    rules::complete(&write.scene(), &mut object);
    check_namespace(write.shared, write.resolved, &object)?;
    write.own(None, &mut object);
    let causes = rules::on_create(&write.scene(), &mut object);
    write.refuse(&name, causes)?;
    if rules::has_generation(write.resolved) {
        meta::metadata(&mut object).insert("generation".into(), 1.into());
    }
    meta::tidy(&mut object);
    let key = Key::new(namespace, &name);
    write.commit(&key, Expect::Absent, Change::Put(object))
}

fn settle_namespace(object: &mut Value, namespace: &str) -> Result<(), Status> {
    if meta::is_foreign(object, namespace) {
        return Err(Status::foreign_namespace());
    }
    if namespace.is_empty() {
        meta::metadata(object).remove("namespace");
    } else {
        meta::metadata(object).insert("namespace".into(), namespace.into());
    }
    Ok(())
}

fn settle_name(resolved: &Resolved, object: &mut Value) -> Result<(), Status> {
    if meta::text(object, "name").is_empty() {
        let prefix = meta::text(object, "generateName").to_owned();
        if prefix.is_empty() {
            let cause = Cause::required("metadata.name", "name or generateName is required");
            return Err(Status::invalid(resolved.about_kind(""), vec![cause]));
        }
        let name = meta::generate_name(&prefix, uuid::Uuid::new_v4().as_u128());
        meta::metadata(object).insert("name".into(), name.into());
    }
    Ok(())
}

/// New content needs a namespace that exists and is not going away.
fn check_namespace(shared: &Shared, resolved: &Resolved, object: &Value) -> Result<(), Status> {
    if !resolved.resource.namespaced {
        return Ok(());
    }
    let (namespace, name) = (meta::text(object, "namespace"), meta::text(object, "name"));
    let about = About { group: "", resource: "namespaces", name: namespace };
    let found = shared.get("namespaces", "", namespace).ok_or_else(|| Status::not_found(about))?;
    if !found.terminating {
        return Ok(());
    }
    let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
    let message = format!("namespace {namespace} is being terminated");
    let cause = Cause { reason: "NamespaceTerminating", message, field: "metadata.namespace".into() };
    Err(Status::forbidden(resolved.about(name), why).with_cause(cause))
}
