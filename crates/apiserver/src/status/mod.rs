//! Errors as kube-apiserver words them: the `Status` object with code, reason, message, details and causes.
//!
//! Refuses to be a general error type: what cannot be said to a client (a broken file, a port in use) is [`crate::Error`].

mod about;
mod cause;

use serde_json::{Map, Value, json};
use std::fmt;

pub use about::About;
pub use cause::Cause;

/// A refusal that a client sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// HTTP status code.
    pub code: u16,
    /// Machine-readable reason, such as `NotFound`.
    pub reason: &'static str,
    /// What happened, in kube-apiserver's words.
    pub message: String,
    details: Option<Box<Details>>,
}

/// What the refusal is about.
#[derive(Clone, Debug, Default, PartialEq)]
struct Details {
    name: String,
    group: String,
    kind: String,
    uid: String,
    causes: Vec<Cause>,
    retry_after_seconds: Option<u32>,
}

impl Status {
    /// A refusal without details.
    pub fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Status {
        Status { code, reason, message: message.into(), details: None }
    }

    fn about(code: u16, reason: &'static str, about: About<'_>, message: String) -> Status {
        let details = Details { name: about.name.into(), group: about.group.into(), kind: about.resource.into(), ..Details::default() };
        Status { code, reason, message, details: Some(Box::new(details)) }
    }

    /// 404 for one object.
    pub fn not_found(about: About<'_>) -> Status {
        Status::about(404, "NotFound", about, format!("{} {:?} not found", about.qualified(), about.name))
    }

    /// 404 for a path that no resource serves.
    pub fn no_such_path() -> Status {
        Status::about(404, "NotFound", About::NOTHING, "the server could not find the requested resource".into())
    }

    /// 409: the name is taken.
    pub fn already_exists(about: About<'_>) -> Status {
        Status::about(409, "AlreadyExists", about, format!("{} {:?} already exists", about.qualified(), about.name))
    }

    /// 409: a precondition does not hold.
    pub fn conflict(about: About<'_>, why: impl fmt::Display) -> Status {
        let message = format!("Operation cannot be fulfilled on {} {:?}: {why}", about.qualified(), about.name);
        Status::about(409, "Conflict", about, message)
    }

    /// 409 of server-side apply: other managers own the fields.
    pub fn apply_conflict(message: String, causes: Vec<Cause>) -> Status {
        Status { code: 409, reason: "Conflict", message, details: Some(Box::new(Details { causes, ..Details::default() })) }
    }

    /// 422 with a cause for each field. `about.resource` is the kind.
    pub fn invalid(about: About<'_>, causes: Vec<Cause>) -> Status {
        let told: Vec<String> = causes.iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect();
        let told = if told.len() == 1 { told[0].clone() } else { format!("[{}]", told.join(", ")) };
        let message = format!("{} {:?} is invalid: {told}", about.qualified(), about.name);
        let mut status = Status::about(422, "Invalid", about, message);
        status.details.as_mut().expect("about() made details").causes = causes;
        status
    }

    /// 403.
    pub fn forbidden(about: About<'_>, why: impl fmt::Display) -> Status {
        let message = if about.name.is_empty() {
            format!("{} is forbidden: {why}", about.qualified())
        } else {
            format!("{} {:?} is forbidden: {why}", about.qualified(), about.name)
        };
        Status::about(403, "Forbidden", about, message)
    }

    /// 403 for a path that is no resource.
    pub fn forbidden_path(message: String) -> Status {
        Status::about(403, "Forbidden", About::NOTHING, message)
    }

    /// 400.
    pub fn bad_request(message: impl Into<String>) -> Status {
        Status::new(400, "BadRequest", message)
    }

    /// 400: the body names another object than the path.
    pub fn foreign_name(sent: &str, wanted: &str) -> Status {
        Status::bad_request(format!("the name of the object ({sent}) does not match the name on the URL ({wanted})"))
    }

    /// 400: the body names another namespace than the path.
    pub fn foreign_namespace() -> Status {
        Status::bad_request("the namespace of the provided object does not match the namespace sent on the request")
    }

    /// 401.
    pub fn unauthorized() -> Status {
        Status::new(401, "Unauthorized", "Unauthorized")
    }

    /// 405 for a resource that does not serve the method.
    pub fn method_not_allowed() -> Status {
        let message = "the server does not allow this method on the requested resource";
        Status::about(405, "MethodNotAllowed", About::NOTHING, message.into())
    }

    /// 406.
    pub fn not_acceptable() -> Status {
        let message =
            "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf";
        Status::new(406, "NotAcceptable", message)
    }

