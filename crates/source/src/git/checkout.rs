//! A commit's tree, from the pack into memory.
//!
//! Symbolic links are dropped, as in every artifact. A name that Git itself would not check out, such as `.git` or one with a
//! slash, fails the whole checkout: such a tree was made to deceive.

use artifact::{Builder, File, Names, Tree};
use gix::hash::ObjectId;
use gix::objs::{Kind, TreeRefIter, tree::EntryKind};

use super::pack::Pack;
use super::submodule::Fetcher;
use super::{Filter, GitRequest};
use crate::{Error, Result};

struct Walk<'a> {
    pack: &'a Pack,
    builder: Builder,
    filter: Option<&'a Filter>,
    sparse: Vec<String>,
    sparse_seen: Vec<bool>,
    submodules: &'a Fetcher<'a>,
    links: Vec<(String, ObjectId)>,
    trees_left: usize,
    depth_max: usize,
}

/// The files of `tree` that the request wants.
pub(super) fn checkout(pack: &Pack, tree: ObjectId, request: &GitRequest, revision: &str, submodules: &Fetcher<'_>) -> Result<Tree> {
    let limits = request.limits.tree;
    let sparse: Vec<String> = request.sparse.iter().map(|path| plain(path)).collect();
    let mut walk = Walk {
        pack,
        builder: Builder::new(limits, Names::CaseMatters),
        filter: request.filter.as_ref(),
        sparse_seen: vec![false; sparse.len()],
        sparse,
        submodules,
        links: Vec::new(),
        trees_left: limits.files_max,
        depth_max: limits.depth_max,
    };
    walk.tree(tree, "", 0)?;
    if let Some(missing) = walk.sparse_seen.iter().position(|seen| !seen) {
        return Err(Error::PathNotFound { path: request.sparse[missing].clone(), revision: revision.to_owned() });
    }
    let Walk { builder, links, .. } = walk;
    submodules.fill(builder.finish(), links)
}

fn plain(path: &str) -> String {
    path.trim_start_matches("./").trim_matches('/').to_owned()
}

impl Walk<'_> {
    fn tree(&mut self, id: ObjectId, folder: &str, depth: usize) -> Result<()> {
        let passed = |what: &str| Error::Limit(format!("`{folder}`: the repository has {what}"));
        self.trees_left = self.trees_left.checked_sub(1).ok_or_else(|| passed("too many folders (files_max)"))?;
        if depth > self.depth_max {
            return Err(passed("too many folders in folders (depth_max)"));
        }
        let data = self.pack.object(id, Kind::Tree)?;
        for entry in TreeRefIter::from_bytes(&data, gix::hash::Kind::Sha1) {
            let entry = entry.map_err(|error| Error::operation(format!("reading folder `{folder}`"), error))?;
            let name = std::str::from_utf8(entry.filename)
                .map_err(|_| Error::operation(format!("reading folder `{folder}`"), "a name is not UTF-8"))?;
            let path = join(folder, name)?;
            self.entry(entry.mode.kind(), entry.oid.to_owned(), path, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, kind: EntryKind, id: ObjectId, path: String, depth: usize) -> Result<()> {
        let is_dir = kind == EntryKind::Tree;
        if !self.wants(&path, is_dir) {
            return Ok(());
        }
        match kind {
            EntryKind::Tree => self.tree(id, &path, depth + 1),
            EntryKind::Blob | EntryKind::BlobExecutable => self.file(&path, id, kind == EntryKind::BlobExecutable),
            EntryKind::Commit if self.submodules.is_wanted() => {
                self.links.push((path, id));
                Ok(())
            }
            EntryKind::Commit | EntryKind::Link => Ok(()),
        }
    }

    fn file(&mut self, path: &str, id: ObjectId, executable: bool) -> Result<()> {
        self.builder.check(path, 0)?;
        let bytes = self.pack.object(id, Kind::Blob)?;
        Ok(self.builder.add(path, File { bytes: bytes.into(), executable })?)
    }

    fn wants(&mut self, path: &str, is_dir: bool) -> bool {
        let filtered = self.filter.is_some_and(|filter| !filter(path, is_dir));
        !filtered && (self.sparse.is_empty() || self.is_sparse(path, is_dir))
    }

    /// Whether the path is one of the sparse paths, lies below one, or leads to one.
    fn is_sparse(&mut self, path: &str, is_dir: bool) -> bool {
        let mut wanted = false;
        for (sparse, seen) in self.sparse.iter().zip(&mut self.sparse_seen) {
            *seen |= sparse == path || sparse.is_empty();
            wanted |= sparse == path || is_below(path, sparse) || (is_dir && is_below(sparse, path));
        }
        wanted
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn join(folder: &str, name: &str) -> Result<String> {
    if name.contains('/') || name.eq_ignore_ascii_case(".git") {
        return Err(Error::operation("checking out the commit", format!("`{folder}` holds the forbidden name `{name}`")));
    }
    Ok(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
}
