//! Writes what a pass found into the status of its object, if it differs.

use api::Spec;
use cluster::{Client, Error};
use object::{Map, Object, Value};
use runtime::Store;
use serde_json::json;

use crate::kinds;

/// Patches the status from `before` to `after`; nothing is sent when they are equal.
///
/// The new state goes into the store at once, so that the next pass does not work with the old one.
pub async fn write<S: Spec>(client: &Client, store: &Store, object: &Object, after: &S::Status, manager: &str) -> Result<(), Error> {
    let before = object.as_map().get("status").cloned().unwrap_or_else(|| Value::Object(Map::new()));
    let after = serde_json::to_value(after).expect("a status is plain data");
    let patch = difference(&before, &after);
    if patch.as_object().is_some_and(Map::is_empty) {
        return Ok(());
    }
    let patch = json!({"status": patch});
    let written = client.merge_status(&kinds::resource::<S>(), object.namespace(), object.name(), &patch, manager).await?;
    store.put(written);
    Ok(())
}

/// A finalizer, and an annotation that is written with it.
#[derive(Clone, Copy, Debug)]
pub struct Finalizer<'a> {
    /// The finalizer's name.
    pub name: &'a str,
    /// Key and value.
    pub annotation: Option<(&'a str, &'a str)>,
}

/// Adds a finalizer and its annotation. `object` says which finalizers there are and guards against other writers.
pub async fn add_finalizer<S: Spec>(
    client: &Client,
    store: &Store,
    object: &Object,
    finalizer: Finalizer<'_>,
    manager: &str,
) -> Result<(), Error> {
    let mut names = other_finalizers(object, finalizer.name);
    names.push(finalizer.name.into());
    let mut metadata = json!({"finalizers": names, "resourceVersion": object.resource_version()});
    if let Some((key, value)) = finalizer.annotation {
        metadata["annotations"] = json!({key: value});
    }
    merge_metadata::<S>(client, store, object, metadata, manager).await
}

/// Removes a finalizer: the object may go.
pub async fn remove_finalizer<S: Spec>(client: &Client, store: &Store, object: &Object, name: &str, manager: &str) -> Result<(), Error> {
    let metadata = json!({"finalizers": other_finalizers(object, name), "resourceVersion": object.resource_version()});
    match merge_metadata::<S>(client, store, object, metadata, manager).await {
        Err(error) if error.is_not_found() => Ok(()),
        other => other,
    }
}

fn other_finalizers(object: &Object, name: &str) -> Vec<Value> {
    let finalizers = object.get("metadata.finalizers").and_then(Value::as_array).cloned().unwrap_or_default();
    finalizers.into_iter().filter(|finalizer| finalizer != name).collect()
}

async fn merge_metadata<S: Spec>(client: &Client, store: &Store, object: &Object, metadata: Value, manager: &str) -> Result<(), Error> {
    let patch = json!({"metadata": metadata});
    let written = client.merge(&kinds::resource::<S>(), object.namespace(), object.name(), &patch, manager).await?;
    store.put(written);
    Ok(())
}

/// The merge patch from one value to another: what differs, with null for what is gone.
fn difference(before: &Value, after: &Value) -> Value {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return after.clone() };
    let mut patch = Map::new();
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, value) in after {
        match before.get(key) {
            Some(old) if old == value => {}
            Some(old) => drop(patch.insert(key.clone(), difference(old, value))),
            None => drop(patch.insert(key.clone(), value.clone())),
        }
    }
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_holds_what_differs_and_applying_it_gives_the_new_value() {
        let before = json!({"a": 1, "b": {"c": 1, "d": 2}, "e": [1], "g": 1});
        let after = json!({"a": 1, "b": {"c": 2}, "e": [1, 2], "f": {"h": 1}});
        let patch = difference(&before, &after);
        assert_eq!(patch, json!({"b": {"c": 2, "d": null}, "e": [1, 2], "f": {"h": 1}, "g": null}));
        let mut merged = before;
        object::merge_patch(&mut merged, &patch);
        assert_eq!(merged, after);
    }
}
