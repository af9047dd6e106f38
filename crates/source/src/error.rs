//! What can go wrong while content is fetched. Messages carry no credential: they are made of hosts, names and causes.

use std::time::Duration;

use artifact::{ArchiveError, TreeError};
use failure::Code;

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a source could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one that can be fetched.
    #[error("invalid URL `{url}`: {why}")]
    UrlInvalid {
        /// The address without credentials.
        url: String,
        /// What is wrong.
        why: String,
    },
    /// A Secret lacks a key or holds what cannot be used.
    #[error("invalid credentials: {0}")]
    Credentials(String),
    /// The server refused the credentials, or we refused the server's identity.
    #[error("authentication with `{host}` failed: {why}")]
    AuthenticationFailed {
        /// The server.
        host: String,
        /// What it said.
        why: String,
    },
    /// The server or the way to it is not there, or answers nonsense.
    #[error("`{host}` cannot be reached: {why}")]
    Unreachable {
        /// The server.
        host: String,
        /// Why not.
        why: String,
    },
    /// The request is not answered with what was asked for.
    #[error("{action} failed: {why}")]
    Operation {
        /// What was tried, such as `listing the tags of ghcr.io/x/y`.
        action: String,
        /// What happened.
        why: String,
    },
    /// The branch, tag, version, digest or commit does not exist.
    #[error("{0}")]
    RefNotFound(String),
    /// A Git repository without any commit.
    #[error("the Git repository is empty")]
    EmptyRepository,
    /// A path that the spec names is not in the source.
    #[error("`{path}` does not exist in the source at {revision}")]
    PathNotFound {
        /// The path.
        path: String,
        /// Where it was looked for.
        revision: String,
    },
    /// No tag could be chosen by `semver`.
    #[error("failed to determine the artifact tag for '{url}': {source}")]
    TagSelection {
        /// The repository.
        url: String,
        /// Why not.
        source: Box<Error>,
    },
    /// The artifact has no layer that fits, or its layer cannot be read.
    #[error("{0}")]
    Layer(String),
    /// The content is not what its digest says.
    #[error("{what} does not have the digest it should have: expected {expected}, got {actual}")]
    DigestMismatch {
        /// Which content.
        what: String,
        /// By what name it was asked for.
        expected: String,
        /// What it hashes to.
        actual: String,
    },
    /// A limit is passed; its name is in the text.
    #[error("{0}")]
    Limit(String),
    /// The content cannot be a tree.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The archive cannot be unpacked.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The time is over.
    #[error("not finished within {}s", .0.as_secs_f64())]
    Timeout(Duration),
    /// The machine itself failed us.
    #[error("{action}: {why}")]
    Local {
        /// What was tried.
        action: &'static str,
        /// What happened.
        why: String,
    },
}

impl Error {
    /// The condition reason of a GitRepository.
    pub fn git_reason(&self) -> &'static str {
        match self {
            Error::UrlInvalid { .. } => "URLInvalid",
            Error::Credentials(_) => "AuthenticationFailed",
            Error::EmptyRepository => "EmptyGitRepository",
            _ => "GitOperationFailed",
        }
    }

    /// The condition reason of an OCIRepository.
    pub fn oci_reason(&self) -> &'static str {
        match self {
            Error::UrlInvalid { .. } => "URLInvalid",
            Error::Credentials(_) => "AuthenticationFailed",
            Error::TagSelection { .. } => "ReadOperationFailed",
            Error::Layer(_) | Error::Archive(_) | Error::Tree(_) => "OCIArtifactLayerOperationFailed",
            _ => "OCIArtifactPullFailed",
        }
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Error::UrlInvalid { .. } => Code::InvalidUrl,
            Error::Credentials(_) | Error::AuthenticationFailed { .. } => Code::AuthenticationFailed,
            Error::Unreachable { .. } | Error::Operation { .. } | Error::Timeout(_) => Code::Unreachable,
            Error::RefNotFound(_) | Error::Layer(_) => Code::RefNotFound,
            Error::TagSelection { source, .. } => source.code(),
            Error::EmptyRepository => Code::EmptySource,
            Error::PathNotFound { .. } => Code::PathNotFound,
            Error::DigestMismatch { .. } => Code::DigestMismatch,
            Error::Limit(_) | Error::Tree(TreeError::Limit { .. }) | Error::Archive(ArchiveError::Bomb(_)) => Code::LimitExceeded,
            Error::Archive(ArchiveError::Entry(TreeError::Limit { .. })) => Code::LimitExceeded,
            Error::Tree(_) | Error::Archive(_) => Code::UnsafePath,
            Error::Local { .. } => Code::StorageFailed,
        }
    }

    /// Whether only another spec can help.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Error::UrlInvalid { .. })
    }

    pub(crate) fn url(url: &str, why: impl Into<String>) -> Error {
        Error::UrlInvalid { url: without_credentials(url), why: why.into() }
    }

    pub(crate) fn operation(action: impl Into<String>, why: impl ToString) -> Error {
        Error::Operation { action: action.into(), why: why.to_string() }
    }
}

/// The text of an address without user and password.
pub(crate) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_credentials() {
        let cases = [
            ("https://u:p@host/x", "https://host/x"),
            ("https://u:p@ss@host", "https://host"),
            ("ssh://git@host:22/x@y", "ssh://host:22/x@y"),
            ("https://host/a@b", "https://host/a@b"),
            ("nonsense", "nonsense"),
        ];
        for (url, expected) in cases {
            assert_eq!(without_credentials(url), expected);
        }
    }
}
