//! Repositories in the repository.
//!
//! A submodule's address is chosen by whoever wrote `.gitmodules`, so the credentials go along only when it has the scheme, host and
//! port of the repository itself; any other submodule is fetched anonymously.

use std::cell::Cell;

use artifact::{Builder, Names, Tree};
use gix::hash::ObjectId;
use reqwest::Url;

use super::address::Address;
use super::run::Cancel;
use super::{Filter, GitAuth, GitReference, GitRequest, checkout, commit, receive};
use crate::{Clients, Error, Result};

const FILE: &str = ".gitmodules";

/// Fetches the submodules of one repository, and theirs.
pub(super) struct Fetcher<'a> {
    clients: &'a Clients,
    request: &'a GitRequest,
    cancel: &'a Cancel,
    depth: usize,
    left: Cell<usize>,
}

impl<'a> Fetcher<'a> {
    pub(super) fn new(clients: &'a Clients, request: &'a GitRequest, cancel: &'a Cancel) -> Fetcher<'a> {
        Fetcher { clients, request, cancel, depth: 0, left: Cell::new(request.limits.submodules_max) }
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.request.recurse_submodules
    }

    /// The tree with the files of the submodules in their places.
    pub(super) fn fill(&self, tree: Tree, links: Vec<(String, ObjectId)>) -> Result<Tree> {
        if links.is_empty() {
            return Ok(tree);
        }
        let modules = modules(&tree)?;
        let mut builder = Builder::new(self.request.limits.tree, Names::CaseMatters);
        for (path, file) in tree.iter() {
            builder.add(path, file.clone())?;
        }
        for (path, id) in links {
            let Some((_, url)) = modules.iter().find(|(module, _)| *module == path) else { continue };
            for (inner, file) in self.fetch(&path, url, id)?.iter() {
                builder.add(&format!("{path}/{inner}"), file.clone())?;
            }
        }
        Ok(builder.finish())
    }

    fn fetch(&self, path: &str, url: &str, id: ObjectId) -> Result<Tree> {
        let limits = &self.request.limits;
        let left = self.left.get().checked_sub(1).filter(|_| self.depth < limits.submodule_depth_max);
        let passed = || Error::Limit(format!("`{path}`: too many submodules (submodules_max, submodule_depth_max)"));
        self.left.set(left.ok_or_else(passed)?);
        let request = self.request_for(path, url, id)?;
        let (pack, target) = receive(self.clients, &request, self.cancel)?;
        let inner = Fetcher { request: &request, depth: self.depth + 1, left: self.left.clone(), ..*self };
        let read = commit::read(&pack, &target)?;
        let tree = checkout::checkout(&pack, read.tree, &request, &target.revision(), &inner)?;
        self.left.set(inner.left.get());
        Ok(tree)
    }

    fn request_for(&self, path: &str, url: &str, id: ObjectId) -> Result<GitRequest> {
        let parent = Address::parse(&self.request.url)?;
        let url = absolute(&self.request.url, url)?;
        let same = Address::parse(&url)?.same_origin(&parent);
        let prefix = path.to_owned();
        let filter = self
            .request
            .filter
            .clone()
            .map(|filter| -> Filter { std::sync::Arc::new(move |inner: &str, is_dir| filter(&format!("{prefix}/{inner}"), is_dir)) });
        Ok(GitRequest {
            url,
            auth: if same { self.request.auth.clone() } else { GitAuth::Anonymous },
            reference: GitReference { commit: Some(id.to_string()), ..GitReference::default() },
            sparse: Vec::new(),
            filter,
            ..self.request.clone()
        })
    }
}

/// Path and address of each submodule.
fn modules(tree: &Tree) -> Result<Vec<(String, String)>> {
    let Some(file) = tree.get(FILE) else { return Ok(Vec::new()) };
    let unreadable = |error: String| Error::operation(format!("reading `{FILE}`"), error);
    let text = std::str::from_utf8(&file.bytes).map_err(|error| unreadable(error.to_string()))?;
    let config = gix::config::File::try_from(text).map_err(|error| unreadable(error.to_string()))?;
    let sections = config.sections_by_name("submodule").into_iter().flatten();
    Ok(sections.filter_map(|section| Some((section.value("path")?.to_string(), section.value("url")?.to_string()))).collect())
}

/// A submodule's address: absolute, relative to its parent's, or in the short form of ssh.
fn absolute(parent: &str, url: &str) -> Result<String> {
    if url.starts_with("./") || url.starts_with("../") {
        let parent = format!("{}/", parent.trim_end_matches('/'));
        let joined = Url::parse(&parent).and_then(|parent| parent.join(url));
        return Ok(joined.map_err(|error| Error::url(url, error.to_string()))?.to_string());
    }
    match (url.contains("://"), url.split_once(':')) {
        (false, Some((host, path))) if !host.contains('/') => Ok(format!("ssh://{host}/{}", path.trim_start_matches('/'))),
        _ => Ok(url.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_submodules_become_absolute() {
        let cases = [
            ("https://h/org/app.git", "../lib.git", "https://h/org/lib.git"),
            ("https://h/org/app.git/", "./sub", "https://h/org/app.git/sub"),
            ("https://h/a", "../../../../x", "https://h/x"),
            ("https://h/a", "git@other:org/x.git", "ssh://git@other/org/x.git"),
            ("https://h/a", "https://other/x", "https://other/x"),
        ];
        for (parent, url, expected) in cases {
            assert_eq!(absolute(parent, url).unwrap(), expected);
        }
    }
}
