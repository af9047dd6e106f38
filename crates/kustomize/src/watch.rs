//! A record of what a build read, so that a later build can tell whether anything changed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::files::Files;

/// The digest of some bytes.
pub(crate) type Fingerprint = [u8; 32];

/// Path to the fingerprint of its bytes; `None` for a file that was not there.
pub(crate) type Seen = BTreeMap<Arc<str>, Option<Fingerprint>>;

/// Collects what is read.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    seen: RefCell<Seen>,
    /// Everything that was looked at in this build: a file does not change on the way.
    known: RefCell<HashMap<Arc<str>, Option<Fingerprint>>>,
}

impl Watch {
    /// The fingerprint of a file that was read.
    pub fn fingerprint(&self, path: &str) -> Option<Fingerprint> {
        self.known.borrow().get(path).copied().flatten()
    }

    /// Records one read.
    pub fn saw(&self, path: &str, bytes: Option<&[u8]>) {
        let path: Arc<str> = path.into();
        let print = *self.known.borrow_mut().entry(path.clone()).or_insert_with(|| bytes.map(fingerprint));
        self.seen.borrow_mut().insert(path, print);
    }

    /// Whether the files that a record saw are as it saw them.
    pub fn agrees(&self, seen: &Seen, files: &dyn Files) -> bool {
        let mut known = self.known.borrow_mut();
        let mut print = |path: &Arc<str>| *known.entry(path.clone()).or_insert_with(|| files.read(path).map(|bytes| fingerprint(&bytes)));
        seen.iter().all(|(path, seen)| print(path) == *seen)
    }

    /// Starts a new record and answers the old one.
    pub fn swap(&self, seen: Seen) -> Seen {
        self.seen.replace(seen)
    }

    /// Adds what another record saw.
    pub fn add(&self, seen: &Seen) {
        self.seen.borrow_mut().extend(seen.iter().map(|(path, print)| (path.clone(), *print)));
    }
}

/// The digest of some bytes; one that resists collisions, because a cache may outlive a tenant's pass.
pub(crate) fn fingerprint(bytes: &[u8]) -> Fingerprint {
    Sha256::digest(bytes).into()
}
