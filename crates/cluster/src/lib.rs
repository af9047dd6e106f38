//! The client of a cluster: who asks, what is asked, which kinds there are, and what changes.
//!
//! ```text
//!   Cluster ──as_identity──> Client ──requests──> API server
//!      │                        ▲
//!      └── Mapper (discovery) ──┘        watch() streams changes
//! ```
//!
//! Refuses to be: a place for rules. It carries out single requests and tells their errors apart.
//! Begin with [`Cluster`], then [`Client`].

mod client;
mod connect;
mod discretion;
mod error;
mod identity;
mod mapper;
mod stats;
mod watch;

pub use client::{Apply, Client, DeletePropagation, ListOptions, Page};
pub use connect::{Cluster, ConnectError, REQUESTS_IN_FLIGHT_MAX};
pub use error::Error;
pub use identity::{EmptyIdentity, Identity};
pub use mapper::{Mapper, Resource};
pub use stats::Stats;
pub use watch::{Change, Depth, Watched, watch};
