//! A client's error as a refusal: the code, and the words for a person.

use cluster::{Error, Identity};
use failure::Code;

/// Why something cannot be done to an object, from what the API server said.
pub fn refusal(error: &Error, identity: &Identity) -> (Code, String) {
    let code = match error {
        Error::UnknownKind { .. } => Code::UnknownKind,
        _ if error.is_forbidden() => Code::Forbidden,
        _ if error.is_transient() => Code::ApiUnavailable,
        Error::Answered { message, .. } if error.is_not_found() && message.contains("namespaces") => Code::NamespaceMissing,
        _ if error.is_not_found() => Code::UnknownKind,
        _ => Code::Rejected,
    };
    match code {
        Code::Forbidden => (code, format!("{identity} is not allowed: {error}")),
        _ => (code, error.to_string()),
    }
}
