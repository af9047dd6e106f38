//! The parsed templates that a chart keeps: one set for each combination of subcharts and aliases that was rendered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use template::{ParsedFile, Set};

use super::File;
use crate::limits::PARSED_SETS_MAX;
use crate::{Result, beside, failure};

/// A template's full name and its file.
pub(super) type Source<'a> = (String, &'a File);

/// Sets by the names of their templates, the latest used last. Contents need no key: the chart never changes.
#[derive(Debug, Default)]
pub(crate) struct ParsedSets {
    sets: Mutex<Vec<(Vec<String>, Arc<Set>)>>,
    count: AtomicUsize,
}

impl ParsedSets {
    /// The set of these files, parsed in this order unless it was before, and what `meanwhile` prepares on this thread.
    pub fn get<M>(&self, files: &[Source<'_>], threads: usize, meanwhile: impl FnOnce() -> Result<M>) -> Result<(M, Arc<Set>)> {
        let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        if let Some(set) = self.find(&names) {
            return Ok((meanwhile()?, set));
        }
        // Parsed outside the lock: two renders may do it twice, none waits for it.
        self.count.fetch_add(1, Ordering::Relaxed);
        let mut set = Set::helm();
        let parse = |(name, file): &Source<'_>| ParsedFile::new(name, file.data().shared(), set.functions());
        let (prepared, parsed) = beside::map(files, threads, parse, meanwhile)?;
        for file in parsed {
            set.add_file(file.map_err(|error| failure::parse(&error))?);
        }
        let set = Arc::new(set);
        self.keep(names, set.clone());
        Ok((prepared, set))
    }

    fn keep(&self, names: Vec<String>, set: Arc<Set>) {
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.len() == PARSED_SETS_MAX {
            sets.remove(0);
        }
        sets.push((names, set));
    }

    /// How often a set was parsed.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn find(&self, names: &[String]) -> Option<Arc<Set>> {
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        let at = sets.iter().position(|(known, _)| known == names)?;
        let entry = sets.remove(at);
        let set = entry.1.clone();
        sets.push(entry);
        Some(set)
    }
}
