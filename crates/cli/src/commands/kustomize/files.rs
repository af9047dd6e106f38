//! The file system as the tree a build reads: each file when it is asked for, links resolved, nothing kept.

use std::borrow::Cow;
use std::path::Path;

use kustomize::Files;

/// The whole file system; paths are absolute.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        std::fs::read(path).ok().map(Cow::Owned)
    }

    fn is_dir(&self, path: &str) -> bool {
        Path::new(path).is_dir()
    }

    fn real_path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let real = std::fs::canonicalize(path).ok().and_then(|real| real.into_os_string().into_string().ok());
        real.map_or(Cow::Borrowed(path), Cow::Owned)
    }
}
