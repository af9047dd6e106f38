//! The acceptance suite: what Sluice promises a user, shown on any API server.
//!
//! ```text
//!   Target (embedded or real) <── Door (counts, outages) ── World (controllers, one namespace) <── cases
//! ```
//!
//! Refuses to be: a test of single rooms; those test themselves. Begin with [`cases`], then [`World`].

pub mod cases;
mod child;
mod door;
mod embedded;
mod kinds;
mod runner;
mod target;
mod upstream;
mod world;

pub use child::Sluice;
pub use door::{Counts, Door, Outage};
pub use embedded::Embedded;
pub use runner::run;
pub use target::Target;
pub use upstream::Upstream;
pub use world::{Controllers, World};
