//! Runs any controller, knows no kind.
//!
//! ```text
//!   watches ──> Store ──changes──> Queue ──keys──> reconcile ──> Next (again when?)
//!                                    ^                              │
//!                                    └──────────────────────────────┘
//! ```
//!
//! Refuses to be: a place for the meaning of any object. Begin with [`run`].

mod backoff;
mod controller;
mod endpoints;
mod events;
mod key;
mod lease;
mod metrics;
mod queue;
mod store;

pub use backoff::{Backoff, jitter};
pub use controller::{Next, Reconcile, run};
pub use endpoints::{Endpoints, serve};
pub use events::{Event, EventKind, Events};
pub use key::Key;
pub use lease::{Lease, LeaseOptions, hold};
pub use metrics::Metrics;
pub use queue::{Priority, Queue};
pub use store::{Store, feed};
