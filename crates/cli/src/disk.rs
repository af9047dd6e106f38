//! The file system as the tree a build reads: each file when it is asked for, links resolved, no content kept.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::DirEntry;
use std::path::Path;

use build::Entry;
use kustomize::Files;

/// The whole file system; paths are absolute. What a path is, is looked up once: a build sees one state of it.
#[derive(Default)]
pub struct Disk {
    places: RefCell<HashMap<String, Place>>,
}

/// What stands at a path.
#[derive(Clone)]
struct Place {
    real: String,
    is_dir: bool,
}

impl Disk {
    /// Looks a path up, its directories first: most paths of a build have them in common.
    fn place(&self, path: &str) -> Option<Place> {
        if let Some(place) = self.places.borrow().get(path) {
            return Some(place.clone());
        }
        let (parent, name) = path.rsplit_once('/')?;
        let folder = if parent.is_empty() { String::new() } else { self.place(parent)?.real };
        let place = look(format!("{folder}/{name}"))?;
        self.places.borrow_mut().insert(path.to_owned(), place.clone());
        Some(place)
    }
}

/// Asks the file system about a path without links but perhaps the last.
fn look(path: String) -> Option<Place> {
    let metadata = std::fs::symlink_metadata(&path).ok()?;
    if !metadata.is_symlink() {
        return Some(Place { real: path, is_dir: metadata.is_dir() });
    }
    let real = std::fs::canonicalize(&path).ok()?;
    let is_dir = real.is_dir();
    Some(Place { real: real.into_os_string().into_string().ok()?, is_dir })
}

impl build::Tree for Disk {
    fn list(&self, path: &str) -> Vec<Entry> {
        let entry = |entry: DirEntry| Some(Entry { name: entry.file_name().into_string().ok()?, is_dir: entry.file_type().ok()?.is_dir() });
        let found = std::fs::read_dir(path).into_iter().flatten().flatten().filter_map(entry);
        let mut entries: Vec<Entry> = found.collect();
        entries.sort();
        entries
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        std::fs::read(path).ok().map(Cow::Owned)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.place(path).map_or_else(|| Path::new(path).is_dir(), |place| place.is_dir)
    }

    fn real_path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        self.place(path).map_or(Cow::Borrowed(path), |place| Cow::Owned(place.real))
    }
}
