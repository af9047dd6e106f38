//! Errors of fields, printed as kube-apiserver prints them.

use serde_json::Value;
use std::fmt;

/// What is wrong with a field; the variants are the causes that the API reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A field must be there.
    Required,
    /// A value breaks a rule.
    Invalid,
    /// A value has another type.
    TypeInvalid,
    /// A value is none of the allowed ones.
    NotSupported,
    /// A text is too long.
    TooLong,
    /// A list or map has too many entries.
    TooMany,
    /// An item is there twice.
    Duplicate,
    /// A field must not be there.
    Forbidden,
}

/// One error of one field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FieldError {
    /// The field's path, such as `spec.ports[0].name`; empty for the whole object.
    pub field: String,
    /// The kind of error.
    pub reason: Reason,
    /// The message without the path, such as `Required value`.
    pub body: String,
}

impl Reason {
    /// The cause type that the API reports, such as `FieldValueRequired`.
    pub fn cause(self) -> &'static str {
        match self {
            Reason::Required => "FieldValueRequired",
            Reason::Invalid => "FieldValueInvalid",
            Reason::TypeInvalid => "FieldValueTypeInvalid",
            Reason::NotSupported => "FieldValueNotSupported",
            Reason::TooLong => "FieldValueTooLong",
            Reason::TooMany => "FieldValueTooMany",
            Reason::Duplicate => "FieldValueDuplicate",
            Reason::Forbidden => "FieldValueForbidden",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Reason::Required => "Required value",
            Reason::Invalid | Reason::TypeInvalid => "Invalid value",
            Reason::NotSupported => "Unsupported value",
            Reason::TooLong => "Too long",
            Reason::TooMany => "Too many",
            Reason::Duplicate => "Duplicate value",
            Reason::Forbidden => "Forbidden",
        }
    }
}

impl FieldError {
    /// An error that shows the value.
    pub(crate) fn with_value(field: &str, reason: Reason, value: &Value, detail: &str) -> FieldError {
        let body =
            if detail.is_empty() { format!("{}: {value}", reason.title()) } else { format!("{}: {value}: {detail}", reason.title()) };
        FieldError { field: field.into(), reason, body }
    }

    /// An error that shows no value.
    pub(crate) fn bare(field: &str, reason: Reason, detail: &str) -> FieldError {
        let body = if detail.is_empty() { reason.title().into() } else { format!("{}: {detail}", reason.title()) };
        FieldError { field: field.into(), reason, body }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.field.is_empty() { "<nil>" } else { &self.field }, self.body)
    }
}
