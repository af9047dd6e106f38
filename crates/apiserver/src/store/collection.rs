//! One collection: the objects of one resource in order, and the ring of its latest events.
//!
//! The ring is the only buffer of every watch: a watcher is a cursor into it, and one that falls behind the ring's end
//! is told 410 Gone, as a compacted etcd would.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tokio::sync::watch;

use super::stored::{Key, Stored};

/// Events kept for each collection.
const RING_EVENTS_MAX: usize = 8192;
/// Bytes of objects that the events of one collection may keep alive.
const RING_BYTES_MAX: usize = 8 << 20;
/// Events kept whatever their size.
const RING_EVENTS_MIN: usize = 64;

/// What happened to an object.
#[derive(Debug)]
pub struct Event {
    /// The revision of the change.
    pub revision: u64,
    /// The object before, none if it was created.
    pub old: Option<Arc<Stored>>,
    /// The object after; for a deletion its last state, with the revision of the deletion.
    pub new: Arc<Stored>,
    /// Whether the object is gone.
    pub deleted: bool,
    /// The metadata-only rendering, made once for all watchers that ask for it.
    pub partial: OnceLock<Bytes>,
}

/// The revision asked for is older than the oldest event kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expired {
    /// The oldest revision that a watch can still begin at.
    pub oldest: u64,
}

#[derive(Debug)]
pub(super) struct Collection {
    pub objects: BTreeMap<Key, Arc<Stored>>,
    ring: VecDeque<Arc<Event>>,
    ring_bytes: usize,
    trimmed: u64,
    pub changed: watch::Sender<u64>,
}

impl Collection {
    /// An empty collection whose history begins after `revision`.
    pub fn new(revision: u64) -> Collection {
        let objects = BTreeMap::new();
        Collection { objects, ring: VecDeque::new(), ring_bytes: 0, trimmed: revision, changed: watch::Sender::new(revision) }
    }

    /// Records an event, forgets the oldest ones past the limits and wakes the watchers.
    pub fn push(&mut self, event: Event) {
        let revision = event.revision;
        self.ring_bytes += weight(&event);
        self.ring.push_back(Arc::new(event));
        while self.is_over() {
            self.forget_oldest();
        }
        self.changed.send_replace(revision);
    }

    fn is_over(&self) -> bool {
        self.ring.len() > RING_EVENTS_MAX || (self.ring_bytes > RING_BYTES_MAX && self.ring.len() > RING_EVENTS_MIN)
    }

    fn forget_oldest(&mut self) {
        if let Some(event) = self.ring.pop_front() {
            self.ring_bytes -= weight(&event);
            self.trimmed = event.revision;
        }
    }

    /// Every event after `revision`.
    pub fn events(&self, revision: u64) -> Result<Vec<Arc<Event>>, Expired> {
        if revision < self.trimmed {
            return Err(Expired { oldest: self.trimmed });
        }
        let start = self.ring.partition_point(|event| event.revision <= revision);
        Ok(self.ring.range(start..).cloned().collect())
    }
}

fn weight(event: &Event) -> usize {
    event.new.json.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(revision: u64) -> Event {
        let object = Stored::freeze(Key::new("", "a"), json!({"metadata": {}}), revision);
        Event { revision, old: None, new: Arc::new(object), deleted: false, partial: OnceLock::new() }
    }

    #[test]
    fn a_cursor_behind_the_ring_is_expired() {
        let mut collection = Collection::new(10);
        for revision in 11..=(11 + RING_EVENTS_MAX as u64) {
            collection.push(event(revision));
        }
        assert_eq!(collection.events(10).unwrap_err(), Expired { oldest: 11 });
        assert_eq!(collection.events(11).unwrap().len(), RING_EVENTS_MAX);
        assert_eq!(collection.events(RING_EVENTS_MAX as u64 + 10).unwrap().len(), 1);
    }
}
