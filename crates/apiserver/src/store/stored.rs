//! One object as it lies in the store: its JSON bytes and the few facts that lists, watches and the collector ask for.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

/// The name of a collection: `pods`, `apps/deployments`.
pub type CollectionId = Arc<str>;

/// Where an object lies within its collection. Sorts by namespace, then name, as lists do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Namespace, empty for cluster-scoped objects.
    pub namespace: Box<str>,
    /// Name.
    pub name: Box<str>,
}

impl Key {
    /// A key of its parts.
    pub fn new(namespace: &str, name: &str) -> Key {
        Key { namespace: namespace.into(), name: name.into() }
    }
}

/// An immutable object at one revision.
#[derive(Debug)]
pub struct Stored {
    /// Its place.
    pub key: Key,
    /// `metadata.uid`.
    pub uid: Box<str>,
    /// The revision that wrote it; also in the bytes as `metadata.resourceVersion`.
    pub revision: u64,
    /// The object as JSON in the storage version, its kind and version first.
    pub json: Bytes,
    /// Where the JSON goes on behind kind and version.
    body_at: usize,
    /// Labels, sorted by key.
    pub labels: Box<[(Box<str>, Box<str>)]>,
    /// Uids of `metadata.ownerReferences`.
    pub owners: Box<[Box<str>]>,
    /// Whether `metadata.deletionTimestamp` is set.
    pub terminating: bool,
}

impl Stored {
    /// Writes the revision into the object and freezes it.
    pub fn freeze(key: Key, mut value: Value, revision: u64) -> Stored {
        value["metadata"]["resourceVersion"] = revision.to_string().into();
        Stored::of(key, &value, revision)
    }

    /// The same object without a revision in its bytes, as a dry run shows one that does not exist.
    pub fn without_revision(key: Key, mut value: Value) -> Stored {
        crate::meta::metadata(&mut value).remove("resourceVersion");
        Stored::of(key, &value, 0)
    }

    /// Reads an object back from its bytes, as the log does. `None` if the bytes are no object.
    pub fn thaw(key: Key, json: Bytes) -> Option<Stored> {
        let value: Value = serde_json::from_slice(&json).ok()?;
        let revision = value["metadata"]["resourceVersion"].as_str()?.parse().ok()?;
        Some(Stored::of(key, &value, revision))
    }

    fn of(key: Key, value: &Value, revision: u64) -> Stored {
        let (json, body_at) = written(value);
        let metadata = &value["metadata"];
        let labels = metadata["labels"].as_object().into_iter().flatten();
        let owners = metadata["ownerReferences"].as_array().into_iter().flatten();
        Stored {
            key,
            uid: metadata["uid"].as_str().unwrap_or_default().into(),
            revision,
            json,
            body_at,
            labels: labels.filter_map(|(key, value)| Some((key.as_str().into(), value.as_str()?.into()))).collect(),
            owners: owners.filter_map(|owner| Some(owner["uid"].as_str()?.into())).collect(),
            terminating: metadata["deletionTimestamp"].is_string(),
        }
    }

    /// What follows `{` in the JSON of an item of a list of typed objects: all but kind and version.
    pub fn body(&self) -> &[u8] {
        &self.json[self.body_at..]
    }

    /// The object as a tree.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.json).expect("the store holds only JSON that it wrote itself")
    }

    /// One label.
    pub fn label(&self, key: &str) -> Option<&str> {
        let at = self.labels.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
        Some(&self.labels[at].1)
    }
}

/// The JSON of an object with its kind and version first, and where the rest begins.
fn written(value: &Value) -> (Bytes, usize) {
    let json = serde_json::to_vec(&TypeFirst(value)).expect("a JSON value always serializes");
    let kinds = ["kind", "apiVersion"].into_iter().filter_map(|field| Some((field, value.get(field)?)));
    let head: usize = kinds.map(|(field, value)| format!("{field:?}:{value},").len()).sum();
    (Bytes::from(json), head + 1)
}

struct TypeFirst<'a>(&'a Value);

impl Serialize for TypeFirst<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(fields) = self.0.as_object() else { return self.0.serialize(serializer) };
        let is_type = |field: &str| matches!(field, "kind" | "apiVersion");
        let mut map = serializer.serialize_map(Some(fields.len()))?;
        for field in ["kind", "apiVersion"] {
            if let Some(value) = fields.get(field) {
                map.serialize_entry(field, value)?;
            }
        }
        for (field, value) in fields.iter().filter(|(field, _)| !is_type(field)) {
            map.serialize_entry(field, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_body_is_the_object_without_its_type() {
        let value = json!({"aFirst": 1, "apiVersion": "v1", "kind": "A", "metadata": {}});
        let stored = Stored::freeze(Key::new("", "a"), value, 7);
        assert!(stored.json.starts_with(br#"{"kind":"A","apiVersion":"v1","#));
        assert_eq!(stored.body(), br#""aFirst":1,"metadata":{"resourceVersion":"7"}}"#);
    }
}
