//! What all OCI sources share: where registries answer, tokens, and layers by digest.

use std::collections::HashMap;
use std::sync::Arc;

use artifact::Digest;
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::challenge::Challenge;
use super::token::Token;
use super::{Content, Operation};
use crate::net::Keyed;

const REGISTRIES_MAX: usize = 1_024;
const TOKENS_MAX: usize = 4_096;

/// Filled by one task while the others wait for it.
pub(super) type Cell<T> = Arc<OnceCell<T>>;
/// A token that is renewed by one task while the others wait for it.
pub(super) type TokenCell = Arc<tokio::sync::Mutex<Option<Token>>>;

/// A layer and who may have it: the same digest in another repository is another key, because reading one repository
/// does not allow to read another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct BlobKey {
    pub(super) repository: super::Address,
    pub(super) layer: Digest,
    pub(super) operation: Operation,
}

pub(crate) struct Shared {
    bases: Mutex<Keyed<Digest, Cell<String>>>,
    challenges: Mutex<Keyed<Digest, Challenge>>,
    tokens: Mutex<Keyed<Digest, TokenCell>>,
    blobs: Mutex<Blobs>,
}

struct Blobs {
    entries: HashMap<BlobKey, Blob>,
    bytes_max: u64,
    clock: u64,
}

struct Blob {
    cell: Cell<Content>,
    used: u64,
}

impl Shared {
    pub(crate) fn new(blob_bytes_max: u64) -> Shared {
        Shared {
            bases: Mutex::new(Keyed::new(REGISTRIES_MAX)),
            challenges: Mutex::new(Keyed::new(TOKENS_MAX)),
            tokens: Mutex::new(Keyed::new(TOKENS_MAX)),
            blobs: Mutex::new(Blobs { entries: HashMap::new(), bytes_max: blob_bytes_max, clock: 0 }),
        }
    }

    pub(super) fn base(&self, key: Digest) -> Cell<String> {
        self.bases.lock().get_or_insert(key, Cell::default)
    }

    pub(super) fn challenge(&self, key: &Digest) -> Option<Challenge> {
        self.challenges.lock().get(key)
    }

    pub(super) fn keep_challenge(&self, key: Digest, challenge: Challenge) {
        self.challenges.lock().insert(key, challenge);
    }

    pub(super) fn token(&self, key: Digest) -> TokenCell {
        self.tokens.lock().get_or_insert(key, TokenCell::default)
    }

    /// The place for a layer: filled, being filled by somebody, or empty.
    pub(super) fn blob(&self, key: &BlobKey) -> Cell<Content> {
        self.blobs.lock().get(key)
    }

    /// Makes room after a layer has come in.
    pub(super) fn trim(&self) {
        self.blobs.lock().trim();
    }
}

impl Blobs {
    fn get(&mut self, key: &BlobKey) -> Cell<Content> {
        self.clock += 1;
        let blob = self.entries.entry(key.clone()).or_insert_with(|| Blob { cell: Cell::default(), used: 0 });
        blob.used = self.clock;
        blob.cell.clone()
    }

    /// Forgets the layers unused for longest until the rest fits; what is still coming counts nothing.
    fn trim(&mut self) {
        let mut filled: Vec<_> =
            self.entries.iter().filter_map(|(key, blob)| Some((blob.used, key.clone(), blob.cell.get()?.size_bytes()))).collect();
        filled.sort_by_key(|(used, _, _)| *used);
        let mut bytes: u64 = filled.iter().map(|(_, _, size)| size).sum();
        for (_, key, size) in filled {
            if bytes <= self.bytes_max {
                return;
            }
            self.entries.remove(&key);
            bytes -= size;
        }
    }
}
