//! Field specifications: which field of which kinds a transformer touches, and the walk to that field.

use std::fmt;

use object::{Map, Value};

use crate::error::Error;
use crate::id::Gvk;
use crate::path;
use crate::shared_value::SharedValue;

/// A field of the kinds that a selector names; empty parts of the selector match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSpec {
    pub group: String,
    pub version: String,
    pub kind: String,
    /// As written: segments with `/` between them, `\/` for a slash in a segment, `[]` behind a list.
    pub path: String,
    pub create: bool,
    segments: Vec<String>,
}

/// What a walk makes where the field is missing and the specification says `create`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Nothing; the walk ends there.
    Skip,
    /// A scalar for the setter to write.
    Scalar,
    /// An empty mapping.
    Mapping,
}

impl FieldSpec {
    /// A specification for the kinds of a selector.
    pub fn new(selector: Gvk<'_>, path: &str, create: bool) -> FieldSpec {
        FieldSpec {
            group: selector.group.to_owned(),
            version: selector.version.to_owned(),
            kind: selector.kind.to_owned(),
            segments: path::split(path, '/'),
            path: path.to_owned(),
            create,
        }
    }

    /// The selector.
    pub fn gvk(&self) -> Gvk<'_> {
        Gvk { group: &self.group, version: &self.version, kind: &self.kind }
    }

    /// Whether both name the same field for the same kinds.
    pub fn covers(&self, other: &FieldSpec) -> bool {
        self.path == other.path && self.gvk().is_selected_by(other.gvk())
    }

    /// Calls `set` for every place of the field in an object of a matching kind.
    pub fn visit(&self, object: &mut SharedValue, missing: Missing, set: Setter<'_>) -> Result<(), Error> {
        if self.selects(object) { self.visit_any_kind(object, missing, &|_| true, set) } else { Ok(()) }
    }

    fn selects(&self, object: &Value) -> bool {
        let text = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default();
        Gvk::new(text("apiVersion"), text("kind")).is_selected_by(self.gvk())
    }

    /// As [`FieldSpec::visit`], for an object whose kind was looked at already, and only if the setter would change some place.
    ///
    /// Writing to an object that memory holds too copies it, so nothing is written where nothing would change.
    pub fn visit_any_kind(
        &self,
        object: &mut SharedValue,
        missing: Missing,
        would_change: &dyn Fn(&Value) -> bool,
        set: Setter<'_>,
    ) -> Result<(), Error> {
        crate::budget::check_depth(self.segments.len())?;
        let makes = self.create && missing != Missing::Skip;
        if makes || leads(object, &self.segments, would_change) { self.walk_in(object, missing, set) } else { Ok(()) }
    }

    /// As [`FieldSpec::visit`], for a value that nobody else holds.
    pub fn visit_value(&self, object: &mut Value, missing: Missing, set: Setter<'_>) -> Result<(), Error> {
        if self.selects(object) { self.walk_in(object, missing, set) } else { Ok(()) }
    }

    fn walk_in(&self, object: &mut Value, missing: Missing, set: Setter<'_>) -> Result<(), Error> {
        let missing = if self.create { missing } else { Missing::Skip };
        walk(object, &self.segments, missing, set).map_err(|error| {
            let error = error.at_field(self.path.replace('/', "."));
            error.context(format_args!("considering field '{}' of object {}", self.path, describe(object)))
        })
    }
}

impl fmt::Display for FieldSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.gvk(), self.create, self.path)
    }
}

/// What is done to each place found.
pub(crate) type Setter<'a> = &'a mut dyn FnMut(&mut Value) -> Result<(), Error>;

/// Whether a walk that makes nothing would write, or be refused.
fn leads(value: &Value, segments: &[String], would_change: &dyn Fn(&Value) -> bool) -> bool {
    let Some((segment, rest)) = segments.split_first() else { return would_change(value) };
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(|item| leads(item, segments, would_change)),
        Value::Object(map) => {
            let (name, is_list) = list_name(segment);
            let field = map.get(name);
            name.is_empty() || field.is_some_and(|field| is_list && field.is_null() || leads(field, rest, would_change))
        }
        _ => true,
    }
}

/// The name of a field, and whether the segment says that a list stands there.
fn list_name(segment: &str) -> (&str, bool) {
    segment.strip_suffix("[]").map_or((segment, false), |name| (name, true))
}

