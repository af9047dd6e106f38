//! Looks at live objects and carries out a plan, as one identity.
//!
//! Refuses to be: a place of decisions. What happens to an object is in the [`plan::Plan`]; this crate asks and writes.
//! Begin with [`carry_out`], then [`see`].

mod carry_out;
mod ignore;
mod ownership;
mod refusal;
mod see;

pub use carry_out::{Applied, Done, REPLACE_WAIT_MAX, carry_out};
pub use ignore::adopt;
pub use ownership::{Ownership, ownership};
pub use refusal::refusal;
pub use see::{Sight, dry_run, see};

/// How requests are made.
#[derive(Clone, Debug)]
pub struct Options {
    /// The field manager of what we apply.
    pub manager: String,
    /// Further managers whose fields we take over, beside kubectl's.
    pub override_managers: Vec<String>,
    /// How many objects are asked for or written at a time.
    pub concurrency: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { manager: "kustomize-controller".into(), override_managers: Vec::new(), concurrency: 8 }
    }
}
