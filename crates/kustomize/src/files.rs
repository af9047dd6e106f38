//! The tree of files a build reads: a trait of three questions, and the tree in memory.
//!
//! Paths are absolute within the tree, cleaned, with `/` between segments and at the front (`/apps/prod`). What stands behind
//! them (a directory, an archive, a Git tree) is the caller's business; this crate never opens a file.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A tree of files, as far as a build needs it.
pub trait Files {
    /// The bytes of one file; `None` if there is no such file (a directory is no file).
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>>;

    /// Whether a directory stands at this path.
    fn is_dir(&self, path: &str) -> bool;

    /// The path with every symbolic link resolved. Trees without links answer the path itself.
    fn real_path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(path)
    }
}

/// A tree in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFiles {
    /// An empty tree.
    pub fn new() -> MemoryFiles {
        MemoryFiles::default()
    }

    /// Writes one file; the path is cleaned, so `a/../b` is `/b`.
    pub fn insert(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(clean(path), bytes.into());
    }

    /// Takes one file out.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(&clean(path));
    }

    /// All paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl<P: AsRef<str>, B: Into<Vec<u8>>> FromIterator<(P, B)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(entries: I) -> MemoryFiles {
        let mut files = MemoryFiles::new();
        for (path, bytes) in entries {
            files.insert(path.as_ref(), bytes);
        }
        files
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.files.get(path).map(|bytes| Cow::Borrowed(bytes.as_slice()))
    }

    fn is_dir(&self, path: &str) -> bool {
        if path == "/" {
            return true;
        }
        let below = format!("{path}/");
        self.files.range(below.clone()..).next().is_some_and(|(name, _)| name.starts_with(&below))
    }
}

/// Cleans a path and makes it absolute: no `.`, no `..`, no doubled or trailing slash. `..` above the root stays at the root.
pub(crate) fn clean(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    format!("/{}", segments.join("/"))
}

/// A path as written in a file below `root`: absolute paths stay, others are taken relative to the root.
pub(crate) fn join(root: &str, path: &str) -> String {
    if path.starts_with('/') { clean(path) } else { clean(&format!("{root}/{path}")) }
}

/// Whether `path` is `root` or lies below it.
pub(crate) fn is_in_or_below(path: &str, root: &str) -> bool {
    root == "/" || path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

/// The directory that holds a file.
pub(crate) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(at) => &path[..at],
    }
}

/// Joins and cleans like Go's `filepath.Join` for relative paths: leading `..` stay.
pub(crate) fn join_relative(base: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in base.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (path, expected) in [("a/b", "/a/b"), ("/a/./b//c/", "/a/b/c"), ("a/../b", "/b"), ("../../x", "/x"), ("", "/")] {
            assert_eq!(clean(path), expected, "{path}");
        }
        assert_eq!(join("/apps/prod", "../base"), "/apps/base");
        assert_eq!(join_relative("a", "../../base"), "../base");
    }

    #[test]
    fn a_directory_is_what_has_files_below() {
        let files: MemoryFiles = [("a/b/c.yaml", "x"), ("ab", "y")].into_iter().collect();
        assert!(files.is_dir("/a") && files.is_dir("/a/b") && files.is_dir("/"));
        assert!(!files.is_dir("/ab") && !files.is_dir("/a/b/c.yaml"));
        assert!(is_in_or_below("/a/b", "/a") && !is_in_or_below("/ab", "/a"));
    }
}
