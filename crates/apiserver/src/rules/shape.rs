//! The shape of objects: fields that no schema knows, and values of a wrong type.
//!
//! For built-in kinds this is what decoding into a Go struct does; custom resources are pruned by their own schema.

use schema::{Scalar, Shape, Type};
use serde_json::Value;

use super::quantity;
use super::scene::Scene;
use crate::decode;
use crate::registry::Resolved;
use crate::request::Validation;
use crate::status::Status;

/// Unknown fields named in one message at most.
const FIELDS_NAMED_MAX: usize = 32;

/// Drops unknown fields and refuses values of a wrong type. Gives the warnings that the request wants about unknown fields.
pub fn check(scene: &Scene<'_>, object: &mut Value) -> Result<Vec<String>, Status> {
    let unknown = unknown_fields(scene.resolved, object).map_err(|why| misfit(scene, &why))?;
    let named = unknown.iter().take(FIELDS_NAMED_MAX).map(|path| format!("unknown field {path:?}"));
    match scene.validation {
        Validation::Ignore => Ok(Vec::new()),
        Validation::Warn => Ok(named.collect()),
        Validation::Strict if unknown.is_empty() => Ok(Vec::new()),
        Validation::Strict => {
            let fields = named.collect::<Vec<_>>().join(", ");
            Err(misfit(scene, &format!("strict decoding error: {fields}")))
        }
    }
}

/// Drops the fields that no schema knows, and gives their paths. Errors: a value of a wrong type.
fn unknown_fields(resolved: &Resolved, object: &mut Value) -> Result<Vec<String>, String> {
    let Some(custom) = resolved.custom() else {
        let mut walk = Walk::new(&resolved.resource.kind);
        walk.value(object, resolved.built_in_type())?;
        return Ok(walk.unknown);
    };
    let mut walk = Walk::new("ObjectMeta");
    walk.path.push("metadata".into());
    walk.value(&mut object["metadata"], metadata_type())?;
    walk.unknown.extend(custom.structural.iter().flat_map(|schema| schema.prune(object)));
    Ok(walk.unknown)
}

/// The type of `metadata`, which is the same in every kind.
fn metadata_type() -> Type<'static> {
    schema::builtin().type_of("", "v1", "ConfigMap").map_or(Type::any(), |config_map| config_map.child("metadata"))
}

fn misfit(scene: &Scene<'_>, why: &str) -> Status {
    let (kind, version) = (&scene.resolved.resource.kind, &scene.resolved.version().name);
    Status::bad_request(format!("{kind} in version {version:?} cannot be handled as a {kind}: {why}"))
}

struct Walk {
    unknown: Vec<String>,
    /// Every step on the way, as messages about unknown fields name it.
    path: Vec<String>,
    /// Which of these steps are fields; the others are keys of maps and places in lists, which Go's decoder does not name.
    fields: Vec<usize>,
    /// The type of the whole, and those whose fields are being walked. On a fault these lists stay as they are.
    root: String,
    owners: Vec<&'static str>,
}

impl Walk {
    fn new(owner: &str) -> Walk {
        Walk { unknown: Vec::new(), path: Vec::new(), fields: Vec::new(), root: owner.to_owned(), owners: Vec::new() }
    }

    fn value(&mut self, value: &mut Value, place: Type<'static>) -> Result<(), String> {
        match (place.shape(), value) {
            (_, Value::Null) | (Shape::Any, _) => Ok(()),
            (Shape::Object(..), Value::Object(map)) => {
                let names: Vec<String> = map.keys().cloned().collect();
                let owner = short_name(place);
                self.owners.extend(owner);
                names.iter().try_for_each(|name| self.field(map, name, place))?;
                self.owners.truncate(self.owners.len() - usize::from(owner.is_some()));
                Ok(())
            }
            (Shape::Map(_), Value::Object(map)) => {
                map.iter_mut().try_for_each(|(key, value)| self.step(key, |walk| walk.value(value, place.child(key))))
            }
            (Shape::List(..), Value::Array(items)) => {
                let Some(item) = place.items() else { return Ok(()) };
                items.iter_mut().enumerate().try_for_each(|(at, value)| self.step(&format!("[{at}]"), |walk| walk.value(value, item)))
            }
            (Shape::Scalar(scalar), value) => self.scalar(value, *scalar),
            (_, value) => Err(self.wrong(value, &go_type(place))),
        }
    }

    fn field(&mut self, map: &mut serde_json::Map<String, Value>, name: &str, place: Type<'static>) -> Result<(), String> {
        match (place.field(name), map.get_mut(name)) {
            (Some(field), Some(value)) => self.step(name, |walk| {
                walk.fields.push(walk.path.len() - 1);
                walk.value(value, field)?;
                walk.fields.pop();
                Ok(())
            }),
            _ => {
                let path = self.step(name, |walk| walk.path.join("."));
                self.unknown.push(path.replace(".[", "["));
                map.remove(name);
                Ok(())
            }
        }
    }

    fn step<T>(&mut self, name: &str, inner: impl FnOnce(&mut Walk) -> T) -> T {
        self.path.push(name.to_owned());
        let result = inner(self);
        self.path.pop();
        result
    }

    fn scalar(&self, value: &mut Value, scalar: Scalar) -> Result<(), String> {
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
            return Err(self.wrong(value, scalar_name(scalar)));
        }
        check_text(value.as_str().unwrap_or_default(), scalar)?;
        if scalar == Scalar::Quantity {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            *value = quantity::canonical(&text)?.into();
        }
        Ok(())
    }

    fn wrong(&self, value: &Value, wanted: &str) -> String {
        // Numbers that do not fit their type are quoted, others are not.
        let number = value.as_number().filter(|_| wanted.starts_with("int")).map(|number| format!(" {number}")).unwrap_or_default();
        let owner = self.owners.last().map_or(self.root.as_str(), |owner| owner);
        let fields: Vec<&str> = self.fields.iter().map(|at| self.path[*at].as_str()).collect();
        format!(
            "json: cannot unmarshal {}{number} into Go struct field {owner}.{} of type {wanted}",
            decode::go_name(value),
            fields.join(".")
        )
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

/// Drops empty parts of a new built-in object that Go would not write.
pub fn drop_nulls(object: &mut Value) {
    if let Value::Object(map) = object {
        map.retain(|_, value| !value.is_null());
        map.values_mut().for_each(drop_nulls);
    } else if let Value::Array(items) = object {
        items.iter_mut().for_each(drop_nulls);
    }
}
