//! Operations on objects, the same for requests and for the server's own controllers: create, update, remove.
//!
//! Every write goes this way: shape, defaults, validation, generation, ownership, commit; the order is here and nowhere
//! else. Refuses to know HTTP and who may do what. Begin with [`create`].

mod create;
mod ensure;
mod remove;
mod update;
mod write;

pub use create::create;
pub use ensure::ensure;
pub use remove::{Propagation, Removed, remove};
pub use update::update;
pub use write::{MODIFIED, Write};
