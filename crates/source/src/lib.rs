//! Git repositories and OCI artifacts to file trees in memory, by the real protocols.
//!
//! ```text
//! credentials (from Secrets) -> Network, GitAuth, RegistryAuth
//!                                       |
//! GitRequest -> git::head / git::fetch -+-> Clients (connections, tokens, blobs: shared by all sources)
//! OciRequest -> oci::resolve / oci::pull-'
//! ```
//!
//! Refuses to be: a subprocess, a work tree on disk, a place that judges intervals or ignore files, and a reader of the
//! environment. A credential goes to the host it was given for and to no other. Begin with [`git`], [`oci`] and [`Clients`].

pub mod credentials;
mod download;
mod error;
pub mod git;
mod net;
pub mod oci;

pub use download::{DOWNLOAD_BYTES_MAX, download};
pub use error::{Error, Result};
pub use net::{Clients, ClientsOptions, Egress, Identity, Network, Proxy, Tls};
