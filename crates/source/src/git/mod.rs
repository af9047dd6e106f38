//! Git repositories over http, https and ssh.
//!
//! [`head`] asks what the request's reference means now, without fetching an object. [`fetch`] fetches that one commit, shallow,
//! and gives its files as a tree in memory; the pack lies in a temporary folder until then.
//!
//! ```text
//! request -> address -> transport (http | ssh) -> session (handshake, refs, fetch) -> pack -> checkout -> Tree
//!                                                      select: which commit ---------^
//! ```
//!
//! The protocol is `gix`'s and blocks, so it runs on blocking threads, at most [`crate::ClientsOptions::git_concurrency_max`]
//! at a time; a future that is dropped stops its thread at the next read.
//!
//! Refuses to be: a work tree, a history, a verifier of signatures (it hands out what was signed).

mod address;
mod auth;
mod checkout;
mod commit;
mod http;
mod pack;
mod request;
mod run;
mod select;
mod session;
mod ssh;
mod submodule;

pub use auth::{GitAuth, SshIdentity};
pub use commit::{Commit, Signature, Tag};
pub use request::{Filter, GitLimits, GitReference, GitRequest};

use artifact::Tree;

use crate::{Clients, Error, Result};
use pack::Pack;
use run::Cancel;
use select::Target;
use session::Session;

/// What a reference means now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// As `status.artifact.revision` will be: `main@sha1:..`, `v1.0.0@sha1:..`, `refs/pull/1/head@sha1:..`, `sha1:..`.
    pub revision: String,
}

/// A fetched commit.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// As in [`Head::revision`].
    pub revision: String,
    /// Its files.
    pub tree: Tree,
    /// The commit, and the tag that led to it.
    pub commit: Commit,
}

/// Asks the server what the reference means now. A pinned commit needs no question.
///
/// Errors: [`crate::Error::UrlInvalid`], [`crate::Error::AuthenticationFailed`], [`crate::Error::RefNotFound`],
/// [`crate::Error::EmptyRepository`], [`crate::Error::Unreachable`], [`crate::Error::Timeout`].
pub async fn head(clients: &Clients, request: &GitRequest) -> Result<Head> {
    if let Some(revision) = select::pinned(&request.reference)? {
        return Ok(Head { revision });
    }
    let (shared, request) = (clients.clone(), request.clone());
    run::run(clients, request.timeout, move |cancel| {
        let mut session = Session::open(&shared, &request, cancel)?;
        let target = select::target(&mut session, &request.reference)?;
        Ok(Head { revision: target.revision() })
    })
    .await
}

/// Fetches the commit that the reference means now.
///
/// Errors: as [`head`], and [`crate::Error::Tree`], [`crate::Error::Limit`], [`crate::Error::PathNotFound`].
pub async fn fetch(clients: &Clients, request: &GitRequest) -> Result<Fetched> {
    let (shared, request) = (clients.clone(), request.clone());
    run::run(clients, request.timeout, move |cancel| {
        let (pack, target) = receive(&shared, &request, cancel)?;
        let commit = commit::read(&pack, &target)?;
        let submodules = submodule::Fetcher::new(&shared, &request, cancel);
        let tree = checkout::checkout(&pack, commit.tree, &request, &target.revision(), &submodules)?;
        Ok(Fetched { revision: target.revision(), tree, commit: commit.commit })
    })
    .await
}

/// Fetches the pack of what the reference means: the commit alone, or, where a server does not send a pinned commit by its hash,
/// the history it lies in.
fn receive(clients: &Clients, request: &GitRequest, cancel: &Cancel) -> Result<(Pack, Target)> {
    let mut session = Session::open(clients, request, cancel)?;
    let target = select::target(&mut session, &request.reference)?;
    match session.pack(&target, &request.limits) {
        Err(Error::Operation { .. }) if target.is_pinned => {
            let mut session = Session::open(clients, request, cancel)?;
            let tip = select::tip(&mut session, &request.reference)?;
            Ok((session.history(tip, &request.limits)?, target))
        }
        pack => Ok((pack?, target)),
    }
}
