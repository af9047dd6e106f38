//! What to fetch from a Git server.

use std::sync::Arc;
use std::time::Duration;

use artifact::Limits;

use super::GitAuth;
use crate::Network;

/// Whether a path stays, asked for folders (`true`) before what lies in them.
pub type Filter = Arc<dyn Fn(&str, bool) -> bool + Send + Sync>;

/// What to fetch from where. `Default` is the branch `master`, anonymous, all files, within 60 seconds.
#[derive(Clone)]
pub struct GitRequest {
    /// Of scheme http, https or ssh. Credentials in it are used when `auth` has none.
    pub url: String,
    /// Which commit.
    pub reference: GitReference,
    /// The login.
    pub auth: GitAuth,
    /// Certificates and proxy.
    pub network: Network,
    /// For each of [`super::head`] and [`super::fetch`].
    pub timeout: Duration,
    /// Whether submodules are fetched, up to [`GitLimits::submodule_depth_max`]. A submodule of another host gets no credentials.
    pub recurse_submodules: bool,
    /// Paths to check out; empty for all. Each must exist.
    pub sparse: Vec<String>,
    /// Paths for which it says no are not even read.
    pub filter: Option<Filter>,
    /// How large all may be.
    pub limits: GitLimits,
}

impl Default for GitRequest {
    fn default() -> GitRequest {
        GitRequest {
            url: String::new(),
            reference: GitReference::default(),
            auth: GitAuth::Anonymous,
            network: Network::default(),
            timeout: Duration::from_secs(60),
            recurse_submodules: false,
            sparse: Vec::new(),
            filter: None,
            limits: GitLimits::default(),
        }
    }
}

/// Which commit: `commit` before `name` before `semver` before `tag` before `branch`; nothing means the branch `master`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitReference {
    /// A branch; with `commit` the branch it is looked for in.
    pub branch: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// A range of versions; the newest tag in it is taken.
    pub semver: Option<String>,
    /// A full name such as `refs/pull/1/head`.
    pub name: Option<String>,
    /// A commit's hash.
    pub commit: Option<String>,
}

/// How large a repository may be.
#[derive(Clone, Copy, Debug)]
pub struct GitLimits {
    /// Bytes of the pack that the server sends.
    pub pack_bytes_max: u64,
    /// Of the checked out tree.
    pub tree: Limits,
    /// Submodules in submodules.
    pub submodule_depth_max: usize,
    /// Submodules altogether.
    pub submodules_max: usize,
}

impl Default for GitLimits {
    /// 256 MiB sent, the default limits of a tree, 10 submodules deep, 100 altogether.
    fn default() -> GitLimits {
        GitLimits { pack_bytes_max: 256 * 1024 * 1024, tree: Limits::default(), submodule_depth_max: 10, submodules_max: 100 }
    }
}
