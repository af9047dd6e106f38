//! A record of what a build read, so that a later build can tell whether anything changed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::cache::{Cache, Version};
use crate::files::Files;

/// Path to the version of its bytes; `None` for a file that was not there.
pub(crate) type Seen = BTreeMap<Arc<str>, Option<Version>>;

/// Collects what is read.
#[derive(Debug)]
pub(crate) struct Watch<'a> {
    cache: &'a Cache,
    seen: RefCell<Seen>,
    /// Everything that was looked at in this build: a file does not change on the way.
    known: RefCell<HashMap<Arc<str>, Option<Version>>>,
}

impl<'a> Watch<'a> {
    /// A record of nothing yet; versions are those of a cache.
    pub fn new(cache: &'a Cache) -> Watch<'a> {
        Watch { cache, seen: RefCell::default(), known: RefCell::default() }
    }

    /// The version of a file that was read.
    pub fn version(&self, path: &str) -> Option<Version> {
        self.known.borrow().get(path).copied().flatten()
    }

    /// Records one read.
    pub fn saw(&self, path: &str, bytes: Option<&[u8]>) {
        let path: Arc<str> = path.into();
        let version = || bytes.map(|bytes| self.cache.version(&path, bytes));
        let version = *self.known.borrow_mut().entry(path.clone()).or_insert_with(version);
        self.seen.borrow_mut().insert(path, version);
    }

    /// Whether the files that a record saw are as it saw them.
    pub fn agrees(&self, seen: &Seen, files: &dyn Files) -> bool {
        let mut known = self.known.borrow_mut();
        let read = |path: &Arc<str>| files.read(path).map(|bytes| self.cache.version(path, &bytes));
        seen.iter().all(|(path, seen)| *known.entry(path.clone()).or_insert_with(|| read(path)) == *seen)
    }

    /// Starts a new record and answers the old one.
    pub fn swap(&self, seen: Seen) -> Seen {
        self.seen.replace(seen)
    }

    /// Adds what another record saw.
    pub fn add(&self, seen: &Seen) {
        self.seen.borrow_mut().extend(seen.iter().map(|(path, version)| (path.clone(), *version)));
    }
}
