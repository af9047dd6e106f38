//! One object as JSON, with the few fields that every Kubernetes object has.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

use crate::{Gvk, ObjectId};

/// A JSON mapping that has an `apiVersion` and a `kind`.
///
/// Nothing else is promised: a name may be missing (`generateName`, lists), any field may be of a wrong type,
/// and accessors then answer as if the field were absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct Object(Map<String, Value>);

/// A value that is no Kubernetes object, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnObject {
    /// The value is a list, a scalar or null.
    #[error("expected a mapping, found {0}")]
    NotAMapping(&'static str),
    /// `apiVersion` or `kind` is absent, empty or no string.
    #[error("field `{0}` is missing or empty")]
    Missing(&'static str),
}

impl Object {
    /// Takes a value that is a mapping with `apiVersion` and `kind`.
    pub fn new(value: Value) -> Result<Object, NotAnObject> {
        let map = match value {
            Value::Object(map) => map,
            other => return Err(NotAnObject::NotAMapping(type_name(&other))),
        };
        for field in ["apiVersion", "kind"] {
            if text(map.get(field)).is_empty() {
                return Err(NotAnObject::Missing(field));
            }
        }
        Ok(Object(map))
    }

    /// `apiVersion`, such as `apps/v1`.
    pub fn api_version(&self) -> &str {
        text(self.0.get("apiVersion"))
    }

    /// `kind`.
    pub fn kind(&self) -> &str {
        text(self.0.get("kind"))
    }

    /// API group, empty for core.
    pub fn group(&self) -> &str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// API version without the group.
    pub fn version(&self) -> &str {
        self.api_version().split_once('/').map_or(self.api_version(), |(_, version)| version)
    }

    /// Group, version and kind.
    pub fn gvk(&self) -> Gvk {
        Gvk::new(self.api_version(), self.kind())
    }

    /// `metadata.name`, empty if absent.
    pub fn name(&self) -> &str {
        text(self.metadata("name"))
    }

    /// `metadata.namespace`, empty if absent.
    pub fn namespace(&self) -> &str {
        text(self.metadata("namespace"))
    }

    /// `metadata.uid`, empty if absent.
    pub fn uid(&self) -> &str {
        text(self.metadata("uid"))
    }

    /// `metadata.resourceVersion`, empty if absent.
    pub fn resource_version(&self) -> &str {
        text(self.metadata("resourceVersion"))
    }

    /// `metadata.generation`, 0 if absent.
    pub fn generation(&self) -> i64 {
        self.metadata("generation").and_then(Value::as_i64).unwrap_or(0)
    }

    /// Whether deletion was asked for.
    pub fn is_terminating(&self) -> bool {
        self.metadata("deletionTimestamp").is_some_and(|time| !time.is_null())
    }

    /// The identity of this object.
    pub fn id(&self) -> ObjectId {
        ObjectId { group: self.group().into(), kind: self.kind().into(), namespace: self.namespace().into(), name: self.name().into() }
    }

    /// One label's value.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.metadata("labels")?.get(key)?.as_str()
    }

    /// One annotation's value.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.metadata("annotations")?.get(key)?.as_str()
    }

    /// All labels, empty if absent.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        strings(self.metadata("labels"))
    }

    /// All annotations, empty if absent.
    pub fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        strings(self.metadata("annotations"))
    }

    /// Writes one label.
    pub fn set_label(&mut self, key: &str, value: &str) {
        self.metadata_map("labels").insert(key.into(), value.into());
    }

    /// Writes one annotation.
    pub fn set_annotation(&mut self, key: &str, value: &str) {
        self.metadata_map("annotations").insert(key.into(), value.into());
    }

    /// Writes `metadata.namespace`.
    pub fn set_namespace(&mut self, namespace: &str) {
        self.metadata_mut().insert("namespace".into(), namespace.into());
    }

    /// Writes `metadata.name`.
    pub fn set_name(&mut self, name: &str) {
        self.metadata_mut().insert("name".into(), name.into());
    }

    /// The value under a dotted path of plain keys, such as `spec.replicas`. Keys with dots need [`Object::get_in`].
    pub fn get(&self, path: &str) -> Option<&Value> {
        self.get_in(&path.split('.').collect::<Vec<_>>())
    }

    /// The value under a list of keys.
    pub fn get_in(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.0.get(*first)?, |value, key| value.get(key))
    }

    /// The mapping itself.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The mapping itself, for writing. The caller keeps `apiVersion` and `kind`.
    pub fn as_map_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }

    /// The mapping under a list of keys, for writing, if every step is a mapping.
    pub fn map_at_mut(&mut self, path: &[&str]) -> Option<&mut Map<String, Value>> {
        path.iter().try_fold(&mut self.0, |map, key| map.get_mut(*key)?.as_object_mut())
    }

    /// The plain value.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// `metadata` for writing; made if absent or of a wrong type.
    pub fn metadata_mut(&mut self) -> &mut Map<String, Value> {
        mapping(self.0.entry("metadata").or_insert(Value::Null))
    }

    fn metadata(&self, key: &str) -> Option<&Value> {
        self.0.get("metadata")?.get(key)
    }

    fn metadata_map(&mut self, key: &str) -> &mut Map<String, Value> {
        mapping(self.metadata_mut().entry(key).or_insert(Value::Null))
    }
}

impl TryFrom<Value> for Object {
    type Error = NotAnObject;

    fn try_from(value: Value) -> Result<Object, NotAnObject> {
        Object::new(value)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        object.into_value()
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id().fmt(f)
    }
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or("")
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = (&str, &str)> {
    value.and_then(Value::as_object).into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

fn mapping(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("was made a mapping one line above")
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mapping_without_kind_is_no_object() {
        assert_eq!(Object::new(json!([])), Err(NotAnObject::NotAMapping("a list")));
        assert_eq!(Object::new(json!({"apiVersion": "v1"})), Err(NotAnObject::Missing("kind")));
        assert_eq!(Object::new(json!({"apiVersion": "", "kind": "A"})), Err(NotAnObject::Missing("apiVersion")));
    }

    #[test]
    fn fields_of_a_wrong_type_read_as_absent() {
        let object = Object::new(json!({"apiVersion": "v1", "kind": "A", "metadata": {"name": 5, "labels": []}})).unwrap();
        assert_eq!(object.name(), "");
        assert_eq!(object.label("a"), None);
    }

    #[test]
    fn labels_can_be_written_where_none_were() {
        let mut object = Object::new(json!({"apiVersion": "apps/v1", "kind": "A"})).unwrap();
        object.set_label("a", "b");
        assert_eq!(object.label("a"), Some("b"));
        assert_eq!((object.group(), object.version()), ("apps", "v1"));
    }
}
