//! A file tree in memory. It holds regular files only, so nothing in it can point outside.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;

use crate::path::{self, PathFault};
use crate::{Limit, Limits};

/// One regular file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The content; cloning shares it.
    pub bytes: Bytes,
    /// Whether the owner may execute it.
    pub executable: bool,
}

impl File {
    /// A plain file.
    pub fn new(bytes: impl Into<Bytes>) -> File {
        File { bytes: bytes.into(), executable: false }
    }
}

/// Files by path. A clone costs one reference count.
///
/// Paths are relative, separated by `/`, without `.` and `..`; a path is never a file and a folder at once. Folders exist
/// through the files below them, so there are no empty ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree(Arc<Inner>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Inner {
    files: BTreeMap<String, File>,
    size_bytes: u64,
}

impl Tree {
    /// A tree of these files within the default limits.
    pub fn from_files<P: Into<String>>(files: impl IntoIterator<Item = (P, File)>) -> Result<Tree, TreeError> {
        let mut builder = Builder::new(Limits::default(), Names::CaseMatters);
        for (path, file) in files {
            builder.add(&path.into(), file)?;
        }
        Ok(builder.finish())
    }

    /// The file at `path`.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.0.files.get(path)
    }

    /// Every file, in order of its path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.0.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.0.files.is_empty()
    }

    /// The bytes of all files together.
    pub fn size_bytes(&self) -> u64 {
        self.0.size_bytes
    }

    /// Whether `path` is a folder; the empty path and `.` are the tree itself.
    pub fn has_dir(&self, path: &str) -> bool {
        let path = path::plain(path);
        path.is_empty() || self.below(path).next().is_some()
    }

    /// What lies in the folder `path`, by paths relative to it. Empty when there is no such folder.
    pub fn subtree(&self, path: &str) -> Tree {
        let path = path::plain(path);
        if path.is_empty() {
            return self.clone();
        }
        let skip = path.len() + 1;
        Tree::from_checked(self.below(path).map(|(path, file)| (path[skip..].to_owned(), file.clone())))
    }

    /// This tree with all files of another in the folder `at`; the empty path is the tree itself.
    /// Errors: an unsafe path, a path that is taken, a limit of the whole.
    pub fn graft(&self, at: &str, other: &Tree) -> Result<Tree, TreeError> {
        let at = path::plain(at);
        let mut builder = Builder::new(Limits::default(), Names::CaseMatters);
        for (path, file) in self.iter() {
            builder.add(path, file.clone())?;
        }
        for (path, file) in other.iter() {
            let path = if at.is_empty() { path.to_owned() } else { format!("{at}/{path}") };
            builder.add(&path, file.clone())?;
        }
        Ok(builder.finish())
    }

    /// The files for which `keep(path, is_dir)` holds, asked for each folder above a file and then for the file.
    pub fn filter(&self, keep: impl Fn(&str, bool) -> bool) -> Tree {
        let dropped: BTreeSet<&str> = self.dirs().into_iter().filter(|dir| !keep(dir, true)).collect();
        let stays = |path: &str| !path::parents(path).any(|dir| dropped.contains(dir)) && keep(path, false);
        let kept: Vec<_> = self.0.files.iter().filter(|(path, _)| stays(path)).collect();
        if kept.len() == self.len() {
            return self.clone();
        }
        Tree::from_checked(kept.into_iter().map(|(path, file)| (path.clone(), file.clone())))
    }

    /// Every folder, each after the one it lies in.
    pub fn dirs(&self) -> BTreeSet<&str> {
        self.0.files.keys().flat_map(|path| path::parents(path)).collect()
    }

    /// Folders and files in the order of a walk that takes the names of each folder in lexical order.
    pub(crate) fn walk(&self) -> Vec<(&str, Option<&File>)> {
        let dirs = self.dirs().into_iter().map(|dir| (dir, None));
        let mut entries: Vec<_> = dirs.chain(self.iter().map(|(path, file)| (path, Some(file)))).collect();
        entries.sort_by(|(a, _), (b, _)| walk_order(a, b));
        entries
    }

    fn below<'a>(&'a self, dir: &str) -> impl Iterator<Item = (&'a String, &'a File)> {
        let prefix = format!("{dir}/");
        self.0.files.range(prefix.clone()..).take_while(move |(path, _)| path.starts_with(&prefix))
    }

    fn from_checked(files: impl Iterator<Item = (String, File)>) -> Tree {
        let files: BTreeMap<String, File> = files.collect();
        let size_bytes = files.values().map(|file| file.bytes.len() as u64).sum();
        Tree(Arc::new(Inner { files, size_bytes }))
    }
}

