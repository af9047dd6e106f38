//! Names in the store: where an object's artifacts lie.

use std::path::{Path, PathBuf};

use super::StoreError;

/// The folder of one object: `<kind in lower case>/<namespace>/<name>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Home {
    relative: String,
}

impl Home {
    /// The folder of the object; the names must be single path parts that do not begin with a dot.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Result<Home, StoreError> {
        [kind, namespace, name].into_iter().try_for_each(check)?;
        Ok(Home { relative: format!("{}/{namespace}/{name}", kind.to_lowercase()) })
    }

    /// The path of `file` relative to the root.
    pub fn relative(&self, file: &str) -> String {
        format!("{}/{file}", self.relative)
    }

    pub(super) fn folder(&self, root: &Path) -> PathBuf {
        root.join(&self.relative)
    }

    pub(super) fn file(&self, root: &Path, file: &str) -> Result<PathBuf, StoreError> {
        check(file)?;
        Ok(self.folder(root).join(file))
    }
}

/// The place of a relative path of plain names under `root`.
pub(super) fn resolve(root: &Path, path: &str) -> Result<PathBuf, StoreError> {
    path.split('/').try_for_each(check)?;
    Ok(root.join(path))
}

fn check(name: &str) -> Result<(), StoreError> {
    let bad = name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']);
    if bad { Err(StoreError::Name(name.to_owned())) } else { Ok(()) }
}
