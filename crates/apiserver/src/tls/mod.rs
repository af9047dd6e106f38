//! HTTPS: the server's own certificate authority, and the identity that a client certificate proves.

mod authority;
mod subject;

pub use authority::{Authority, Issued};
pub use subject::user_of_certificate;
