//! A repository with a work tree, written by git itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// A repository that a server over its parent folder serves under its name.
pub struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// An empty repository with the branch `main`.
    pub fn init(root: &Path, name: &str) -> Result<Repository> {
        let folder = root.join(name);
        fs::create_dir_all(&folder)?;
        super::run("git", &["init", "-q", "-b", "main"], &folder)?;
        Ok(Repository { folder })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file of the work tree.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
        Ok(fs::write(path, content)?)
    }

    /// Commits everything and gives the commit's hash.
    pub fn commit(&self, message: &str) -> Result<String> {
        self.git(&["add", "-A"])?;
        self.git(&["commit", "-q", "--allow-empty", "-m", message])?;
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git in the repository.
    pub fn git(&self, arguments: &[&str]) -> Result<String> {
        super::run("git", arguments, &self.folder)
    }
}
