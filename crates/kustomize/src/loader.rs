//! Reading files from where a Kustomization stands: relative paths, the load restriction, cycles, remote references.

use std::borrow::Cow;

use crate::cache::Version;
use crate::error::{Error, ErrorKind};
use crate::fields::Reading;
use crate::files::{Files, clean, is_in_or_below, join, parent};
use crate::options::{LoadRestrictor, Options};
use crate::watch::Watch;

/// Reads on behalf of one Kustomization.
#[derive(Clone)]
pub(crate) struct Loader<'a> {
    files: &'a dyn Files,
    pub options: &'a Options,
    watch: Option<&'a Watch<'a>>,
    /// The directory of the Kustomization.
    root: String,
    /// The directories of the Kustomizations that led here, this one last.
    visited: Vec<String>,
}

impl<'a> Loader<'a> {
    /// A reader for the root of a build.
    pub fn new(files: &'a dyn Files, root: &str, options: &'a Options, watch: Option<&'a Watch<'a>>) -> Result<Loader<'a>, Error> {
        let root = clean(&files.real_path(&clean(root)));
        if !files.is_dir(&root) {
            return Err(Error::new(ErrorKind::File, format!("must build at directory: not a valid directory: '{root}' doesn't exist")));
        }
        Ok(Loader { files, options, watch, visited: vec![root.clone()], root })
    }

    /// The directory of the Kustomization.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// How many Kustomizations led here.
    pub fn depth(&self) -> usize {
        self.visited.len()
    }

    /// How this Kustomization's file is read.
    pub fn reading(&self) -> Reading {
        if self.options.lenient_root && self.depth() == 1 { Reading::Allow } else { Reading::Exact }
    }

    /// Whether the path names a directory.
    pub fn is_dir(&self, path: &str) -> bool {
        !path.is_empty() && !is_remote(path) && self.files.is_dir(&self.real_path(path))
    }

    fn real_path(&self, path: &str) -> String {
        clean(&self.files.real_path(&join(&self.root, path)))
    }

    /// A reader for another directory, which must not lead back.
    pub fn enter(&self, path: &str) -> Result<Loader<'a>, Error> {
        if path.is_empty() {
            return Err(Error::new(ErrorKind::File, "new root cannot be empty"));
        }
        if is_remote(path) {
            return Err(remote(path));
        }
        if path.starts_with('/') {
            return Err(Error::new(ErrorKind::File, format!("new root '{path}' cannot be absolute")));
        }
        if is_ambiguous(path) {
            let message = format!("path \"{path}\" is ambiguous: resolves to \"{}\" after normalization", join(&self.root, path));
            return Err(Error::new(ErrorKind::File, message).hint("check for YAML indentation errors in the kustomization file"));
        }
        let root = self.real_path(path);
        if !self.files.is_dir(&root) {
            return Err(self.not_a_directory(&join(&self.root, path), &root));
        }
        if let Some(visited) = self.visited.iter().rev().find(|visited| is_in_or_below(visited, &root)) {
            let message = format!("cycle detected: candidate root '{root}' contains visited root '{visited}'");
            return Err(Error::new(ErrorKind::File, message).hint("a Kustomization may not refer to itself or to a directory above it"));
        }
        if self.visited.len() >= self.options.limits.depth_max {
            let message = format!("Kustomizations are nested deeper than {}", self.options.limits.depth_max);
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let mut visited = self.visited.clone();
        visited.push(root.clone());
        Ok(Loader { root, visited, ..self.clone() })
    }

    /// The bytes of a file.
    pub fn read(&self, path: &str) -> Result<Cow<'a, [u8]>, Error> {
        if is_remote_file(path) {
            return Err(remote(path));
        }
        let absolute = join(&self.root, path);
        let real = clean(&self.files.real_path(&absolute));
        let bytes = self.files.read(&real);
        if let Some(watch) = self.watch {
            watch.saw(&real, bytes.as_deref());
        }
        let Some(bytes) = bytes else {
            return Err(self.missing(&absolute, &real));
        };
        let is_outside = self.options.load_restrictor == LoadRestrictor::RootOnly && !is_in_or_below(parent(&real), &self.root);
        if is_outside {
            let message = format!("security; file '{real}' is not in or below '{}'", self.root);
            return Err(Error::new(ErrorKind::File, message).hint(
                "move the file below the Kustomization, make its directory a base, or build with `--load-restrictor LoadRestrictionsNone`",
            ));
        }
        if bytes.len() > self.options.limits.file_bytes_max {
            return Err(Error::new(ErrorKind::Limit, format!("file '{real}' is larger than {} bytes", self.options.limits.file_bytes_max)));
        }
        Ok(bytes)
    }

    /// The version of a file that was read, if the build has a memory.
    pub fn version(&self, path: &str) -> Option<Version> {
        self.watch?.version(&self.real_path(path))
    }

    /// The text of a file.
    pub fn read_text(&self, path: &str) -> Result<Cow<'a, str>, Error> {
        let invalid = || Error::new(ErrorKind::Malformed, "yaml: invalid UTF-8").in_file(&join(&self.root, path));
        match self.read(path)? {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| invalid()),
            Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| invalid()),
        }
    }

    fn not_a_directory(&self, path: &str, real: &str) -> Error {
        let why = match self.files.read(real) {
            Some(_) => format!("'{path}': file is not directory"),
            None => format!("not a valid directory: evalsymlink failure on '{path}' : lstat {path}: no such file or directory"),
        };
        Error::new(ErrorKind::File, format!("must build at directory: {why}"))
    }

    fn missing(&self, absolute: &str, real: &str) -> Error {
        if self.files.is_dir(real) {
            return Error::new(ErrorKind::File, format!("'{absolute}' must resolve to a file"));
        }
        Error::new(ErrorKind::File, format!("evalsymlink failure on '{absolute}' : lstat {absolute}: no such file or directory"))
            .hint("check the path: it is taken relative to the Kustomization that names it")
    }
}

fn remote(path: &str) -> Error {
    let message = format!("remote resource '{path}' is not fetched while building");
    Error::new(ErrorKind::Refused, message).hint("make it a source of its own (GitRepository, OCIRepository), or commit a copy")
}

fn is_remote_file(path: &str) -> bool {
    path.starts_with("https://") || path.starts_with("http://")
}

/// Whether the reference would clone or fetch this.
fn is_remote(path: &str) -> bool {
    let is_url = ["https://", "http://", "ssh://", "git::", "file://"].iter().any(|scheme| path.starts_with(scheme));
    let is_host = path.starts_with("github.com/") || path.starts_with("git@") || path.contains("?ref=");
    is_url || is_host
}

/// A segment with dots in a row that is no `..` is a path and a YAML mistake run together.
fn is_ambiguous(path: &str) -> bool {
    path.split('/').any(|segment| segment != ".." && segment.contains(".."))
}
