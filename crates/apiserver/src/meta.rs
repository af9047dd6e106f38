//! `metadata` as the server keeps it: names, uids, times, finalizers, and what an update may not touch.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// The finalizer of a foreground deletion.
pub const FOREGROUND: &str = "foregroundDeletion";
/// The finalizer of a deletion that leaves dependents alone.
pub const ORPHAN: &str = "orphan";

/// The finalizer that keeps a definition of a custom resource until its objects are gone.
pub const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

/// Fields of `metadata` that only the server writes.
const SERVER_OWNED: [&str; 6] = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink"];

/// A text field of `metadata`, empty if absent.
pub fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object["metadata"][key].as_str().unwrap_or_default()
}

/// Whether an object names another namespace than the one it is sent to. What lives in none may name any: it is taken out.
pub fn is_foreign(object: &Value, namespace: &str) -> bool {
    let named = text(object, "namespace");
    !named.is_empty() && !namespace.is_empty() && named != namespace
}

/// `metadata.finalizers`.
pub fn finalizers(object: &Value) -> impl Iterator<Item = &str> {
    object["metadata"]["finalizers"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a finalizer is set.
pub fn has_finalizer(object: &Value, name: &str) -> bool {
    finalizers(object).any(|known| known == name)
}

/// Sets a finalizer unless it is set.
pub fn add_finalizer(object: &mut Value, name: &str) {
    if has_finalizer(object, name) {
        return;
    }
    let finalizers = metadata(object).entry("finalizers").or_insert(Value::Null);
    match finalizers.as_array_mut() {
        Some(list) => list.push(name.into()),
        None => *finalizers = json!([name]),
    }
}

/// Removes a finalizer.
pub fn remove_finalizer(object: &mut Value, name: &str) {
    let Some(list) = metadata(object).get_mut("finalizers").and_then(Value::as_array_mut) else { return };
    list.retain(|known| known != name);
    if list.is_empty() {
        metadata(object).remove("finalizers");
    }
}

/// Whether something still holds the object: a finalizer, or a Namespace's own.
pub fn is_held(object: &Value) -> bool {
    let own = object["kind"] == "Namespace" && object["spec"]["finalizers"].as_array().is_some_and(|list| !list.is_empty());
    own || finalizers(object).next().is_some()
}

/// `metadata.generation`, 0 if absent.
pub fn generation(object: &Value) -> i64 {
    object["metadata"]["generation"].as_i64().unwrap_or(0)
}

/// `metadata` for writing; made if absent.
pub fn metadata(object: &mut Value) -> &mut Map<String, Value> {
    mapping(object, "metadata")
}

/// A mapping under a key, made if absent or of another type. The object must be a mapping.
pub fn mapping<'a>(object: &'a mut Value, key: &str) -> &'a mut Map<String, Value> {
    let value = &mut object[key];
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("was made a mapping above")
}

/// A time as `metadata` writes it: UTC, whole seconds.
pub fn timestamp(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Stamps a new object with what the server decides.
pub fn stamp_created(object: &mut Value, uid: String, now: Timestamp) {
    let metadata = metadata(object);
    for field in SERVER_OWNED.iter().chain(&["resourceVersion"]) {
        metadata.remove(*field);
    }
    metadata.insert("uid".into(), uid.into());
    metadata.insert("creationTimestamp".into(), timestamp(now).into());
}

/// Gives an updated object the server's fields of the old one.
pub fn carry_over(old: &Value, new: &mut Value) {
    let metadata = metadata(new);
    for field in SERVER_OWNED.iter().chain(&["resourceVersion", "name", "namespace"]) {
        match old["metadata"].get(*field) {
            Some(value) => drop(metadata.insert((*field).to_owned(), value.clone())),
            None => drop(metadata.remove(*field)),
        }
    }
}

/// Drops empty collections and nulls that Go's `omitempty` would not write.
pub fn tidy(object: &mut Value) {
    metadata(object).retain(|_, value| !is_empty(value));
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Makes `metadata` a mapping if absent, and refuses fields of it whose type the server relies on.
pub fn check_shape(object: &mut Value) -> Result<(), String> {
    if object["metadata"].is_null() {
        object["metadata"] = Value::Object(Map::new());
    }
    let Some(metadata) = object["metadata"].as_object() else { return Err("metadata must be an object".into()) };
    for (key, value) in metadata {
        let fits = match key.as_str() {
            "labels" | "annotations" => is_map_of_strings(value),
            "finalizers" => value.is_null() || value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            "ownerReferences" | "managedFields" => {
                value.is_null() || value.as_array().is_some_and(|list| list.iter().all(Value::is_object))
            }
            "generation" | "deletionGracePeriodSeconds" => value.is_null() || value.is_i64(),
            "name" | "namespace" | "generateName" | "uid" | "resourceVersion" => value.is_null() || value.is_string(),
            _ => true,
        };
        if !fits {
            return Err(format!("unable to decode metadata.{key}: it is of a wrong type"));
        }
    }
    Ok(())
}

fn is_map_of_strings(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(|map| map.values().all(Value::is_string))
}

/// Marks an object as being deleted and counts a generation for it, if it has any.
pub fn mark_deleted(object: &mut Value, now: Timestamp) {
    let generation = generation(object);
    let metadata = metadata(object);
    metadata.insert("deletionTimestamp".into(), timestamp(now).into());
    metadata.insert("deletionGracePeriodSeconds".into(), 0.into());
    if generation > 0 {
        metadata.insert("generation".into(), (generation + 1).into());
    }
}

/// Letters of generated suffixes: no vowels and nothing that reads like another letter.
const SUFFIX_LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
/// The longest generated name.
const GENERATED_LENGTH_MAX: usize = 63;
const SUFFIX_LENGTH: usize = 5;

/// A name for `generateName`: the prefix, cut to fit, and five letters drawn from `random`.
pub fn generate_name(prefix: &str, random: u128) -> String {
    let cut = prefix.char_indices().map(|(at, _)| at).find(|at| *at >= GENERATED_LENGTH_MAX - SUFFIX_LENGTH).unwrap_or(prefix.len());
    let mut name = prefix[..cut].to_owned();
    let mut rest = random;
    for _ in 0..SUFFIX_LENGTH {
        name.push(char::from(SUFFIX_LETTERS[(rest % 27) as usize]));
        rest /= 27;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_names_fit_and_differ() {
        assert_eq!(generate_name("web-", 0), "web-bbbbb");
        assert_ne!(generate_name("web-", 1), generate_name("web-", 2));
        assert_eq!(generate_name(&"a".repeat(80), 7).len(), 63);
    }

    #[test]
    fn an_update_cannot_touch_the_servers_fields() {
        let old = json!({"metadata": {"name": "a", "uid": "1", "generation": 3}});
        let mut new = json!({"metadata": {"name": "b", "uid": "2", "deletionTimestamp": "x", "labels": {"a": "b"}}});
        carry_over(&old, &mut new);
        assert_eq!(new, json!({"metadata": {"name": "a", "uid": "1", "generation": 3, "labels": {"a": "b"}}}));
    }

    #[test]
    fn finalizers_come_and_go() {
        let mut object = json!({"metadata": {}});
        add_finalizer(&mut object, "a");
        add_finalizer(&mut object, "a");
        assert!(is_held(&object));
        remove_finalizer(&mut object, "a");
        assert_eq!(object, json!({"metadata": {}}));
    }
}