fn walk_order(a: &str, b: &str) -> Ordering {
    a.split('/').cmp(b.split('/'))
}

/// Whether names that differ only in case may stand beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// They may, as in a Git tree: `README` and `readme` are two files.
    CaseMatters,
    /// They may not, as in an archive of unknown origin, where a second spelling is a way to slip past a check.
    CaseFolds,
}

/// Why a file cannot be in a tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The path is unsafe.
    #[error("`{path}`: {fault}")]
    Path {
        /// The path as it was given.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// The path is there already, or is a folder and a file at once.
    #[error("`{path}` appears twice")]
    Duplicate {
        /// The second path.
        path: String,
    },
    /// A limit is passed.
    #[error("`{path}`: the tree has {limit}")]
    Limit {
        /// The file that passed it.
        path: String,
        /// Which limit.
        limit: Limit,
    },
}

/// Collects files and refuses what a [`Tree`] may not hold.
pub struct Builder {
    files: BTreeMap<String, File>,
    dirs: BTreeSet<String>,
    folded: BTreeSet<String>,
    size_bytes: u64,
    limits: Limits,
    names: Names,
}

impl Builder {
    /// An empty tree to be.
    pub fn new(limits: Limits, names: Names) -> Builder {
        Builder { files: BTreeMap::new(), dirs: BTreeSet::new(), folded: BTreeSet::new(), size_bytes: 0, limits, names }
    }

    /// Adds a file. Errors: an unsafe path, a path that is taken, a limit.
    pub fn add(&mut self, path: &str, file: File) -> Result<(), TreeError> {
        self.check(path, file.bytes.len() as u64)?;
        self.claim(path)?;
        self.size_bytes += file.bytes.len() as u64;
        self.files.insert(path.to_owned(), file);
        Ok(())
    }

    /// Whether a file of this size could be added now; asked before its content is read.
    pub fn check(&self, path: &str, size_bytes: u64) -> Result<(), TreeError> {
        path::check(path).map_err(|fault| TreeError::Path { path: path.to_owned(), fault })?;
        match self.passed(path, size_bytes) {
            Some(limit) => Err(TreeError::Limit { path: path.to_owned(), limit }),
            None => Ok(()),
        }
    }

    /// The finished tree.
    pub fn finish(self) -> Tree {
        Tree(Arc::new(Inner { files: self.files, size_bytes: self.size_bytes }))
    }

    fn passed(&self, path: &str, size_bytes: u64) -> Option<Limit> {
        let Limits { files_max, file_bytes_max, tree_bytes_max, depth_max, path_bytes_max } = self.limits;
        let checks = [
            (path.len() > path_bytes_max, Limit::PathBytes(path_bytes_max)),
            (path::parents(path).count() > depth_max, Limit::Depth(depth_max)),
            (self.files.len() >= files_max, Limit::Files(files_max)),
            (size_bytes > file_bytes_max, Limit::FileBytes(file_bytes_max)),
            (self.size_bytes.saturating_add(size_bytes) > tree_bytes_max, Limit::TreeBytes(tree_bytes_max)),
        ];
        checks.into_iter().find(|(passed, _)| *passed).map(|(_, limit)| limit)
    }

