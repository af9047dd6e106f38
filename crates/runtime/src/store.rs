//! The objects of one kind as last seen, fed by a watch.

use std::collections::HashMap;
use std::sync::Arc;

use cluster::{Change, Cluster, Depth, Resource, Watched};
use futures::StreamExt;
use object::Object;
use parking_lot::RwLock;
use tokio::sync::watch;

use crate::Key;

/// Objects by key. Clones share the content. One task writes, everybody reads snapshots.
#[derive(Clone)]
pub struct Store {
    objects: Arc<RwLock<HashMap<Key, Arc<Object>>>>,
    is_synced: Arc<watch::Sender<bool>>,
}

impl Default for Store {
    fn default() -> Store {
        Store { objects: Arc::default(), is_synced: Arc::new(watch::Sender::new(false)) }
    }
}

impl Store {
    /// The object as last seen.
    pub fn get(&self, key: &Key) -> Option<Arc<Object>> {
        self.objects.read().get(key).cloned()
    }

    /// All objects.
    pub fn all(&self) -> Vec<Arc<Object>> {
        self.objects.read().values().cloned().collect()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.read().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes in an object that we wrote or read ourselves, unless a newer one is known. Says whether it was taken.
    pub fn put(&self, object: Object) -> bool {
        let key = Key::of(&object);
        let mut objects = self.objects.write();
        if objects.get(&key).is_some_and(|known| !is_newer(&object, known)) {
            return false;
        }
        objects.insert(key, Arc::new(object));
        true
    }

    /// Forgets an object.
    pub fn remove(&self, key: &Key) -> Option<Arc<Object>> {
        self.objects.write().remove(key)
    }

    /// Waits until the first list is complete.
    pub async fn synced(&self) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.is_synced.subscribe().wait_for(|is_synced| *is_synced).await;
    }
}

/// Follows a kind into a store, for ever. `changed` hears of each object that is new, different or gone.
pub async fn feed(
    store: Store,
    cluster: Cluster,
    resource: Resource,
    watched: Watched,
    changed: impl Fn(Option<&Object>, Option<&Object>),
) {
    let mut changes = std::pin::pin!(cluster::watch(&cluster, &resource, &watched, Depth::Full));
    let mut missing: Option<Vec<Key>> = None;
    while let Some(change) = changes.next().await {
        match change {
            Change::Listing => missing = Some(store.objects.read().keys().cloned().collect()),
            Change::Is(object) => {
                if let Some(missing) = &mut missing {
                    let key = Key::of(&object);
                    missing.retain(|known| *known != key);
                }
                let before = store.get(&Key::of(&object));
                if store.put(object.clone()) {
                    changed(before.as_deref(), Some(&object));
                }
            }
            Change::Gone(object) => {
                store.remove(&Key::of(&object));
                changed(Some(&object), None);
            }
            Change::Listed => {
                for key in missing.take().into_iter().flatten() {
                    if let Some(gone) = store.remove(&key) {
                        changed(Some(&gone), None);
                    }
                }
                store.is_synced.send_replace(true);
            }
        }
    }
}

/// Whether `object` is a later state than `known`. Versions are compared as numbers, which Kubernetes promises since 1.35.
fn is_newer(object: &Object, known: &Object) -> bool {
    if object.uid() != known.uid() {
        return true;
    }
    let version = |object: &Object| object.resource_version().parse::<u64>().ok();
    match (version(object), version(known)) {
        (Some(new), Some(old)) => new > old,
        _ => object.resource_version() != known.resource_version(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(uid: &str, version: &str) -> Object {
        let metadata = json!({"namespace": "a", "name": "b", "uid": uid, "resourceVersion": version});
        Object::new(json!({"apiVersion": "v1", "kind": "A", "metadata": metadata})).unwrap()
    }

    #[test]
    fn an_older_state_never_replaces_a_newer_one() {
        let store = Store::default();
        assert!(store.put(object("1", "9")));
        assert!(store.put(object("1", "10")));
        assert!(!store.put(object("1", "9")));
        assert!(!store.put(object("1", "10")));
        assert!(store.put(object("2", "3")), "another object of the same name");
    }
}
