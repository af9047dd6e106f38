//! A record of what a build read, so that a later build can tell whether anything changed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// The digest of some bytes.
pub(crate) type Fingerprint = [u8; 32];

/// Path to the fingerprint of its bytes; `None` for a file that was not there.
pub(crate) type Seen = BTreeMap<String, Option<Fingerprint>>;

/// Collects what is read.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    seen: RefCell<Seen>,
}

impl Watch {
    /// Records one read.
    pub fn saw(&self, path: &str, bytes: Option<&[u8]>) {
        self.seen.borrow_mut().insert(path.to_owned(), bytes.map(fingerprint));
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
