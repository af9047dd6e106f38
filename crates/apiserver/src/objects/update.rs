//! Replacing an object's state: preconditions, what may not change, defaults, owners, validation, commit.

use std::sync::Arc;

use serde_json::Value;

use super::write::{MODIFIED, Write};
use crate::registry::Resolved;
use crate::status::{About, Status};
use crate::store::{Change, Expect, Key, Stored};
use crate::{convert, managed, meta, rules};

/// Replaces an object's state by `new`, which may end its deletion. An unchanged object is not written.
pub fn update(write: &mut Write<'_>, old: &Stored, mut new: Value) -> Result<Arc<Stored>, Status> {
    write.check_type(&mut new)?;
    let old_value = convert::read(write.resolved, old);
    check_preconditions(write, old, &old_value, &new)?;
    let mut causes = rules::check_update(&old_value, &new);
    meta::carry_over(&old_value, &mut new);
    rules::keep_untouchable(write.resolved, write.subresource, &old_value, &mut new);
    rules::complete(&write.scene(), &mut new);
    write.own(Some(&old_value), &mut new);
    causes.extend(rules::on_update(&write.scene(), &old_value, &mut new));
    write.refuse(&old.key.name, causes)?;
    rules::count_generation(write.resolved, &old_value, &mut new);
    meta::tidy(&mut new);
    if old.terminating && !meta::is_held(&new) {
        return write.commit(&old.key, Expect::Revision(old.revision), Change::Delete(new));
    }
    if managed::same_but_times(&old_value, &new) {
        return write.get_again(old);
    }
    write.commit(&old.key, Expect::Revision(old.revision), Change::Put(new))
}

fn check_preconditions(write: &Write<'_>, old: &Stored, old_value: &Value, new: &Value) -> Result<(), Status> {
    let about = write.resolved.about(&old.key.name);
    let revision = meta::text(new, "resourceVersion");
    if !revision.is_empty() && revision != "0" && revision != meta::text(old_value, "resourceVersion") {
        return Err(Status::conflict(about, MODIFIED));
    }
    let uid = meta::text(new, "uid");
    if !uid.is_empty() && uid != &*old.uid && write.patch.is_none() {
        let place = registry_key(write.resolved, &old.key);
        let why = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {}", old.uid);
        let why = format!("StorageError: invalid object, Code: 4, Key: {place}, ResourceVersion: 0, AdditionalErrorMsg: {why}");
        return Err(Status::conflict(about, why));
    }
    check_name(about, new, &old.key)
}

fn check_name(about: About<'_>, new: &Value, key: &Key) -> Result<(), Status> {
    let name = meta::text(new, "name");
    if name.is_empty() {
        let why = format!("the name of the object ({} based on URL) was undeterminable: name must be provided", about.name);
        return Err(Status::bad_request(why));
    }
    if name != &*key.name {
        return Err(Status::foreign_name(name, about.name));
    }
    if meta::is_foreign(new, &key.namespace) {
        return Err(Status::foreign_namespace());
    }
    Ok(())
}

/// Where kube-apiserver keeps an object in etcd, which its messages tell.
fn registry_key(resolved: &Resolved, key: &Key) -> String {
    let group = if resolved.resource.is_custom() { format!("{}/", resolved.resource.group) } else { String::new() };
    let namespace = if key.namespace.is_empty() { String::new() } else { format!("{}/", key.namespace) };
    format!("/registry/{group}{}/{namespace}{}", resolved.resource.plural, key.name)
}
