//! The store: one revision counter, a sorted map and an event ring for each collection, and optionally a file behind them.
//!
//! It knows JSON bytes, keys and revisions. It refuses to know kinds, defaults or users. Every write happens under one
//! lock, which is what makes revisions total; reads share it. Begin with [`Store::commit`].

mod collection;
mod log;
mod stored;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;
use serde_json::Value;
use tokio::sync::watch;

pub use collection::{Event, Expired};
pub use log::LogError;
pub use stored::{CollectionId, Key, Stored};

use collection::Collection;
use log::Log;

/// What must hold for a commit to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// No object has the key.
    Absent,
    /// The object is at this revision.
    Revision(u64),
}

/// What a commit does.
#[derive(Debug)]
pub enum Change {
    /// Writes the object.
    Put(Value),
    /// Removes it; the value is its last state, for watchers.
    Delete(Value),
}

/// Why a commit did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The key is taken.
    Exists,
    /// There is no such object.
    Missing,
    /// The object moved on.
    Moved,
}

/// Objects at one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// The store's revision at that moment.
    pub revision: u64,
    /// The objects in key order.
    pub objects: Vec<Arc<Stored>>,
}

/// Events, and up to which revision they are complete.
#[derive(Debug)]
pub struct Batch {
    /// No event of the collection at or below this revision is missing.
    pub revision: u64,
    /// The events in order.
    pub events: Vec<Arc<Event>>,
}

/// All objects of the server.
#[derive(Debug)]
pub struct Store {
    inner: RwLock<Inner>,
    changed: watch::Sender<u64>,
    log: Option<Log>,
}

#[derive(Debug)]
struct Inner {
    revision: u64,
    /// History before this revision is not known.
    origin: u64,
    collections: HashMap<CollectionId, Collection>,
}

impl Store {
    /// An empty store in memory.
    pub fn memory() -> Store {
        Store::with(Inner { revision: 1, origin: 1, collections: HashMap::new() }, None)
    }

    /// A store that keeps every commit in a database file, which is made if absent.
    pub fn file(path: &Path) -> Result<Store, LogError> {
        let (log, loaded) = Log::open(path)?;
        let mut inner = Inner { revision: loaded.revision, origin: loaded.revision, collections: HashMap::new() };
        for (id, object) in loaded.objects {
            inner.collection(&id.into()).objects.insert(object.key.clone(), Arc::new(object));
        }
        Ok(Store::with(inner, Some(log)))
    }

    fn with(inner: Inner, log: Option<Log>) -> Store {
        let changed = watch::Sender::new(inner.revision);
        Store { inner: RwLock::new(inner), changed, log }
    }

    /// The latest revision.
    pub fn revision(&self) -> u64 {
        self.inner.read().revision
    }

    /// One object.
    pub fn get(&self, id: &str, key: &Key) -> Option<Arc<Stored>> {
        self.inner.read().collections.get(id)?.objects.get(key).cloned()
    }

    /// The objects of a collection, of one namespace if given.
    pub fn list(&self, id: &str, namespace: Option<&str>) -> Snapshot {
        let inner = self.inner.read();
        let collection = inner.collections.get(id);
        let objects = match namespace {
            None => collection.map(|all| all.objects.values().cloned().collect()),
            Some(namespace) => collection.map(|all| in_namespace(all, namespace)),
        };
        Snapshot { revision: inner.revision, objects: objects.unwrap_or_default() }
    }

    /// Names of all collections that ever held an object, sorted.
    pub fn collections(&self) -> Vec<CollectionId> {
        let mut ids: Vec<_> = self.inner.read().collections.keys().cloned().collect();
        ids.sort();
        ids
    }

    /// Writes or removes one object if the expectation holds.
    pub fn commit(&self, id: &CollectionId, key: &Key, expect: Expect, change: Change) -> Result<Arc<Stored>, Refused> {
        let mut inner = self.inner.write();
        let revision = inner.revision + 1;
        let collection = inner.collection(id);
        let old = collection.objects.get(key).cloned();
        check(expect, old.as_deref())?;
        let (value, deleted) = match change {
            Change::Put(value) => (value, false),
            Change::Delete(value) => (value, true),
        };
        let new = Arc::new(Stored::freeze(key.clone(), value, revision));
        if deleted {
            collection.objects.remove(key);
        } else {
            collection.objects.insert(key.clone(), new.clone());
        }
        collection.push(Event { revision, old, new: new.clone(), deleted, partial: OnceLock::new() });
        inner.revision = revision;
        if let Some(log) = &self.log {
            log.append(id, &new, deleted);
        }
        drop(inner);
        self.changed.send_replace(revision);
        Ok(new)
    }

    /// Events of a collection after a revision.
    pub fn events(&self, id: &CollectionId, after: u64) -> Result<Batch, Expired> {
        let inner = self.inner.read();
        let events = match inner.collections.get(id) {
            Some(collection) => collection.events(after)?,
            None if after < inner.origin => return Err(Expired { oldest: inner.origin }),
            None => Vec::new(),
        };
        Ok(Batch { revision: inner.revision, events })
    }

    /// Wakes whenever the collection changes.
    pub fn watch(&self, id: &CollectionId) -> watch::Receiver<u64> {
        self.inner.write().collection(id).changed.subscribe()
    }

    /// Wakes whenever anything changes.
    pub fn watch_all(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits until every commit so far is in the file. At once in memory.
    pub async fn flushed(&self) {
        if let Some(log) = &self.log {
            log.flushed(self.revision()).await;
        }
    }

    /// A small secret or certificate kept beside the objects; in memory there is none.
    pub fn keepsake(&self, name: &str) -> Option<Vec<u8>> {
        self.log.as_ref()?.keepsake(name)
    }

    /// Keeps a small value in the file. In memory it is dropped.
    pub fn keep(&self, name: &str, value: &[u8]) {
        if let Some(log) = &self.log {
            log.keep(name, value);
        }
    }
}

impl Inner {
    fn collection(&mut self, id: &CollectionId) -> &mut Collection {
        let origin = self.origin;
        self.collections.entry(id.clone()).or_insert_with(|| Collection::new(origin))
    }
}

fn in_namespace(collection: &Collection, namespace: &str) -> Vec<Arc<Stored>> {
    let from = Key::new(namespace, "");
    let range = collection.objects.range(from..).take_while(|(key, _)| &*key.namespace == namespace);
    range.map(|(_, object)| object.clone()).collect()
}

fn check(expect: Expect, old: Option<&Stored>) -> Result<(), Refused> {
    match (expect, old) {
        (Expect::Absent, None) => Ok(()),
        (Expect::Absent, Some(_)) => Err(Refused::Exists),
        (Expect::Revision(_), None) => Err(Refused::Missing),
        (Expect::Revision(wanted), Some(old)) if old.revision == wanted => Ok(()),
        (Expect::Revision(_), Some(_)) => Err(Refused::Moved),
    }
}

#[cfg(test)]
mod tests;
