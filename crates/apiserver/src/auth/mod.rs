//! Who asks: identities, and how a request proves one.

mod impersonate;
mod user;

pub use impersonate::{Need, wanted};
pub use user::User;
