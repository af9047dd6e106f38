//! A tree of files that can also be listed, and the same tree with one file replaced.

use kustomize::{Files, MemoryFiles};
use std::borrow::Cow;

/// What a directory holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name within the directory.
    pub name: String,
    /// Whether it is a directory itself.
    pub is_dir: bool,
}

/// A tree that can be listed, which generating a kustomization needs.
pub trait Tree: Files {
    /// What the directory at `path` holds, sorted by name; nothing when it is no directory.
    fn list(&self, path: &str) -> Vec<Entry>;
}

impl Tree for MemoryFiles {
    fn list(&self, path: &str) -> Vec<Entry> {
        let below = if path == "/" { "/".to_owned() } else { format!("{path}/") };
        let inside = self.paths().filter_map(|file| file.strip_prefix(&below));
        let mut entries: Vec<Entry> = inside.map(first_segment).collect();
        entries.sort();
        entries.dedup();
        entries
    }
}

fn first_segment(path: &str) -> Entry {
    match path.split_once('/') {
        Some((name, _)) => Entry { name: name.to_owned(), is_dir: true },
        None => Entry { name: path.to_owned(), is_dir: false },
    }
}

/// A tree in which one file reads differently.
pub(crate) struct Overlay<'a> {
    pub tree: &'a dyn Tree,
    pub path: String,
    pub bytes: Vec<u8>,
}

impl Files for Overlay<'_> {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        if path == self.path { Some(Cow::Borrowed(&self.bytes)) } else { self.tree.read(path) }
    }

    fn is_dir(&self, path: &str) -> bool {
        self.tree.is_dir(path)
    }

    fn real_path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        if path == self.path { Cow::Borrowed(path) } else { self.tree.real_path(path) }
    }
}

/// `path` below `base`, absolute and clean; `..` above the root stays at the root.
pub(crate) fn join(base: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in base.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    format!("/{}", segments.join("/"))
}
