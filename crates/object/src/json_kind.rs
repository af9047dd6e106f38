//! The words of Go's JSON decoder for what it found, which messages of its users quote.

use crate::Value;

/// What Go's JSON decoder calls the kind of a value.
pub fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
