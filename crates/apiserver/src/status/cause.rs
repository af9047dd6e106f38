//! One fault in one field, in the words of Kubernetes' field errors.

use serde_json::{Value, json};
use std::fmt;

/// One fault in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Reason such as `FieldValueInvalid`.
    pub reason: &'static str,
    /// What is wrong, without the field.
    pub message: String,
    /// Path of the field, such as `spec.replicas`.
    pub field: String,
}

impl Cause {
    /// `Invalid value: <shown>: <detail>`.
    pub fn invalid(field: impl Into<String>, shown: &Value, detail: impl fmt::Display) -> Cause {
        let message = format!("Invalid value: {}: {detail}", show(shown));
        Cause { reason: "FieldValueInvalid", message, field: field.into() }
    }

    /// `Required value: <detail>`.
    pub fn required(field: impl Into<String>, detail: &str) -> Cause {
        let message = if detail.is_empty() { "Required value".to_owned() } else { format!("Required value: {detail}") };
        Cause { reason: "FieldValueRequired", message, field: field.into() }
    }

    /// `Unsupported value: "x": supported values: "a", "b"`.
    pub fn unsupported(field: impl Into<String>, shown: &Value, supported: &[&str]) -> Cause {
        let supported = supported.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
        let message = format!("Unsupported value: {}: supported values: {supported}", show(shown));
        Cause { reason: "FieldValueNotSupported", message, field: field.into() }
    }

    /// `Forbidden: <detail>`.
    pub fn forbidden(field: impl Into<String>, detail: &str) -> Cause {
        Cause { reason: "FieldValueForbidden", message: format!("Forbidden: {detail}"), field: field.into() }
    }

    /// `Too long: may not be more than <limit> bytes`.
    pub fn too_long(field: impl Into<String>, limit: usize) -> Cause {
        Cause { reason: "FieldValueTooLong", message: format!("Too long: may not be more than {limit} bytes"), field: field.into() }
    }

    /// `Not found: <shown>`.
    pub fn not_found(field: impl Into<String>, shown: &Value) -> Cause {
        let shown = if shown.is_null() { show(&"".into()) } else { show(shown) };
        Cause { reason: "FieldValueNotFound", message: format!("Not found: {shown}"), field: field.into() }
    }

    /// `Duplicate value: <shown>`.
    pub fn duplicate(field: impl Into<String>, shown: &Value) -> Cause {
        Cause { reason: "FieldValueDuplicate", message: format!("Duplicate value: {}", show(shown)), field: field.into() }
    }

    /// The fault as an entry of `details.causes`.
    pub(super) fn to_value(&self) -> Value {
        let mut cause = json!({"reason": self.reason, "message": self.message});
        if !self.field.is_empty() {
            cause["field"] = self.field.as_str().into();
        }
        cause
    }
}

/// A value as Go's field errors print it: strings quoted, the rest as JSON.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}
