//! Field paths: splitting them, looking a value up, and finding every place a path with list selectors means.
//!
//! Segments: a key, `[key=value]` or `[=value]` for list elements, an index, `-` for the last element, `*` for all elements.

mod visit;

pub(crate) use visit::{Create, visit};

use object::Value;

use crate::error::Error;
use crate::field_spec::wrong_kind;
use crate::resource::scalar_text;
use crate::spelling::Step;

/// Splits at a delimiter; a backslash before it keeps it. One leading delimiter is allowed.
pub(crate) fn split(path: &str, delimiter: char) -> Vec<String> {
    let path = match path.strip_prefix(delimiter) {
        Some(rest) => rest,
        None => path,
    };
    let mut segments: Vec<String> = Vec::new();
    for part in path.split(delimiter) {
        match segments.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => segments.push(part.to_owned()),
        }
    }
    segments
}

/// Splits a dotted path; what stands in brackets stays together, and brackets around a plain key go away.
pub(crate) fn split_fields(path: &str) -> Vec<String> {
    let mut parts = split(path, '.').into_iter();
    let mut segments = Vec::new();
    while let Some(part) = parts.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            segments.push(part);
            continue;
        }
        let mut bracketed = part;
        for next in parts.by_ref() {
            bracketed.push('.');
            bracketed.push_str(&next);
            if next.ends_with(']') {
                break;
            }
        }
        let is_selector = bracketed.contains('=');
        segments.push(if is_selector { bracketed } else { bracketed.trim_matches(['[', ']']).to_owned() });
    }
    segments
}

/// One list selector: the key (empty for scalars) and the value.
fn selector(segment: &str) -> Result<Option<(&str, &str)>, Error> {
    let Some(inner) = segment.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) else { return Ok(None) };
    let wrong = || Error::build("list path element must contain fieldName=fieldValue for element to match");
    inner.split_once('=').map(Some).ok_or_else(wrong)
}

/// A whole number that is no negative index.
fn index(segment: &str) -> Option<usize> {
    segment.parse().ok()
}

/// Looks one value up. Selectors compare whole values and the first match counts.
pub(crate) fn lookup<'a>(value: &'a Value, segments: &[String]) -> Result<Option<&'a Value>, Error> {
    let mut found = value;
    for segment in segments.iter().map(|segment| segment.trim()).filter(|segment| !segment.is_empty()) {
        match lookup_one(found, segment)? {
            Some(next) => found = next,
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

fn lookup_one<'a>(value: &'a Value, segment: &str) -> Result<Option<&'a Value>, Error> {
    if segment == "*" {
        return Err(Error::build("wildcard is not supported in PathGetter"));
    }
    let is_last = segment == "-";
    if is_last || segment.parse::<i64>().is_ok() {
        if segment.parse::<i64>().is_ok_and(|index| index < 0) {
            return Err(Error::build(format!("array index {segment} cannot be negative")));
        }
        let items = elements(value)?;
        return Ok(if is_last { items.last() } else { index(segment).and_then(|at| items.get(at)) });
    }
    if let Some((key, wanted)) = selector(segment)? {
        return Ok(elements(value)?.iter().find(|item| field_of(item, key).is_some_and(|field| scalar_text(field) == wanted)));
    }
    match value {
        Value::Object(map) => Ok(map.get(segment)),
        Value::Null => Ok(None),
        other => Err(wrong_kind("MappingNode", other)),
    }
}

/// The value that steps lead to.
pub(crate) fn at<'a>(value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Element(at) => value.get(at),
    })
}

/// As [`at`], for writing.
pub(crate) fn step_into<'a>(value: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Field(name) => value.get_mut(name),
        Step::Element(at) => value.get_mut(at),
    })
}

/// The field of a list element that a selector looks at: the element itself for an empty key.
fn field_of<'a>(item: &'a Value, key: &str) -> Option<&'a Value> {
    if key.is_empty() { Some(item).filter(|item| !item.is_object() && !item.is_array()) } else { item.get(key) }
}

fn elements(value: &Value) -> Result<&[Value], Error> {
    match value {
        Value::Array(items) => Ok(items),
        Value::Null => Ok(&[]),
        other => Err(wrong_kind("SequenceNode", other)),
    }
}

/// The text as YAML reads it without quotes.
pub(crate) fn plain(text: &str) -> Value {
    let read = yaml::parse(text, &yaml::Options::v3()).ok().and_then(|documents| documents.into_iter().next());
    match read.map(|document| document.value) {
        Some(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => value,
        _ => text.into(),
    }
}

/// What a text says when it is read as YAML. A text that says nothing has no places.
pub(crate) fn inside(text: &str) -> Result<Value, Error> {
    let value = yaml::from_str_with(text, &yaml::Options::v3()).map_err(|error| Error::build(error.to_string()))?;
    if value.is_null() && yaml::parse(text, &yaml::Options::v3()).is_ok_and(|documents| documents.is_empty()) {
        return Err(Error::build("wrong node kind: expected MappingNode but got : node contents:\nnull\n"));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dotted_paths_keep_brackets_together() {
        for (path, expected) in [
            ("spec.template", vec!["spec", "template"]),
            ("metadata.annotations.[a.b/c]", vec!["metadata", "annotations", "a.b/c"]),
            ("spec.containers.[name=a.b].image", vec!["spec", "containers", "[name=a.b]", "image"]),
            ("data.a\\.b", vec!["data", "a.b"]),
        ] {
            assert_eq!(split_fields(path), expected, "{path}");
        }
    }

    #[test]
    fn values_are_looked_up_through_lists() {
        let value = json!({"a": [{"name": "x", "v": 1}, {"name": "xy", "v": 2}], "s": ["p", "q"]});
        let get = |path: &str| lookup(&value, &split_fields(path)).unwrap().cloned();
        assert_eq!(get("a.[name=xy].v"), Some(json!(2)));
        assert_eq!(get("a.0.v"), Some(json!(1)));
        assert_eq!(get("a.-.v"), Some(json!(2)));
        assert_eq!(get("s.[=q]"), Some(json!("q")));
        assert_eq!(get("b.c"), None);
        assert!(lookup(&value, &split_fields("a.*.v")).is_err());
    }
}
