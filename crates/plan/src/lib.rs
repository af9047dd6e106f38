//! Wanted and seen to a [`Plan`]: what happens to each object, and why.
//!
//! ```text
//!   wanted objects ─┐
//!   seen (live, dry run, records) ─┼─> plan() ─> Plan { stages of entries, prune }  ─> apply carries it out
//!   inventory ──────┘
//! ```
//!
//! Refuses to be: a place that asks or writes. Begin with [`plan`].

mod decide;
mod drift;
mod markers;
mod order;
mod prune;

pub use decide::{Action, Entry, Options, Plan, Presence, Seen, Wanted, plan};
pub use drift::{Change, changed_paths, changes};
pub use markers::{marks_disabled, ssa_mode};
pub use order::{Stage, order, stage_of};
pub use prune::{HELD_INVENTORY_MIN, PruneBudget, Stale};

/// The digest of an object as it is wanted. Equal digests mean that applying again would send the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of an object; keys are sorted, so the digest does not depend on the order of the input.
    pub fn of(object: &object::Object) -> Digest {
        use sha2::Digest as _;
        let bytes = serde_json::to_vec(object.as_map()).expect("JSON values have string keys");
        Digest(sha2::Sha256::digest(bytes).into())
    }
}