    fn claim(&mut self, path: &str) -> Result<(), TreeError> {
        let duplicate = || TreeError::Duplicate { path: path.to_owned() };
        let parent_is_file = path::parents(path).any(|dir| self.files.contains_key(dir));
        if parent_is_file || self.files.contains_key(path) || self.dirs.contains(path) {
            return Err(duplicate());
        }
        let new_dirs: Vec<String> = path::parents(path).filter(|dir| !self.dirs.contains(*dir)).map(str::to_owned).collect();
        if self.names == Names::CaseFolds {
            let new_names = new_dirs.iter().map(String::as_str).chain([path]);
            if !new_names.map(str::to_lowercase).all(|name| self.folded.insert(name)) {
                return Err(duplicate());
            }
        }
        self.dirs.extend(new_dirs);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> Tree {
        Tree::from_files(paths.iter().map(|path| (*path, File::new(path.as_bytes().to_vec())))).unwrap()
    }

    fn paths(tree: &Tree) -> Vec<&str> {
        tree.iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn a_walk_takes_the_names_of_each_folder_in_lexical_order() {
        let tree = tree(&["a.txt", "a/b", "a-b/c", "b"]);
        let walked: Vec<&str> = tree.walk().into_iter().map(|(path, _)| path).collect();
        assert_eq!(walked, ["a", "a/b", "a-b", "a-b/c", "a.txt", "b"]);
    }

    #[test]
    fn a_grafted_tree_lies_in_its_folder_and_takes_no_path_that_is_taken() {
        let tree = Tree::from_files([("a", File::new("1"))]).unwrap();
        let other = Tree::from_files([("x/y", File::new("2"))]).unwrap();
        assert_eq!(paths(&tree.graft("./lib/", &other).unwrap()), ["a", "lib/x/y"]);
        assert_eq!(paths(&tree.graft("", &other).unwrap()), ["a", "x/y"]);
        for at in ["../out", "/etc", "a"] {
            assert!(tree.graft(at, &other).is_err(), "{at}");
        }
        assert!(tree.graft("", &tree).is_err(), "nothing is overwritten");
    }

    #[test]
    fn a_subtree_has_paths_relative_to_its_folder() {
        let tree = tree(&["app/x", "app/y/z", "apple", "b"]);
        assert_eq!(paths(&tree.subtree("./app/")), ["x", "y/z"]);
        assert_eq!(tree.subtree("").len(), 4);
        assert!(tree.subtree("none").is_empty());
        assert!(tree.has_dir("app/y") && tree.has_dir(".") && !tree.has_dir("apple") && !tree.has_dir("ap"));
    }

    #[test]
    fn a_dropped_folder_takes_what_lies_below_it_along() {
        let tree = tree(&["a/keep", "b/c/d", "b/e"]);
        assert_eq!(paths(&tree.filter(|path, is_dir| !(is_dir && path == "b"))), ["a/keep"]);
        assert_eq!(paths(&tree.filter(|path, _| !path.ends_with("/e"))), ["a/keep", "b/c/d"]);
    }

    #[test]
    fn a_path_cannot_be_file_and_folder_nor_appear_twice() {
        for (first, second) in [("a", "a/b"), ("a/b", "a"), ("a", "a")] {
            let mut builder = Builder::new(Limits::default(), Names::CaseMatters);
            builder.add(first, File::new("")).unwrap();
            assert_eq!(builder.add(second, File::new("")), Err(TreeError::Duplicate { path: second.to_owned() }));
        }
    }

    #[test]
    fn names_that_differ_in_case_are_refused_where_case_folds() {
        for (first, second) in [("a", "A"), ("Dir/x", "dir/y"), ("k/Straße", "K/straße")] {
            let mut builder = Builder::new(Limits::default(), Names::CaseFolds);
            builder.add(first, File::new("")).unwrap();
            assert!(builder.add(second, File::new("")).is_err(), "{first} {second}");
        }
        let mut builder = Builder::new(Limits::default(), Names::CaseFolds);
        builder.add("dir/x", File::new("")).unwrap();
        builder.add("dir/y", File::new("")).unwrap();
    }

    #[test]
    fn each_limit_names_itself() {
        let limits = Limits { files_max: 1, file_bytes_max: 3, tree_bytes_max: 4, depth_max: 1, path_bytes_max: 5 };
        let cases = [("aaaaaa", 0, "path_bytes_max"), ("a/b/c", 0, "depth_max"), ("a", 4, "file_bytes_max")];
        for (path, size, name) in cases {
            let error = Builder::new(limits, Names::CaseMatters).check(path, size).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        let mut builder = Builder::new(limits, Names::CaseMatters);
        builder.add("a", File::new("123")).unwrap();
        assert!(builder.check("b", 1).unwrap_err().to_string().contains("files_max"));
        let mut builder = Builder::new(Limits { files_max: 9, ..limits }, Names::CaseMatters);
        builder.add("a", File::new("123")).unwrap();
        assert!(builder.check("b", 2).unwrap_err().to_string().contains("tree_bytes_max"));
    }
}
