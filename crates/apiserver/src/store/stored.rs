//! One object as it lies in the store: its JSON bytes and the few facts that lists, watches and the collector ask for.

use bytes::Bytes;
use serde_json::Value;

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
    /// The object as JSON in the storage version.
    pub json: Bytes,
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
        let json = serde_json::to_vec(&value).expect("a JSON value always serializes");
        Stored::with_bytes(key, &value, revision, Bytes::from(json))
    }

    /// Reads an object back from its bytes, as the log does. `None` if the bytes are no object.
    pub fn thaw(key: Key, json: Bytes) -> Option<Stored> {
        let value: Value = serde_json::from_slice(&json).ok()?;
        let revision = value["metadata"]["resourceVersion"].as_str()?.parse().ok()?;
        Some(Stored::with_bytes(key, &value, revision, json))
    }

    fn with_bytes(key: Key, value: &Value, revision: u64, json: Bytes) -> Stored {
        let metadata = &value["metadata"];
        let labels = metadata["labels"].as_object().into_iter().flatten();
        let owners = metadata["ownerReferences"].as_array().into_iter().flatten();
        Stored {
            key,
            uid: metadata["uid"].as_str().unwrap_or_default().into(),
            revision,
            json,
            labels: labels.filter_map(|(key, value)| Some((key.as_str().into(), value.as_str()?.into()))).collect(),
            owners: owners.filter_map(|owner| Some(owner["uid"].as_str()?.into())).collect(),
            terminating: metadata["deletionTimestamp"].is_string(),
        }
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
