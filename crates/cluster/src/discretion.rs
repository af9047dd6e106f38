//! The API server's words about a Secret, without the values that they quote.
//!
//! A server that refuses an object may repeat what it refuses, and its words end in conditions, events and logs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use object::{Object, Value};

use crate::Error;

/// Shorter values are part of too many words to be looked for.
const VALUE_BYTES_MIN: usize = 4;
/// Where a refusal by schema begins to quote.
const QUOTE: &str = ", got ";
const HIDDEN: &str = "***";

/// An error about `object`. That about a Secret says nothing of its values.
pub fn discreet(error: Error, object: &Object) -> Error {
    match error {
        Error::Answered { status, reason, message } if object.kind() == "Secret" && object.group().is_empty() => {
            Error::Answered { status, reason, message: without_values(message, object) }
        }
        error => error,
    }
}

fn without_values(message: String, secret: &Object) -> String {
    let unquoted = match message.split_once(QUOTE) {
        Some((before, _)) => format!("{before}{QUOTE}{HIDDEN}"),
        None => message,
    };
    values(secret).iter().fold(unquoted, |message, value| message.replace(value, HIDDEN))
}

/// The values as they are written, as they are meant, and as a quotation writes them; the longest first.
fn values(secret: &Object) -> Vec<String> {
    let mut texts = Vec::new();
    ["data", "stringData"].iter().filter_map(|field| secret.get(field)).for_each(|value| collect(value, &mut texts));
    let decoded: Vec<String> = texts.iter().filter_map(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok()).collect();
    texts.extend(decoded);
    let quoted: Vec<String> = texts.iter().map(|text| text.escape_debug().to_string()).collect();
    texts.extend(quoted);
    texts.retain(|text| text.len() >= VALUE_BYTES_MIN);
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(map) => map.values().for_each(|value| collect(value, texts)),
        Value::Number(number) => texts.push(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(kind: &str, content: Value, message: &str, expected: &str) {
        let mut object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "x"}});
        object::merge_patch(&mut object, &content);
        let error = Error::Answered { status: 422, reason: "Invalid".into(), message: message.into() };
        assert_eq!(discreet(error, &Object::new(object).unwrap()).to_string(), expected);
    }

    #[test]
    fn values_of_a_secret_are_hidden_in_every_form() {
        let content = json!({"stringData": {"a": "pass\"word"}, "data": {"b": "aHVudGVyMg==", "short": "eA=="}});
        check("Secret", content, "denied: pass\"word pass\\\"word hunter2 aHVudGVyMg== x", "denied: *** *** *** *** x");
    }

    #[test]
    fn what_a_schema_quotes_is_cut() {
        let message = ".stringData.a: expected string, got &value.valueUnstructured{Value:8080}";
        check("Secret", json!({"stringData": {"a": 8080}}), message, ".stringData.a: expected string, got ***");
    }

    #[test]
    fn other_kinds_are_quoted() {
        check("ConfigMap", json!({"data": {"a": "value"}}), "denied: value, got it", "denied: value, got it");
    }
}
