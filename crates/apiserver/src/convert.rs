//! Conversion between the versions of one resource.
//!
//! Custom resources convert by name only (`strategy: None`). Of the built-ins, events exist in two groups with other field
//! names; a table says which. Everything else differs in `apiVersion` alone.

use bytes::{Bytes, BytesMut};
use serde_json::Value;

use crate::registry::Resolved;
use crate::store::Stored;

/// Fields of a core Event and their names in `events.k8s.io`.
const EVENT_FIELDS: [(&str, &str); 7] = [
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
    ("reportingComponent", "reportingController"),
];
const STORED_EVENT: &str = "v1";

/// An object in the version asked for.
pub fn read(resolved: &Resolved, stored: &Stored) -> Value {
    from_storage(resolved, stored.value())
}

/// An object's bytes in the version asked for; the stored bytes themselves where they already are.
pub fn bytes(resolved: &Resolved, stored: &Stored) -> Bytes {
    if is_as_stored(resolved) {
        return stored.json.clone();
    }
    Bytes::from(read(resolved, stored).to_string())
}

/// Appends an object as an item of a list: items of built-in kinds do not repeat what the list says of their type.
pub fn append_item(resolved: &Resolved, stored: &Stored, list: &mut BytesMut) {
    if resolved.resource.is_custom() {
        return list.extend_from_slice(&bytes(resolved, stored));
    }
    if is_as_stored(resolved) {
        list.extend_from_slice(b"{");
        return list.extend_from_slice(stored.body());
    }
    let mut value = read(resolved, stored);
    if let Some(map) = value.as_object_mut() {
        map.retain(|field, _| !matches!(field.as_str(), "apiVersion" | "kind"));
    }
    list.extend_from_slice(value.to_string().as_bytes());
}

/// An object in the version that is stored.
pub fn to_storage(resolved: &Resolved, mut object: Value) -> Value {
    if is_event(resolved) {
        EVENT_FIELDS.iter().for_each(|(stored, served)| rename(&mut object, served, stored));
        object["apiVersion"] = STORED_EVENT.into();
    } else {
        object["apiVersion"] = resolved.resource.api_version(&resolved.resource.storage_version().name).into();
    }
    object
}

fn from_storage(resolved: &Resolved, mut object: Value) -> Value {
    if is_event(resolved) {
        EVENT_FIELDS.iter().for_each(|(stored, served)| rename(&mut object, stored, served));
        // This version does not write empty reporters, the stored one does.
        if let Some(map) = object.as_object_mut() {
            map.retain(|field, value| !(field.starts_with("reporting") && *value == ""));
        }
    }
    object["apiVersion"] = resolved.api_version().into();
    object
}

fn is_as_stored(resolved: &Resolved) -> bool {
    resolved.version().storage && !is_event(resolved)
}

fn is_event(resolved: &Resolved) -> bool {
    resolved.resource.group == "events.k8s.io"
}

fn rename(object: &mut Value, from: &str, to: &str) {
    let Some(map) = object.as_object_mut() else { return };
    if let Some(value) = map.remove(from) {
        map.insert(to.to_owned(), value);
    }
}
