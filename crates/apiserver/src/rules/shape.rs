//! The shape of objects: fields that no schema knows, and values of a wrong type.
//!
//! For built-in kinds this is what decoding into a Go struct does; custom resources are pruned by their own schema.

use object::json_kind;
use schema::{Scalar, Shape, Type};
use serde_json::{Map, Value};

use super::scene::Scene;
use super::way::{Step, Way};
use super::{allocate, quantity};
use crate::registry::Resolved;
use crate::request::Validation;

/// Unknown fields named in one message at most.
const FIELDS_NAMED_MAX: usize = 32;

/// Drops unknown fields. Gives the warnings that the request wants about them. Errors: why this is no object of its kind, as a value of
/// a wrong type.
pub fn check(scene: &Scene<'_>, object: &mut Value) -> Result<Vec<String>, String> {
    let unknown = unknown_fields(scene.resolved, object)?;
    let named = unknown.iter().take(FIELDS_NAMED_MAX).map(|path| format!("unknown field {path:?}"));
    match scene.validation {
        Validation::Ignore => Ok(Vec::new()),
        Validation::Warn => Ok(named.collect()),
        Validation::Strict if unknown.is_empty() => Ok(Vec::new()),
        Validation::Strict => {
            let fields = named.collect::<Vec<_>>().join(", ");
            Err(format!("strict decoding error: {fields}"))
        }
    }
}

/// Drops the fields that no schema knows, and gives their paths. Errors: a value of a wrong type.
fn unknown_fields(resolved: &Resolved, object: &mut Value) -> Result<Vec<String>, String> {
    let Some(custom) = resolved.custom() else {
        let mut walk = Walk::new(&resolved.resource.kind, allocate::written(&resolved.resource.collection));
        walk.value(object, resolved.built_in_type(), None)?;
        return Ok(walk.unknown);
    };
    let mut walk = Walk::new("ObjectMeta", &[]);
    let way = Way { before: None, step: Step::Key("metadata") };
    walk.value(&mut object["metadata"], metadata_type(), Some(&way))?;
    walk.unknown.extend(custom.structural.iter().flat_map(|schema| schema.prune(object)));
    Ok(walk.unknown)
}

/// The type of `metadata`, which is the same in every kind.
fn metadata_type() -> Type<'static> {
    schema::builtin().type_of("", "v1", "ConfigMap").map_or(Type::any(), |config_map| config_map.child("metadata"))
}

struct Walk<'k> {
    /// The type of the whole.
    root: &'k str,
    /// Paths of fields that are written although they are empty.
    written: &'static [&'static str],
    unknown: Vec<String>,
}

