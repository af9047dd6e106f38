//! Memory between builds: parsed files and accumulated bases, each kept under what it was made from.
//!
//! A base is used again when every file that was read for it has the bytes it had; so a rebuild after one changed file reads
//! everything, but parses and transforms only what depends on that file. The law is `cached == uncached` (tests/laws.rs).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Errors;
use crate::resource::Resource;
use crate::target::Accumulator;
use crate::watch::Seen;

/// The number of a file's content: the same number means the same bytes.
pub(crate) type Version = u64;

/// Contents are remembered for so many files to each that holds objects.
const CONTENTS_PER_ENTRY: usize = 4;

/// Memory between builds. Cheap to make, safe to share between threads; give each tenant its own.
#[derive(Debug)]
pub struct Cache {
    entries_max: usize,
    memory: Mutex<Memory>,
}

/// What builds with one cache have done and what they were spared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Files whose text was parsed.
    pub files_parsed: u64,
    /// Bases that were accumulated: read, transformed, merged.
    pub bases_built: u64,
    /// Bases that were taken as they were.
    pub bases_kept: u64,
}

#[derive(Debug, Default)]
struct Memory {
    work: Work,
    clock: u64,
    contents: HashMap<Arc<str>, Kept<Content>>,
    parsed: HashMap<(String, Version), Kept<Vec<Resource>>>,
    bases: HashMap<String, Kept<Base>>,
}

#[derive(Debug)]
struct Kept<T> {
    used: u64,
    value: Arc<T>,
}

/// What a file held when it was last read.
#[derive(Debug)]
struct Content {
    version: Version,
    bytes: Box<[u8]>,
}

/// A base as it was accumulated, and what was read for it.
#[derive(Debug)]
pub(crate) struct Base {
    pub seen: Seen,
    /// Whether making it asked for the built-in schema.
    pub needs_schema: bool,
    pub gathered: Accumulator,
}

impl Default for Cache {
    fn default() -> Cache {
        Cache::new(1024)
    }
}

impl Cache {
    /// A cache of at most so many files and so many bases; the longest unused go first.
    pub fn new(entries_max: usize) -> Cache {
        Cache { entries_max, memory: Mutex::default() }
    }

    /// What was done so far; the difference of two answers is what the builds between them did.
    pub fn work(&self) -> Work {
        self.with(|memory| memory.work)
    }

    /// The version of a file: a new one unless the bytes are those that it had last.
    ///
    /// Bytes are compared with bytes, which is faster than any digest and never mistaken.
    pub(crate) fn version(&self, path: &Arc<str>, bytes: &[u8]) -> Version {
        self.with(|memory| {
            let used = memory.tick();
            if let Some(kept) = memory.contents.get_mut(path).filter(|kept| *kept.value.bytes == *bytes) {
                kept.used = used;
                return kept.value.version;
            }
            let value = Arc::new(Content { version: used, bytes: bytes.into() });
            memory.contents.insert(path.clone(), Kept { used, value });
            shrink(&mut memory.contents, CONTENTS_PER_ENTRY * self.entries_max);
            used
        })
    }

    /// The resources of a text, parsed now or before.
    pub(crate) fn parsed<E>(
        &self,
        file: &str,
        version: Version,
        parse: impl FnOnce() -> Result<Vec<Resource>, E>,
    ) -> Result<Vec<Resource>, E> {
        let key = (file.to_owned(), version);
        if let Some(kept) = self.with(|memory| memory.touch(|memory| memory.parsed.get_mut(&key))) {
            return Ok(kept.as_ref().clone());
        }
        let resources = parse()?;
        let value = Arc::new(resources.clone());
        self.with(|memory| {
            memory.work.files_parsed += 1;
            let used = memory.tick();
            memory.parsed.insert(key, Kept { used, value });
            shrink(&mut memory.parsed, self.entries_max);
        });
        Ok(resources)
    }

    /// A base made before from files that are unchanged.
    pub(crate) fn base(&self, key: &str, is_unchanged: impl Fn(&Seen) -> bool) -> Option<Arc<Base>> {
        let base = self.with(|memory| memory.touch(|memory| memory.bases.get_mut(key)))?;
        let base = Some(base).filter(|base| is_unchanged(&base.seen))?;
        self.with(|memory| memory.work.bases_kept += 1);
        Some(base)
    }

    /// Keeps a base.
    pub(crate) fn keep_base(&self, key: String, base: Base) {
        self.with(|memory| {
            memory.work.bases_built += 1;
            let used = memory.tick();
            memory.bases.insert(key, Kept { used, value: Arc::new(base) });
            shrink(&mut memory.bases, self.entries_max);
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        // What a panicking thread left behind is whole: every change is one insertion.
        act(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The resources of a file's text, from memory if there is one.
pub(crate) fn parse(cache: Option<&Cache>, text: &str, version: Option<Version>, file: &str) -> Result<Vec<Resource>, Errors> {
    let parse = || crate::read::resources(text, file);
    match cache.zip(version) {
        Some((cache, version)) => cache.parsed(file, version, parse),
        None => parse(),
    }
}

impl Memory {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn touch<T>(&mut self, find: impl FnOnce(&mut Memory) -> Option<&mut Kept<T>>) -> Option<Arc<T>> {
        let used = self.tick();
        let kept = find(self)?;
        kept.used = used;
        Some(kept.value.clone())
    }
}

/// Drops the longest unused half once there are too many.
fn shrink<K: std::hash::Hash + Eq, T>(entries: &mut HashMap<K, Kept<T>>, entries_max: usize) {
    if entries.len() <= entries_max {
        return;
    }
    let mut uses: Vec<u64> = entries.values().map(|kept| kept.used).collect();
    uses.sort_unstable();
    let oldest_kept = uses[uses.len() / 2];
    entries.retain(|_, kept| kept.used >= oldest_kept);
}
