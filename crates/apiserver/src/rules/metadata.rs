//! What `metadata` may say, whatever the kind: labels, annotations, owners, finalizers, and what an update may not change.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::meta;
use crate::names::{key_faults, value_faults};
use crate::status::Cause;

/// Bytes of all annotations of one object, keys included.
const ANNOTATIONS_BYTES_MAX: usize = 256 << 10;
/// The longest name of a field manager.
const MANAGER_LENGTH_MAX: usize = 128;

/// Finalizers without a domain that Kubernetes itself uses.
const STANDARD_FINALIZERS: [&str; 4] = ["kubernetes", meta::ORPHAN, meta::FOREGROUND, meta::CLEANUP];
/// Server-owned fields that a request may repeat but not change.
const IMMUTABLE: [&str; 3] = ["uid", "deletionTimestamp", "deletionGracePeriodSeconds"];

/// The faults of a new or changed object's metadata, its name aside.
pub fn check(object: &Value) -> Vec<Cause> {
    let metadata = &object["metadata"];
    let mut causes = labels(&metadata["labels"], "metadata.labels");
    causes.extend(annotations(&metadata["annotations"]));
    causes.extend(owners(&metadata["ownerReferences"]));
    causes.extend(finalizers(object));
    causes.extend(managers(&metadata["managedFields"]));
    causes
}

/// Finalizers of new objects of built-in kinds have a domain, or are Kubernetes' own.
pub fn check_own_finalizers(object: &Value) -> Vec<Cause> {
    let foreign = |(_, name): &(usize, &str)| !name.contains('/') && !STANDARD_FINALIZERS.contains(name);
    let found = meta::finalizers(object).enumerate().filter(foreign);
    let detail = "name is neither a standard finalizer name nor is it fully qualified";
    found.map(|(at, name)| Cause::invalid(format!("metadata.finalizers[{at}]"), &name.into(), detail)).collect()
}

/// What an update changed that it may not. `sent` is the object as the request has it.
pub fn check_update(old: &Value, sent: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    for field in IMMUTABLE {
        let (was, is) = (&old["metadata"][field], &sent["metadata"][field]);
        if !is.is_null() && was != is {
            causes.push(Cause::invalid(format!("metadata.{field}"), is, "field is immutable"));
        }
    }
    let known: BTreeSet<&str> = meta::finalizers(old).collect();
    let new: BTreeSet<&str> = meta::finalizers(sent).filter(|name| !known.contains(name)).collect();
    if old["metadata"]["deletionTimestamp"].is_string() && !new.is_empty() {
        let listed = new.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        let why = format!("no new finalizers can be added if the object is being deleted, found new finalizers []string{{{listed}}}");
        causes.push(Cause::forbidden("metadata.finalizers", &why));
    }
    causes
}

/// The faults of a mapping of labels at a path.
pub fn labels(labels: &Value, path: &str) -> Vec<Cause> {
    let pairs = labels.as_object().into_iter().flatten();
    let faults = pairs.flat_map(|(key, value)| {
        let keys = key_faults(key).into_iter().map(|fault| Cause::invalid(path, &key.as_str().into(), fault));
        let values = value_faults(value.as_str().unwrap_or_default()).into_iter().map(|fault| Cause::invalid(path, value, fault));
        keys.chain(values).collect::<Vec<_>>()
    });
    faults.collect()
}

fn annotations(annotations: &Value) -> Vec<Cause> {
    let Some(map) = annotations.as_object() else { return Vec::new() };
    let fault = |key: &String| -> Vec<Cause> {
        key_faults(&key.to_lowercase())
            .into_iter()
            .map(|fault| Cause::invalid("metadata.annotations", &key.as_str().into(), fault))
            .collect()
    };
    let mut causes: Vec<Cause> = map.keys().flat_map(fault).collect();
    let bytes: usize = map.iter().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
    if bytes > ANNOTATIONS_BYTES_MAX {
        causes.push(Cause::too_long("metadata.annotations", ANNOTATIONS_BYTES_MAX));
    }
    causes
}

