//! The limits of a tree, each with a name that appears in the message when it is passed.

use std::fmt;

const MIB: u64 = 1024 * 1024;

/// How large a tree may be. The defaults hold any repository of manifests and keep one source from filling the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Regular files in one tree.
    pub files_max: usize,
    /// Bytes of one file.
    pub file_bytes_max: u64,
    /// Bytes of all files together, unpacked.
    pub tree_bytes_max: u64,
    /// Folders above a file.
    pub depth_max: usize,
    /// Bytes of one path.
    pub path_bytes_max: usize,
}

impl Default for Limits {
    /// 100,000 files, 64 MiB each, 256 MiB together, 64 folders deep, paths of 4,096 bytes.
    fn default() -> Limits {
        Limits { files_max: 100_000, file_bytes_max: 64 * MIB, tree_bytes_max: 256 * MIB, depth_max: 64, path_bytes_max: 4096 }
    }
}

/// The limit that was passed, with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::files_max`].
    Files(usize),
    /// [`Limits::file_bytes_max`].
    FileBytes(u64),
    /// [`Limits::tree_bytes_max`].
    TreeBytes(u64),
    /// [`Limits::depth_max`].
    Depth(usize),
    /// [`Limits::path_bytes_max`].
    PathBytes(usize),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Files(limit) => write!(f, "more than {limit} files (files_max)"),
            Limit::FileBytes(limit) => write!(f, "a file larger than {limit} bytes (file_bytes_max)"),
            Limit::TreeBytes(limit) => write!(f, "more than {limit} bytes in all files (tree_bytes_max)"),
            Limit::Depth(limit) => write!(f, "more than {limit} folders above a file (depth_max)"),
            Limit::PathBytes(limit) => write!(f, "a path longer than {limit} bytes (path_bytes_max)"),
        }
    }
}
