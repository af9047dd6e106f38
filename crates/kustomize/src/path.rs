//! Field paths: splitting them, looking a value up, and finding every place a path with list selectors means.
//!
//! Segments: a key, `[key=value]` or `[=value]` for list elements, an index, `-` for the last element, `*` for all elements.

use object::{Map, Value};

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

/// What is made at the end of a path that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Create {
    /// Nothing.
    No,
    /// A scalar.
    Scalar,
    /// A mapping.
    Mapping,
    /// A list.
    List,
}

impl Create {
    /// What has the type of this value.
    pub fn like(value: &Value) -> Create {
        match value {
            Value::Object(_) => Create::Mapping,
            Value::Array(_) => Create::List,
            _ => Create::Scalar,
        }
    }

    /// An empty value for what comes before `next` in a path.
    fn empty_before(self, next: Option<&String>) -> Value {
        match next {
            Some(next) if next.starts_with('[') && next.ends_with(']') || index(next).is_some() => Value::Array(Vec::new()),
            Some(next) if !next.is_empty() => Value::Object(Map::new()),
            _ => match self {
                Create::Mapping => Value::Object(Map::new()),
                Create::List => Value::Array(Vec::new()),
                Create::Scalar | Create::No => Value::Null,
            },
        }
    }
}

/// What is done to each place a path means; answers through an error only.
pub(crate) type Visitor<'a> = &'a mut dyn FnMut(&mut Value) -> Result<(), Error>;

/// Calls `visit` for every place a path means, and says how many there were.
///
/// Selectors are unanchored regular expressions here, unlike in [`lookup`]; this is how the reference reads target paths.
pub(crate) fn visit(value: &mut Value, segments: &[String], create: Create, visit: Visitor<'_>) -> Result<usize, Error> {
    crate::budget::check_depth(segments.len())?;
    let Some((segment, rest)) = segments.split_first() else {
        visit(value)?;
        return Ok(1);
    };
    if let Some(at) = index(segment) {
        return visit_index(value, at, rest, create, visit);
    }
    if let Some((key, pattern)) = selector(segment)? {
        return visit_selected(value, key, pattern, rest, create, visit);
    }
    if segment == "*" {
        return visit_each(value, rest, create, visit);
    }
    visit_field(value, segment, rest, create, visit)
}

/// What is made below a null counts as found, and nothing is written.
const LOST: usize = 1;

fn visit_index(value: &mut Value, at: usize, rest: &[String], create: Create, f: Visitor<'_>) -> Result<usize, Error> {
    if value.is_null() && create != Create::No && at == 0 {
        return Ok(LOST);
    }
    let items = elements_mut(value)?;
    if create != Create::No && items.len() == at {
        items.push(create.empty_before(rest.first()));
    }
    let length = items.len();
    let missing = || Error::build(format!("index {at} specified but only {length} elements found"));
    visit(items.get_mut(at).ok_or_else(missing)?, rest, create, f)
}

fn visit_selected(value: &mut Value, key: &str, pattern: &str, rest: &[String], create: Create, f: Visitor<'_>) -> Result<usize, Error> {
    let matcher = crate::pattern::Pattern::unanchored(pattern)?;
    if value.is_null() {
        return Ok(if create == Create::No { 0 } else { LOST });
    }
    let items = elements_mut(value)?;
    let mut found = 0;
    for item in items.iter_mut() {
        let matches = field_of(item, key).is_some_and(|field| matcher.matches(&scalar_text(field)));
        if matches {
            found += visit(item, if key.is_empty() { &[] } else { rest }, create, f)?;
        }
    }
    if found > 0 || create == Create::No {
        return Ok(found);
    }
    let is_overwritten = rest.first().is_some_and(|field| field == key);
    items.push(new_element(key, if is_overwritten { Value::Null } else { plain(pattern) }));
    let item = items.last_mut().expect("was pushed one line above");
    visit(item, if key.is_empty() { &[] } else { rest }, create, f)
}

/// What a selector makes where nothing matches: a mapping with the key, or a scalar that is about to be written.
fn new_element(key: &str, value: Value) -> Value {
    if key.is_empty() { Value::Null } else { Value::Object(Map::from_iter([(key.to_owned(), value)])) }
}

/// The text as YAML reads it without quotes.
pub(crate) fn plain(text: &str) -> Value {
    let read = yaml::parse(text, &yaml::Options::v3()).ok().and_then(|documents| documents.into_iter().next());
    match read.map(|document| document.value) {
        Some(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => value,
        _ => text.into(),
    }
}

fn visit_each(value: &mut Value, rest: &[String], create: Create, f: Visitor<'_>) -> Result<usize, Error> {
    elements_mut(value)?.iter_mut().try_fold(0, |found, item| Ok(found + visit(item, rest, create, f)?))
}

fn visit_field(value: &mut Value, name: &str, rest: &[String], create: Create, f: Visitor<'_>) -> Result<usize, Error> {
    let map = match value {
        Value::Object(map) => map,
        Value::Null => return Ok(if create == Create::No { 0 } else { LOST }),
        other => return Err(wrong_kind("MappingNode", other)),
    };
    if create != Create::No && !map.contains_key(name) {
        map.insert(name.to_owned(), create.empty_before(rest.first()));
    }
    let Some(field) = map.get_mut(name) else { return Ok(0) };
    if !rest.is_empty()
        && let Value::String(text) = field
    {
        // A path into the text of a scalar finds places in a copy: they count, and nothing is written.
        let mut inner = inside(text)?;
        return visit(&mut inner, rest, create, f);
    }
    visit(field, rest, create, f)
}

/// What a text says when it is read as YAML. A text that says nothing has no places.
pub(crate) fn inside(text: &str) -> Result<Value, Error> {
    let value = yaml::from_str_with(text, &yaml::Options::v3()).map_err(|error| Error::build(error.to_string()))?;
    if value.is_null() && yaml::parse(text, &yaml::Options::v3()).is_ok_and(|documents| documents.is_empty()) {
        return Err(Error::build("wrong node kind: expected MappingNode but got : node contents:\nnull\n"));
    }
    Ok(value)
}

fn elements_mut(value: &mut Value) -> Result<&mut Vec<Value>, Error> {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    match value {
        Value::Array(items) => Ok(items),
        other => Err(wrong_kind("SequenceNode", other)),
    }
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

    #[test]
    fn every_place_is_visited_and_made_where_asked() {
        let mut value = json!({"a": [{"name": "x"}, {"name": "xy"}]});
        let mut set = |path: &str, create| {
            visit(&mut value, &split_fields(path), create, &mut |v| {
                *v = json!(1);
                Ok(())
            })
        };
        assert_eq!(set("a.[name=x].v", Create::Scalar).unwrap(), 2);
        assert_eq!(set("a.[name=z].v", Create::Scalar).unwrap(), 1);
        assert_eq!(set("a.*.w", Create::Scalar).unwrap(), 3);
        assert_eq!(set("b.c", Create::No).unwrap(), 0);
        assert_eq!(value["a"][2], json!({"name": "z", "v": 1, "w": 1}));
    }
}
