//! What can go wrong with one request.

use serde_json::Value;

/// A request that did not give what it was made for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The API server answered with an error: its status code, reason and message.
    #[error("{message}")]
    Answered {
        /// HTTP status code.
        status: u16,
        /// Reason word such as `NotFound`, empty if the server gave none.
        reason: String,
        /// The server's own words.
        message: String,
    },
    /// The API server could not be reached or the connection broke.
    #[error("the API server does not answer: {0}")]
    Unreachable(String),
    /// The answer is not what the API promises.
    #[error("the API server answered with something that cannot be read: {0}")]
    Unreadable(String),
    /// The kind is not served.
    #[error("the cluster does not know the kind {kind} of {api_version}")]
    UnknownKind {
        /// `apiVersion` that was asked for.
        api_version: String,
        /// Kind that was asked for.
        kind: String,
    },
}

impl Error {
    /// Reads a `Status` answer. A body that is no `Status` becomes the message as it is, cut short.
    pub(crate) fn from_answer(status: u16, body: &[u8]) -> Error {
        let parsed: Option<Value> = serde_json::from_slice(body).ok();
        let text = |field: &str| parsed.as_ref()?.get(field)?.as_str().map(str::to_owned);
        let message = text("message").filter(|message| !message.is_empty());
        let message = message.unwrap_or_else(|| format!("{status} {}", excerpt(body)));
        Error::Answered { status, reason: text("reason").unwrap_or_default(), message }
    }

    fn status(&self) -> u16 {
        match self {
            Error::Answered { status, .. } => *status,
            _ => 0,
        }
    }

    /// The object is not there.
    pub fn is_not_found(&self) -> bool {
        self.status() == 404
    }

    /// The identity may not do this.
    pub fn is_forbidden(&self) -> bool {
        self.status() == 403
    }

    /// The object changed in between, or another manager owns a field.
    pub fn is_conflict(&self) -> bool {
        self.status() == 409
    }

    /// The name of a new object is taken.
    pub fn is_already_exists(&self) -> bool {
        matches!(self, Error::Answered { status: 409, reason, .. } if reason == "AlreadyExists")
    }

    /// The server refused the content of the object.
    pub fn is_invalid(&self) -> bool {
        self.status() == 422
    }

    /// The resource version asked for is too old.
    pub fn is_expired(&self) -> bool {
        self.status() == 410
    }

    /// The change needs the object to be deleted and made again, as Flux tells it from other refusals.
    pub fn is_immutable(&self) -> bool {
        let Error::Answered { message, .. } = self else { return false };
        let named = message.contains("is immutable") || message.contains("immutable field") || message.contains("field is immutable");
        named || self.is_invalid() || (self.is_conflict() && !message.contains("the object has been modified"))
    }

    /// Nothing is wrong with the request: try it again later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Unreachable(_)) || (matches!(self.status(), 429 | 500..=599) && !self.is_misfit())
    }

    /// The object does not fit the schema of its kind. An apply of such an object is answered as if the server were at fault.
    fn is_misfit(&self) -> bool {
        let Error::Answered { message, .. } = self else { return false };
        ["failed to create typed patch object", "failed to convert new object"].iter().any(|words| message.contains(words))
    }
}

fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(200)]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_answer_gives_reason_and_message() {
        let error = Error::from_answer(404, br#"{"kind":"Status","reason":"NotFound","message":"pods \"a\" not found"}"#);
        assert!(error.is_not_found() && !error.is_transient());
        assert_eq!(error.to_string(), "pods \"a\" not found");
    }

    #[test]
    fn an_object_that_does_not_fit_its_schema_is_no_fault_of_the_server() {
        let body = br#"{"message":"failed to create typed patch object (a/w; example.com/v1, Kind=Widget): .spec.x: field not declared in schema"}"#;
        assert!(!Error::from_answer(500, body).is_transient());
        assert!(Error::from_answer(500, b"{}").is_transient());
    }

    #[test]
    fn an_answer_of_a_proxy_is_kept_as_it_is() {
        let error = Error::from_answer(502, b"<html>bad gateway</html>");
        assert!(error.is_transient());
        assert_eq!(error.to_string(), "502 <html>bad gateway</html>");
    }

    #[test]
    fn immutable_fields_are_told_from_other_conflicts() {
        let invalid = Error::from_answer(422, br#"{"message":"spec.selector: Invalid value: field is immutable"}"#);
        assert!(invalid.is_immutable());
        let stale = Error::from_answer(409, br#"{"message":"Operation cannot be fulfilled: the object has been modified"}"#);
        assert!(!stale.is_immutable());
    }
}
