//! The objects of one kind as last seen, fed by a watch.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use cluster::{Change, Cluster, Depth, Resource, Watched};
use futures::StreamExt;
use object::Object;
use parking_lot::RwLock;
use tokio::sync::watch;

use crate::Key;

/// Hears of each object that is new, different or gone: what was known, and what is known now.
type Listener = Box<dyn Fn(Option<&Object>, Option<&Object>) + Send + Sync>;

/// Objects by key. Clones share the content. Everybody reads snapshots; watches and our own writes are taken in by version.
#[derive(Clone)]
pub struct Store {
    objects: Arc<RwLock<HashMap<Key, Arc<Object>>>>,
    listener: Arc<OnceLock<Listener>>,
    is_synced: Arc<watch::Sender<bool>>,
}

impl Default for Store {
    fn default() -> Store {
        Store { objects: Arc::default(), listener: Arc::default(), is_synced: Arc::new(watch::Sender::new(false)) }
    }
}

impl Store {
    /// Names the one who hears of changes, wherever they come from. The first one stays.
    pub fn on_change(&self, listener: impl Fn(Option<&Object>, Option<&Object>) + Send + Sync + 'static) {
        // A second listener would be a mistake of the start-up; the first keeps its place.
        let _ = self.listener.set(Box::new(listener));
    }

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

    /// Takes in an object that we wrote or read ourselves, unless a newer one is known.
    pub fn put(&self, object: Object) {
        let object = Arc::new(object);
        let before = {
            let mut objects = self.objects.write();
            let key = Key::of(&object);
            if objects.get(&key).is_some_and(|known| !is_newer(&object, known)) {
                return;
            }
            objects.insert(key, object.clone())
        };
        self.tell(before.as_deref(), Some(&object));
    }

    /// Forgets an object.
    pub fn remove(&self, key: &Key) {
        let before = self.objects.write().remove(key);
        if let Some(before) = before {
            self.tell(Some(&before), None);
        }
    }

    fn tell(&self, before: Option<&Object>, after: Option<&Object>) {
        if let Some(listener) = self.listener.get() {
            listener(before, after);
        }
    }

    /// Whether the first list is complete.
    pub fn is_synced(&self) -> bool {
        *self.is_synced.borrow()
    }

    /// Waits until the first list is complete.
    pub async fn synced(&self) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.is_synced.subscribe().wait_for(|is_synced| *is_synced).await;
    }
}

/// Follows a kind into a store, for ever.
pub async fn feed(store: Store, cluster: Cluster, resource: Resource, watched: Watched) {
    let mut changes = std::pin::pin!(cluster::watch(&cluster, &resource, &watched, Depth::Full));
    let mut missing: Option<HashSet<Key>> = None;
    while let Some(change) = changes.next().await {
        match change {
            Change::Listing => missing = Some(store.objects.read().keys().cloned().collect()),
            Change::Is(object) => {
                if let Some(missing) = &mut missing {
                    missing.remove(&Key::of(&object));
                }
                store.put(object);
            }
            Change::Gone(object) => store.remove(&Key::of(&object)),
            Change::Listed => {
                missing.take().into_iter().flatten().for_each(|key| store.remove(&key));
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
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn object(uid: &str, version: &str) -> Object {
        let metadata = json!({"namespace": "a", "name": "b", "uid": uid, "resourceVersion": version});
        Object::new(json!({"apiVersion": "v1", "kind": "A", "metadata": metadata})).unwrap()
    }

    #[test]
    fn an_older_state_never_replaces_a_newer_one() {
        let (store, heard) = (Store::default(), Arc::new(AtomicUsize::new(0)));
        let count = heard.clone();
        store.on_change(move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
        });
        for (uid, version, expected) in [("1", "9", "9"), ("1", "10", "10"), ("1", "9", "10"), ("1", "10", "10"), ("2", "3", "3")] {
            store.put(object(uid, version));
            assert_eq!(store.get(&Key::new("a", "b")).unwrap().resource_version(), expected);
        }
        assert_eq!(heard.load(Ordering::SeqCst), 3, "only what is new is told");
    }
}