impl<'k> Walk<'k> {
    fn new(root: &'k str, written: &'static [&'static str]) -> Walk<'k> {
        Walk { root, written, unknown: Vec::new() }
    }

    fn value(&mut self, value: &mut Value, place: Type<'static>, way: Option<&Way<'_>>) -> Result<(), String> {
        match (place.shape(), value) {
            (_, Value::Null) => Ok(()),
            (Shape::Any, value) => {
                drop_nulls(value);
                Ok(())
            }
            (Shape::Object(..), Value::Object(map)) => self.fields(map, place, way),
            (Shape::Map(_), Value::Object(map)) => {
                map.retain(|_, value| !value.is_null());
                let mut entries = map.iter_mut();
                entries.try_for_each(|(key, value)| self.value(value, place.child(key), Some(&Way { before: way, step: Step::Key(key) })))
            }
            (Shape::List(..), Value::Array(items)) => {
                let Some(item) = place.items() else { return Ok(()) };
                let mut items = items.iter_mut().enumerate();
                items.try_for_each(|(at, value)| self.value(value, item, Some(&Way { before: way, step: Step::Item(at) })))
            }
            (Shape::Scalar(scalar), value) => self.scalar(value, *scalar, way),
            (_, value) => Err(self.wrong(value, &go_type(place), way)),
        }
    }

    /// Walks fields in order, and drops what no schema knows and what Go does not write. The first fault ends it.
    fn fields(&mut self, map: &mut Map<String, Value>, place: Type<'static>, way: Option<&Way<'_>>) -> Result<(), String> {
        let owner = short_name(place);
        let mut outcome = Ok(());
        map.retain(|name, value| {
            let way = Way { before: way, step: Step::Field(name, owner) };
            match place.field(name) {
                _ if outcome.is_err() => true,
                None => {
                    self.unknown.push(way.to_string());
                    false
                }
                Some(field) => {
                    outcome = self.value(value, field, Some(&way));
                    outcome.is_err() || is_written(value, field) || self.is_always_written(value, &way)
                }
            }
        });
        outcome
    }

    /// Whether Go writes even an empty list here.
    fn is_always_written(&self, value: &Value, way: &Way<'_>) -> bool {
        value.is_array() && !self.written.is_empty() && self.written.contains(&&*way.to_string())
    }

    fn scalar(&self, value: &mut Value, scalar: Scalar, way: Option<&Way<'_>>) -> Result<(), String> {
        let fits = match scalar {
            Scalar::String | Scalar::Bytes | Scalar::Time | Scalar::MicroTime => value.is_string(),
            Scalar::Int32 => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            Scalar::Int64 => value.is_i64(),
            Scalar::Number => value.is_number(),
            Scalar::Bool => value.is_boolean(),
            Scalar::Quantity => value.is_string() || value.is_number(),
            Scalar::IntOrString => value.is_string() || value.is_i64(),
        };
        if !fits {
            return Err(self.wrong(value, scalar_name(scalar), way));
        }
        check_text(value.as_str().unwrap_or_default(), scalar)?;
        if scalar == Scalar::Quantity {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            *value = quantity::canonical(&text)?.into();
        }
        Ok(())
    }

    fn wrong(&self, value: &Value, wanted: &str, way: Option<&Way<'_>>) -> String {
        // Numbers that do not fit their type are quoted, others are not.
        let number = value.as_number().filter(|_| wanted.starts_with("int")).map(|number| format!(" {number}")).unwrap_or_default();
        let owner = way.and_then(Way::owner).unwrap_or(self.root);
        let fields = way.map(Way::fields).unwrap_or_default().join(".");
        format!("json: cannot unmarshal {}{number} into Go struct field {owner}.{fields} of type {wanted}", json_kind(value))
    }
}

/// Whether Go writes a value: no nulls, and no empty maps and lists.
fn is_written(value: &Value, place: Type<'_>) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty() || place.is_any(),
        Value::Object(map) => !map.is_empty() || !matches!(place.shape(), Shape::Map(_)),
        _ => true,
    }
}

/// Texts that stand for something else must be such texts.
fn check_text(text: &str, scalar: Scalar) -> Result<(), String> {
    match scalar {
        Scalar::Bytes => check_base64(text),
        Scalar::Time | Scalar::MicroTime if !text.is_empty() && text.parse::<jiff::Timestamp>().is_err() => {
            let layout = if scalar == Scalar::Time { "2006-01-02T15:04:05Z07:00" } else { "2006-01-02T15:04:05.000000Z07:00" };
            Err(format!("parsing time {text:?} as {layout:?}: cannot parse {text:?} as \"2006\""))
        }
        _ => Ok(()),
    }
}

fn check_base64(text: &str) -> Result<(), String> {
    use base64::{DecodeError, Engine};
    let at = match base64::engine::general_purpose::STANDARD.decode(text) {
        Ok(_) => return Ok(()),
        Err(DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _)) => at,
        Err(DecodeError::InvalidLength(_) | DecodeError::InvalidPadding) => text.len() / 4 * 4,
    };
    Err(format!("illegal base64 data at input byte {at}"))
}

/// `DeploymentSpec` of `api.apps.v1.DeploymentSpec`.
fn short_name(place: Type<'static>) -> Option<&'static str> {
    place.reference()?.rsplit('.').next()
}

/// A type as Go writes it: `v1.Container`, `[]string`, `map[string]string`.
fn go_type(place: Type<'_>) -> String {
    match place.shape() {
        Shape::List(..) => format!("[]{}", place.items().map_or_else(String::new, go_type)),
        Shape::Map(_) => format!("map[string]{}", go_type(place.child(""))),
        Shape::Scalar(scalar) => scalar_name(*scalar).to_owned(),
        _ => {
            let mut words = place.reference().unwrap_or_default().rsplit('.');
            let (name, package) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            format!("{package}.{name}")
        }
    }
}

fn scalar_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String | Scalar::Bytes | Scalar::Time | Scalar::MicroTime => "string",
        Scalar::Int32 => "int32",
        Scalar::Int64 => "int64",
        Scalar::Number => "float64",
        Scalar::Bool => "bool",
        Scalar::Quantity => "quantity",
        Scalar::IntOrString => "intstr.IntOrString",
    }
}

/// Drops nulls at every depth.
fn drop_nulls(object: &mut Value) {
    if let Value::Object(map) = object {
        map.retain(|_, value| !value.is_null());
        map.values_mut().for_each(drop_nulls);
    } else if let Value::Array(items) = object {
        items.iter_mut().for_each(drop_nulls);
    }
}
