//! What a dry run would change of a live object.

use object::{Object, Value};

/// At most this many paths are named; the rest is counted.
const PATHS_MAX: usize = 50;

/// One place at which a dry run differs from the live object. The values may be secret: who prints them masks those of Secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Keys and list positions joined by dots, such as `spec.replicas`.
    pub path: String,
    /// The live value, null if there is none.
    pub before: Value,
    /// The value of the dry run, null if there is none.
    pub after: Value,
}

/// The paths at which `dry_run` differs from `live`: labels, annotations, and everything outside of metadata and status.
///
/// Empty means that applying changes nothing. Paths are dotted, with list positions as numbers, such as `spec.replicas`.
/// Values are never named: they may be secret.
pub fn changed_paths(live: &Object, dry_run: &Object) -> Vec<String> {
    changes(live, dry_run).into_iter().map(|change| change.path).collect()
}

/// The same places with their values.
pub fn changes(live: &Object, dry_run: &Object) -> Vec<Change> {
    let mut changes = Vec::new();
    for field in ["labels", "annotations"] {
        let of = |object: &Object| object.get_in(&["metadata", field]).cloned().unwrap_or(Value::Null);
        compare(&of(live), &of(dry_run), &mut format!("metadata.{field}"), &mut changes);
    }
    let keys = live.as_map().keys().chain(dry_run.as_map().keys().filter(|key| !live.as_map().contains_key(*key)));
    for key in keys.filter(|key| !matches!(key.as_str(), "metadata" | "status" | "apiVersion" | "kind")) {
        let of = |object: &Object| object.as_map().get(key).cloned().unwrap_or(Value::Null);
        compare(&of(live), &of(dry_run), &mut key.clone(), &mut changes);
    }
    changes
}

fn compare(left: &Value, right: &Value, path: &mut String, changes: &mut Vec<Change>) {
    if changes.len() >= PATHS_MAX || left == right || (is_empty(left) && is_empty(right)) {
        return;
    }
    match (left, right) {
        (Value::Object(a), Value::Null) => a.iter().for_each(|(key, a)| descend(Some(a), None, key, path, changes)),
        (Value::Null, Value::Object(b)) => b.iter().for_each(|(key, b)| descend(None, Some(b), key, path, changes)),
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.for_each(|key| descend(a.get(key), b.get(key), key, path, changes));
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(at, (a, b))| descend(Some(a), Some(b), &at.to_string(), path, changes));
        }
        _ => changes.push(Change { path: path.clone(), before: left.clone(), after: right.clone() }),
    }
}

fn descend(left: Option<&Value>, right: Option<&Value>, key: &str, path: &mut String, changes: &mut Vec<Change>) {
    let length = path.len();
    path.push('.');
    path.push_str(key);
    compare(left.unwrap_or(&Value::Null), right.unwrap_or(&Value::Null), path, changes);
    path.truncate(length);
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(live: Value, dry_run: Value, expected: &[&str]) {
        let object = |mut value: Value| {
            value["apiVersion"] = "v1".into();
            value["kind"] = "A".into();
            Object::new(value).unwrap()
        };
        assert_eq!(changed_paths(&object(live), &object(dry_run)), expected);
    }

    #[test]
    fn a_changed_field_is_named_by_its_path() {
        check(json!({"spec": {"a": [{"b": 1}]}}), json!({"spec": {"a": [{"b": 2}]}}), &["spec.a.0.b"]);
        check(json!({"data": {"a": "1"}}), json!({"data": {"b": "1"}}), &["data.a", "data.b"]);
        check(json!({"metadata": {"labels": {"a": "1"}}}), json!({}), &["metadata.labels.a"]);
    }

    #[test]
    fn status_versions_and_empty_values_are_no_drift() {
        check(json!({"status": {"a": 1}, "metadata": {"resourceVersion": "1"}}), json!({"metadata": {"resourceVersion": "2"}}), &[]);
        check(json!({"spec": {}}), json!({}), &[]);
    }
}
