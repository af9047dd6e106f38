//! Values: reading, merging, `--set`, and coalescing with a chart's defaults.
//!
//! Refuses to be: typed. Values are plain JSON, with one convention that Go templates make visible: a number that came from
//! YAML or JSON is a float (`1000000` prints as `1e+06`), a number that came from `--set` is an integer. [`decoded`] applies it.

mod digest;
mod imports;
pub mod set;
mod source;
mod tables;

pub use digest::digest;
pub(crate) use imports::Imports;
pub use source::{Reference, compose};
use tables::merge_tables;
pub(crate) use tables::{Pass, coalesce_tables, lay_over, remove_nulls};

use std::borrow::Cow;

use object::{Map, Value, json_kind};

use crate::{Error, Result};

/// A mapping of values.
pub type Values = Map<String, Value>;

/// Reads a values file: every document, later documents over earlier ones. Nothing reads as no values.
///
/// Documents are cut at lines that begin with `---`; of what stands between two of them YAML's first document counts.
pub fn load(text: &str) -> Result<Values> {
    let mut values = Values::new();
    for document in documents(text)? {
        match document_value(document)? {
            Value::Null => {}
            Value::Object(map) => merge(&mut values, decoded_map(map)),
            other => {
                return Err(Error::Values(format!(
                    "cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} \
                     into Go value of type map[string]interface {{}}",
                    json_kind(&other)
                )));
            }
        }
    }
    Ok(values)
}

fn document_value(text: &str) -> Result<Value> {
    // Helm ends the last line of a file, which a block at its end can tell.
    let ended = if text.ends_with('\n') { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) };
    yaml::from_str(&ended).map_err(|error| Error::Values(format!("cannot unmarshal yaml document: error converting YAML to JSON: {error}")))
}

/// The texts between separators. A separator with nothing before it belongs to the text behind it.
pub(crate) fn documents(text: &str) -> Result<Vec<&str>> {
    let mut documents = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if let Some(rest) = line.strip_prefix("---").map(str::trim) {
            if !(rest.is_empty() || rest.starts_with('#')) {
                return Err(Error::Values(format!("error reading yaml document: invalid Yaml document separator: {rest}")));
            }
            if at > start {
                documents.push(&text[start..at]);
                start = end;
            }
        }
        at = end;
    }
    documents.extend(Some(&text[start..]).filter(|rest| !rest.is_empty()));
    Ok(documents)
}

/// Lays `over` on `values`: mappings merge, everything else is replaced, null included.
pub fn merge(values: &mut Values, over: Values) {
    for (key, value) in over {
        match (values.get_mut(&key), value) {
            (Some(Value::Object(below)), Value::Object(above)) => merge(below, above),
            (_, value) => {
                values.insert(key, value);
            }
        }
    }
}

/// The same value with every number as Go's decoders leave it: a float.
pub fn decoded(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().and_then(serde_json::Number::from_f64).map_or(Value::Number(number), Value::Number),
        Value::Array(items) => Value::Array(items.into_iter().map(decoded).collect()),
        Value::Object(map) => Value::Object(decoded_map(map)),
        other => other,
    }
}

/// [`decoded`] for a mapping.
pub fn decoded_map(map: Values) -> Values {
    map.into_iter().map(|(key, value)| (key, decoded(value))).collect()
}

/// The same value with whole floats as integers: what JSON text of a Go value shows.
pub(crate) fn as_json(value: &Value) -> Value {
    match value {
        Value::Number(number) => whole(number).map_or_else(|| value.clone(), Value::from),
        Value::Array(items) => Value::Array(items.iter().map(as_json).collect()),
        Value::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), as_json(value))).collect()),
        other => other.clone(),
    }
}

/// The integer that a float stands for, within the range where floats are exact.
fn whole(number: &serde_json::Number) -> Option<i64> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    #[allow(clippy::cast_possible_truncation)]
    (float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0).then_some(float as i64)
}

/// Go's name for the type of a value.
pub(crate) fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "nil",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// The mapping under a dotted path, if every step is a mapping.
pub(crate) fn table<'a>(values: &'a Values, path: &str) -> Option<&'a Values> {
    path.split('.').try_fold(values, |table, key| table.get(key)?.as_object())
}

/// The value under a dotted path, if the steps are mappings and the value is none.
pub(crate) fn path_value<'a>(values: &'a Values, path: &str) -> Option<&'a Value> {
    let (holder, key) = match path.rsplit_once('.') {
        Some((tables, key)) => (table(values, tables)?, key),
        None => (values, path),
    };
    holder.get(key).filter(|value| !value.is_object())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn later_documents_lie_over_earlier_ones() {
        let values = load("a: {x: 1, z: 2}\nl: [1]\n---\na: {z: 3}\nl: []\n").unwrap();
        assert_eq!(Value::Object(values), json!({"a": {"x": 1.0, "z": 3.0}, "l": []}));
    }

    #[test]
    fn what_follows_the_first_document_without_a_separator_is_not_looked_at() {
        for (text, expected) in [
            ("  a: 1\nb: 2\n", json!({"a": 1.0})),
            ("{}\nb: 2\n", json!({})),
            ("# c\n---\n{a: 1}\n{b: 2}\n---\nc: |\n  x", json!({"a": 1.0, "c": "x\n"})),
        ] {
            assert_eq!(Value::Object(load(text).unwrap()), expected, "{text}");
        }
        let error = load("a: 1\n--- {b: 2}\n").unwrap_err();
        assert_eq!(error.to_string(), "error reading yaml document: invalid Yaml document separator: {b: 2}");
    }

    #[test]
    fn values_must_be_a_mapping() {
        assert!(load("- a\n").unwrap_err().to_string().contains("cannot unmarshal array"));
    }

    #[test]
    fn a_path_ends_at_a_scalar() {
        let values = load("a: {b: true}").unwrap();
        assert_eq!(path_value(&values, "a.b"), Some(&json!(true)));
        assert_eq!(path_value(&values, "a"), None);
        assert_eq!(path_value(&values, "a.b.c"), None);
    }
}
