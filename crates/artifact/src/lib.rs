//! Artifacts: file trees in memory, deterministic archives of them, the store on disk and the file server over it.
//!
//! ```text
//! archive bytes -> unpack -> Tree -> pack -> Store -> (by digest, in process) Tree
//!                                              \---> server (HTTP, for consumers of other processes)
//! ```
//!
//! Refuses to be: a place where fetched content becomes a file tree on disk. There are no links, devices or `..` in a
//! [`Tree`], so no later stage can be led out of it. Input and output are blocking; async callers use `spawn_blocking`.
//! Begin with [`Tree`], then [`Store`].

mod archive;
mod digest;
mod limits;
mod path;
pub mod server;
mod store;
mod tree;

pub use archive::{ArchiveError, Packed, pack, unpack};
pub use digest::{Digest, ParseDigestError};
pub use limits::{Limit, Limits};
pub use path::PathFault;
pub use store::{Home, Options, Store, StoreError, Stored};
pub use tree::{Builder, File, Names, Tree, TreeError};