fn owners(references: &Value) -> Vec<Cause> {
    let references = references.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut causes = Vec::new();
    for reference in references {
        let text = |key: &str| reference[key].as_str().unwrap_or_default();
        for (key, why) in [
            ("apiVersion", "version must not be empty"),
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ] {
            if text(key).is_empty() {
                causes.push(Cause::invalid(format!("metadata.ownerReferences.{key}"), &"".into(), why));
            }
        }
    }
    let mut controllers = references.iter().filter(|reference| reference["controller"] == true);
    if let (Some(first), Some(second)) = (controllers.next(), controllers.next()) {
        let name = |it: &Value| format!("{}/{}", it["kind"].as_str().unwrap_or_default(), it["name"].as_str().unwrap_or_default());
        let why = format!(
            "Only one reference can have Controller set to true. Found \"true\" in references for {} and {}",
            name(first),
            name(second)
        );
        causes.push(Cause::invalid("metadata.ownerReferences", &references.into(), why));
    }
    causes
}

fn finalizers(object: &Value) -> Vec<Cause> {
    let fault = |name: &str| -> Vec<Cause> {
        key_faults(name).into_iter().map(|fault| Cause::invalid("metadata.finalizers", &name.into(), fault)).collect()
    };
    let mut causes: Vec<Cause> = meta::finalizers(object).flat_map(fault).collect();
    if meta::has_finalizer(object, meta::ORPHAN) && meta::has_finalizer(object, meta::FOREGROUND) {
        let why = format!("finalizer {} and {} cannot be both set", meta::ORPHAN, meta::FOREGROUND);
        causes.push(Cause::invalid("metadata.finalizers", &object["metadata"]["finalizers"], why));
    }
    causes
}

fn managers(entries: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    for (at, entry) in entries.as_array().into_iter().flatten().enumerate() {
        let path = format!("metadata.managedFields[{at}]");
        let text = |key: &str| entry[key].as_str().unwrap_or_default();
        if !matches!(text("operation"), "Apply" | "Update") {
            causes.push(Cause::invalid(format!("{path}.operation"), &text("operation").into(), "must be `Apply` or `Update`"));
        }
        if !matches!(text("fieldsType"), "" | "FieldsV1") {
            causes.push(Cause::invalid(format!("{path}.fieldsType"), &text("fieldsType").into(), "must be `FieldsV1`"));
        }
        causes.extend(manager(text("manager"), &format!("{path}.manager")));
    }
    causes
}

/// The faults of a field manager's name.
pub fn manager(name: &str, path: &str) -> Vec<Cause> {
    let mut causes = Vec::new();
    if name.len() > MANAGER_LENGTH_MAX {
        causes.push(Cause::too_long(path, MANAGER_LENGTH_MAX));
    }
    for (at, character) in name.char_indices().filter(|(_, character)| character.is_control()) {
        let why = format!("invalid character U+{:04X} (at position {at})", u32::from(character));
        causes.push(Cause::invalid(path, &name.into(), why));
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(metadata: Value) -> Vec<String> {
        check(&json!({"metadata": metadata})).into_iter().map(|cause| format!("{} {}", cause.field, cause.reason)).collect()
    }

    #[test]
    fn every_part_is_checked() {
        assert_eq!(fields(json!({"labels": {"a b": "-"}})), ["metadata.labels FieldValueInvalid", "metadata.labels FieldValueInvalid"]);
        assert_eq!(fields(json!({"annotations": {"a": "x".repeat(300_000)}})), ["metadata.annotations FieldValueTooLong"]);
        assert_eq!(fields(json!({"finalizers": ["orphan", "foregroundDeletion"]})), ["metadata.finalizers FieldValueInvalid"]);
        let owner = json!({"apiVersion": "v1", "kind": "A", "name": "a", "uid": "1", "controller": true});
        assert_eq!(fields(json!({"ownerReferences": [owner, owner]})), ["metadata.ownerReferences FieldValueInvalid"]);
    }

    #[test]
    fn an_object_on_its_way_out_takes_no_finalizers() {
        let old = json!({"metadata": {"deletionTimestamp": "x", "finalizers": ["a/b"]}});
        let new = json!({"metadata": {"finalizers": ["a/b", "c/d"]}});
        assert_eq!(check_update(&old, &new)[0].field, "metadata.finalizers");
        assert!(check_update(&old, &old).is_empty());
    }
}