fn walk(value: &mut Value, segments: &[String], missing: Missing, set: Setter<'_>) -> Result<(), Error> {
    let Some((segment, rest)) = segments.split_first() else { return set(value) };
    match value {
        Value::Null => Ok(()),
        Value::Array(items) => items.iter_mut().try_for_each(|item| walk(item, segments, missing, set)),
        Value::Object(map) => walk_field(map, segment, rest, missing, set),
        _ => Err(Error::build("expected sequence or mapping node")),
    }
}

fn walk_field(map: &mut Map<String, Value>, segment: &str, rest: &[String], missing: Missing, set: Setter<'_>) -> Result<(), Error> {
    let (name, is_list) = list_name(segment);
    if name.is_empty() {
        return Err(Error::build("cannot set or create an empty field name"));
    }
    let created = match missing {
        _ if is_list => None,
        Missing::Skip => None,
        Missing::Scalar if rest.is_empty() => Some(Value::Null),
        _ => Some(Value::Object(Map::new())),
    };
    let field = match (map.get_mut(name), created) {
        (Some(field @ Value::Null), Some(created)) => {
            *field = created;
            field
        }
        (Some(field @ Value::Null), None) if is_list => {
            *field = Value::Array(Vec::new());
            field
        }
        (Some(_), _) => map.get_mut(name).expect("was found two lines above"),
        (None, Some(created)) => map.entry(name).or_insert(created),
        (None, None) => return Ok(()),
    };
    walk(field, rest, missing, set)
}

/// A setter that writes one entry of a mapping.
pub(crate) fn set_entry(value: &mut Value, key: &str, text: &str) -> Result<(), Error> {
    match value {
        Value::Object(map) => {
            map.insert(key.to_owned(), text.into());
            Ok(())
        }
        Value::Null => Ok(()),
        other => Err(wrong_kind("MappingNode", other)),
    }
}

/// A setter that writes a scalar.
pub(crate) fn set_scalar(value: &mut Value, scalar: Value) -> Result<(), Error> {
    if value.is_object() || value.is_array() {
        return Err(wrong_kind("ScalarNode", value));
    }
    *value = scalar;
    Ok(())
}

/// The reference's words for a value of an unexpected type.
pub(crate) fn wrong_kind(expected: &str, found: &Value) -> Error {
    let kind = match found {
        Value::Object(_) => "MappingNode",
        Value::Array(_) => "SequenceNode",
        _ => "ScalarNode",
    };
    Error::build(format!("wrong node kind: expected {expected} but got {kind}: node contents:\n{}", yaml::to_string(found)))
}

/// The identity of an object for messages.
pub(crate) fn describe(object: &Value) -> String {
    crate::resource::Resource { value: object.clone().into(), ..Default::default() }.id().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(path: &str, create: bool, object: Value, expected: Value) {
        let mut object = object;
        let spec = FieldSpec::new(Gvk::default(), path, create);
        spec.visit_value(&mut object, Missing::Scalar, &mut |value| set_scalar(value, "x".into())).unwrap();
        assert_eq!(object, expected, "{path}");
    }

    #[test]
    fn the_walk_goes_through_lists_and_creates_what_is_missing() {
        check("a/b", false, json!({"a": {"b": 1}}), json!({"a": {"b": "x"}}));
        check("a/b", false, json!({"a": [{"b": 1}, {"b": 2}, {}]}), json!({"a": [{"b": "x"}, {"b": "x"}, {}]}));
        check("a/b", false, json!({"a": {}}), json!({"a": {}}));
        check("a/b", true, json!({}), json!({"a": {"b": "x"}}));
        check("a[]/b", true, json!({}), json!({}));
        check("a[]/b", true, json!({"a": [{}]}), json!({"a": [{"b": "x"}]}));
        check("m/example.com\\/k", false, json!({"m": {"example.com/k": "y"}}), json!({"m": {"example.com/k": "x"}}));
    }

    #[test]
    fn a_scalar_in_the_way_is_refused() {
        let spec = FieldSpec::new(Gvk::default(), "a/b", false);
        let error = spec.visit_value(&mut json!({"a": 5}), Missing::Skip, &mut |_| Ok(())).unwrap_err();
        assert!(error.message.contains("expected sequence or mapping node"), "{error}");
    }
}
