//! What leaves the store by age and by number, as Flux's retention flags say.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::write::{LOCK_SUFFIX, TEMPORARY_PREFIX, files, remove_if_there};
use super::{Home, Store, StoreError, failed};

/// How many files of one object a collection looks at.
const COLLECT_FILES_MAX: usize = 1000;

struct Candidate {
    path: PathBuf,
    name: String,
    modified: SystemTime,
}

impl Store {
    /// Removes the object's files that are older than the retention time, then the oldest until the retention number is kept.
    ///
    /// `current` is never removed. Gives the names of what was.
    pub fn collect(&self, home: &Home, current: &str, now: SystemTime) -> Result<Vec<String>, StoreError> {
        let folder = home.folder(&self.root);
        let mut candidates = candidates(&folder, current).map_err(failed("list", &folder))?;
        candidates.sort_by_key(|candidate| candidate.modified);
        let spare = (candidates.len() + 1).saturating_sub(self.options.retention_records_max);
        let mut removed = Vec::new();
        for (index, candidate) in candidates.into_iter().enumerate() {
            let age = now.duration_since(candidate.modified).unwrap_or_default();
            if index < spare || age > self.options.retention_ttl {
                self.release(&candidate.path)?;
                remove_if_there(&lock_of(&candidate.path)).map_err(failed("remove", &candidate.path))?;
                removed.push(candidate.name);
            }
        }
        Ok(removed)
    }
}

fn candidates(folder: &Path, current: &str) -> io::Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for path in files(folder)?.into_iter().take(COLLECT_FILES_MAX) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_ours = !name.ends_with(LOCK_SUFFIX) && !name.starts_with(TEMPORARY_PREFIX);
        if is_ours && name != current && fs::symlink_metadata(&path)?.is_file() {
            candidates.push(Candidate { modified: written(&path)?, path, name });
        }
    }
    Ok(candidates)
}

/// When the file got this name. The content may be older: it is shared between objects.
fn written(path: &Path) -> io::Result<SystemTime> {
    fs::metadata(lock_of(path)).or_else(|_| fs::metadata(path))?.modified()
}

fn lock_of(path: &Path) -> PathBuf {
    let mut lock = path.as_os_str().to_owned();
    lock.push(LOCK_SUFFIX);
    lock.into()
}
