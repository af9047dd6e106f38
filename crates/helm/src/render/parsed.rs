//! The parsed templates that a chart keeps: one set for each combination of subcharts and aliases that was rendered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use template::Set;

use crate::chart::File;
use crate::limits::PARSED_SETS_MAX;

/// Sets by the names of their templates, the latest used last. Contents need no key: the chart never changes.
#[derive(Debug, Default)]
pub(crate) struct ParsedSets {
    sets: Mutex<Vec<(Vec<String>, Arc<Set>)>>,
    count: AtomicUsize,
}

impl ParsedSets {
    /// The set of these files, parsed in this order unless it was before.
    pub fn get<'a>(&self, files: impl Iterator<Item = (&'a String, &'a File)> + Clone) -> Result<Arc<Set>, template::Error> {
        let names: Vec<String> = files.clone().map(|(name, _)| name.clone()).collect();
        if let Some(set) = self.find(&names) {
            return Ok(set);
        }
        // Parsed outside the lock: two renders may do it twice, none waits for it.
        self.count.fetch_add(1, Ordering::Relaxed);
        let set = Arc::new(Set::parse(files.map(|(name, file)| (name, file.data().shared())))?);
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.len() == PARSED_SETS_MAX {
            sets.remove(0);
        }
        sets.push((names, set.clone()));
        Ok(set)
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
