//! The files of the project, read once.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::workspace::{self, Crate};

/// Folders that are not part of the source.
const LEFT_OUT: &[&str] = &[".git", "target", "node_modules"];

/// One file that is text.
pub struct File {
    /// Its path from the root, with slashes.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// The project as it lies on disk.
pub struct Tree {
    /// Text files, by path.
    pub files: Vec<File>,
    /// Every path, folders too.
    pub paths: BTreeSet<String>,
    /// The crates, as cargo tells.
    pub crates: Vec<Crate>,
}

impl Tree {
    /// Reads everything below `root`.
    pub fn read(root: &Path) -> Result<Tree> {
        let mut tree = Tree { files: Vec::new(), paths: BTreeSet::new(), crates: workspace::crates()? };
        tree.walk(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// The text of a file, or nothing if it is not there.
    pub fn text(&self, path: &str) -> &str {
        self.files.iter().find(|file| file.path == path).map_or("", |file| &file.text)
    }

    /// Files of Rust.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// Files written by us rather than kept as somebody's answer: everything but case folders.
    pub fn ours(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| !file.path.contains("/tests/cases/"))
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if LEFT_OUT.contains(&name.as_str()) {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"))?;
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                self.files.push(File { path: path.clone(), text });
            }
            self.paths.insert(path);
        }
        Ok(())
    }
}
