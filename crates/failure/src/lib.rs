//! What went wrong, as data: the stage, the object, the cause, what to do, and a code that never changes its meaning.
//!
//! Refuses to be: an error type for everything. Each crate has its own errors; a stage turns them into a [`Failure`] where the
//! object and the reason are known. Begin with [`Failure`], then [`Code`].

mod causes;
mod code;
mod failure;

pub use causes::with_causes;
pub use code::{Code, UnknownCode};
pub use failure::{Class, Failure, Stage};
