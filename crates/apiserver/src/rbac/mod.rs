//! Roles and bindings: who holds which rule, and what a rule allows.
//!
//! The index follows the store's events, so a decision reads no JSON. Refuses to know requests: that is `access`. Begin
//! with [`RbacIndex`].

mod attributes;
mod index;
mod refusal;
mod rule;

pub use attributes::Attributes;
pub use index::RbacIndex;
pub use refusal::refusal;
pub use rule::Rule;