    /// 410: the revision is no longer kept.
    pub fn expired(message: impl Into<String>) -> Status {
        Status::new(410, "Expired", message)
    }

    /// 504: the revision is not reached yet, and may be in a moment.
    pub fn future_revision(revision: u64, present: u64) -> Status {
        let cause = Cause { reason: "ResourceVersionTooLarge", message: "Too large resource version".into(), field: String::new() };
        let details = Details { causes: vec![cause], retry_after_seconds: Some(1), ..Details::default() };
        let message = format!("Timeout: Too large resource version: {revision}, current: {present}");
        Status { code: 504, reason: "Timeout", message, details: Some(Box::new(details)) }
    }

    /// 413.
    pub fn too_large(limit: usize) -> Status {
        Status::new(413, "RequestEntityTooLarge", format!("limit is {limit}"))
    }

    /// 415.
    pub fn unsupported_media_type(supported: &str) -> Status {
        let message = format!("the body of the request was in an unknown format - accepted media types include: {supported}");
        Status::new(415, "UnsupportedMediaType", message)
    }

    /// 415 for a patch.
    pub fn unsupported_patch() -> Status {
        Status::about(415, "UnsupportedMediaType", About::NOTHING, "415: Unsupported Media Type".into())
    }

    /// 422 for a patch that does not fit the object.
    pub fn unprocessable() -> Status {
        let message = "the server rejected our request due to an error in our request";
        Status::about(422, "Invalid", About::NOTHING, message.into())
    }

    /// 429 with a delay after which the client may try again.
    pub fn too_many_requests(retry_after_seconds: u32) -> Status {
        let details = Details { retry_after_seconds: Some(retry_after_seconds), ..Details::default() };
        let message = "too many requests, please try again later".into();
        Status { code: 429, reason: "TooManyRequests", message, details: Some(Box::new(details)) }
    }

    /// 500: a broken promise of ours, never a client's fault.
    pub fn internal(message: impl fmt::Display) -> Status {
        Status::new(500, "InternalError", format!("Internal error occurred: {message}"))
    }

    /// Adds a cause.
    pub fn with_cause(mut self, cause: Cause) -> Status {
        self.details.get_or_insert_default().causes.push(cause);
        self
    }

    /// Seconds for the `Retry-After` header.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.details.as_ref()?.retry_after_seconds
    }

    /// The body.
    pub fn to_value(&self) -> Value {
        let mut body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "code": self.code,
        });
        if !self.reason.is_empty() {
            body["reason"] = self.reason.into();
        }
        if let Some(details) = &self.details {
            body["details"] = details.to_value();
        }
        body
    }
}

impl Details {
    fn to_value(&self) -> Value {
        let mut map = Map::new();
        for (key, value) in [("name", &self.name), ("group", &self.group), ("kind", &self.kind), ("uid", &self.uid)] {
            if !value.is_empty() {
                map.insert(key.into(), value.as_str().into());
            }
        }
        if !self.causes.is_empty() {
            map.insert("causes".into(), self.causes.iter().map(Cause::to_value).collect());
        }
        if let Some(seconds) = self.retry_after_seconds {
            map.insert("retryAfterSeconds".into(), seconds.into());
        }
        Value::Object(map)
    }
}

/// The answer to a deletion that is done: `{"kind":"Status","status":"Success",…}`.
pub fn success(about: About<'_>, uid: &str) -> Value {
    let details =
        Details { name: about.name.into(), group: about.group.into(), kind: about.resource.into(), uid: uid.into(), ..Details::default() };
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details.to_value()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_those_of_kube_apiserver() {
        let about = About { group: "apps", resource: "deployments", name: "web" };
        assert_eq!(Status::not_found(about).message, "deployments.apps \"web\" not found");
        assert_eq!(Status::already_exists(about).message, "deployments.apps \"web\" already exists");
        let about = About { group: "apps", resource: "Deployment", name: "web" };
        let causes = vec![Cause::invalid("spec.selector", &json!({"a": 1}), "field is immutable"), Cause::required("spec.x", "")];
        assert_eq!(
            Status::invalid(about, causes).message,
            "Deployment.apps \"web\" is invalid: [spec.selector: Invalid value: {\"a\":1}: field is immutable, spec.x: Required value]"
        );
    }

    #[test]
    fn an_unsupported_value_lists_what_is_supported() {
        let cause = Cause::unsupported("spec.type", &json!("X"), &["A", "B"]);
        assert_eq!(cause.message, "Unsupported value: \"X\": supported values: \"A\", \"B\"");
    }
}
