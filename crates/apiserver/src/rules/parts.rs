//! Which part of an object a write may touch: its status is one half, everything else the other.

use serde_json::Value;

use crate::registry::Resolved;

/// Gives the parts that this write may not touch their old values: status on a write of the object,
/// everything else on a write of the status.
pub fn keep_untouchable(resolved: &Resolved, subresource: Option<&str>, old: &Value, new: &mut Value) {
    if &*resolved.resource.collection == "namespaces" && subresource.is_none() {
        keep(old, new, "spec");
    }
    match subresource {
        None | Some("scale") if resolved.version().has_subresource("status") => keep(old, new, "status"),
        Some("status") => keep_all_but_status(resolved, old, new),
        _ => {}
    }
}

fn keep_all_but_status(resolved: &Resolved, old: &Value, new: &mut Value) {
    let mut kept = old.clone();
    kept["status"] = new["status"].take();
    if kept["status"].is_null() {
        drop_status(&mut kept);
    }
    let written = new["metadata"].take();
    if resolved.resource.is_custom() {
        kept["metadata"]["managedFields"] = written["managedFields"].clone();
    } else {
        let labels = old["metadata"]["labels"].clone();
        kept["metadata"] = written;
        kept["metadata"]["labels"] = labels;
    }
    *new = kept;
}

fn keep(old: &Value, new: &mut Value, field: &str) {
    match old.get(field) {
        Some(value) => new[field] = value.clone(),
        None => drop(new.as_object_mut().map(|map| map.remove(field))),
    }
}

/// Statuses that new objects begin with. All others begin with what their type always holds.
const FIRST_PHASES: [(&str, &str); 3] = [("persistentvolumeclaims", "Pending"), ("persistentvolumes", "Pending"), ("pods", "Pending")];

/// The status of a new object is the server's to say, save that a kubelet registers a Node with it.
pub fn begin_status(resolved: &Resolved, object: &mut Value) {
    let collection = &*resolved.resource.collection;
    if !resolved.version().has_subresource("status") || collection == "nodes" {
        return;
    }
    drop_status(object);
    if resolved.resource.is_custom() {
        return;
    }
    smd::fill(object, resolved.built_in_type());
    if let Some((_, phase)) = FIRST_PHASES.iter().find(|(known, _)| *known == collection) {
        object["status"]["phase"] = (*phase).into();
    }
}

fn drop_status(object: &mut Value) {
    if let Some(map) = object.as_object_mut() {
        map.remove("status");
    }
}
