//! The acceptance suite: what Sluice promises a user, shown on any API server.
//!
//! ```text
//!   Target (embedded or real) ──> World (controllers, one namespace) ──> cases
//! ```
//!
//! Refuses to be: a test of single rooms; those test themselves. Begin with [`World`], then [`cases`].

pub mod cases;
mod target;
mod world;

pub use target::Target;
pub use world::World;
