//! Who asks, as whom, and whether they may: credentials, impersonation, authorization, and grants of rights.
//!
//! Each is a plain function of the shared state and what the request says. Begin with [`authorize_target`].

mod authenticate;
mod authorize;
mod escalation;
mod impersonate;

pub use authenticate::{authenticate, user_of_token};
pub use authorize::{authorize_impersonation, authorize_path, authorize_target, is_allowed};
pub use escalation::check_escalation;
pub use impersonate::wanted;
