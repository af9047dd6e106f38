//! Who asks: identities, and how a request proves one.

mod authenticate;
mod impersonate;
mod tokens;
mod user;

pub use authenticate::AUDIENCE;
pub use impersonate::{Need, wanted};
pub use tokens::{Claims, Signer};
pub use user::{MASTERS, UNAUTHENTICATED, User};
