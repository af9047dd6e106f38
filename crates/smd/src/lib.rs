//! Structured merge and diff: field sets, managed fields, server-side apply, pure.
//!
//! Follows the behaviour that KEP-555 describes. Values are JSON, their shapes come from [`schema::Type`], ownership
//! is a [`FieldSet`] for each manager. Refuses to be a server: defaults, validation, versions of kinds and storage are
//! the caller's. Begin with [`apply`] and [`update`], then `typed.rs` for what owning a field means.

mod canonical;
mod children;
mod compare;
mod conflict;
mod element;
mod engine;
mod managers;
mod merge;
mod remove;
mod same;
mod set;
mod typed;
mod zero;

pub use compare::{Comparison, compare};
pub use conflict::{Conflict, Conflicts};
pub use element::{Element, ElementError};
pub use engine::{Applied, ApplyRequest, Error, UpdateRequest, apply, update};
pub use managers::{Manager, Managers, Operation};
pub use merge::merge;
pub use remove::{extract, remove};
pub use same::same_but_times;
pub use set::{FieldSet, Path, SetError};
pub use typed::{Duplicates, field_set};
pub use zero::{fill, zero};
