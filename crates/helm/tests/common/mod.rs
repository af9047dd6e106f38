//! Reading charts from disk for tests, and the shared cases.

#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use helm::{Chart, File};

/// The shared cases; none where they are not on this machine, with a line that says so.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases").join(path);
    if let Ok(path) = path.canonicalize() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not here", path.display());
    None
}

/// The chart in a folder.
pub fn chart(folder: &Path) -> helm::Result<Chart> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    Chart::from_tree(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.push(File::new(name, &std::fs::read(&path).unwrap()));
        }
    }
}

/// The documents of a multi-document text as values, sorted by what they print; empty ones left out.
pub fn documents(text: &str) -> Vec<object::Value> {
    let documents = yaml::parse(text, &yaml::Options::default()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut values: Vec<object::Value> = documents.into_iter().map(|document| document.value).filter(|value| !value.is_null()).collect();
    values.sort_by_cached_key(ToString::to_string);
    values
}
