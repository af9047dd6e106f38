//! The simulator: one seed makes a whole history, and at its end the laws must hold.
//!
//! ```text
//!   steps (what happens) ──> model (what should be) ──────────────> laws (what must hold)
//!      │                                                               ▲
//!      └──> world: embedded API server <── faults ── controllers ──────┘
//! ```
//!
//! The controllers and the API server are the real ones; time is tokio's paused clock. Refuses to be: a mock of anything.
//! Begin with [`run`], then `steps.rs`.

mod faults;
mod laws;
mod model;
mod random;
mod run;
mod steps;
mod world;

pub use run::{Outcome, run};
