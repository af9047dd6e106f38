//! The shape of objects: fields that no schema knows, and values of a wrong type.
//!
//! For built-in kinds this is what decoding into a Go struct does; custom resources are pruned by their own schema.

use schema::{Scalar, Shape, Type};
use serde_json::Value;

use super::Scene;
use crate::mutation::Validation;
use crate::status::Status;

/// Unknown fields named in one message at most.
const FIELDS_NAMED_MAX: usize = 32;

/// Drops unknown fields, as the request wants it, and refuses values of a wrong type.
pub fn check(scene: &mut Scene<'_>, object: &mut Value) -> Result<(), Status> {
    let resolved = scene.resolved;
    let unknown = match resolved.custom() {
        Some(custom) => custom.structural.as_ref().map(|schema| schema.prune(object)).unwrap_or_default(),
        None => {
            let mut walk = Walk { unknown: Vec::new(), path: Vec::new() };
            walk.value(object, resolved.built_in_type()).map_err(|why| misfit(scene, &why))?;
            walk.unknown
        }
    };
    if unknown.is_empty() {
        return Ok(());
    }
    let named = unknown.iter().take(FIELDS_NAMED_MAX).map(|path| format!("unknown field {path:?}"));
    match scene.validation {
        Validation::Ignore => Ok(()),
        Validation::Warn => {
            scene.warnings.extend(named);
            Ok(())
        }
        Validation::Strict => {
            let fields = named.collect::<Vec<_>>().join(", ");
            Err(misfit(scene, &format!("strict decoding error: {fields}")))
        }
    }
}

fn misfit(scene: &Scene<'_>, why: &str) -> Status {
    let (kind, version) = (&scene.resolved.resource.kind, &scene.resolved.version().name);
    Status::bad_request(format!("{kind} in version {version:?} cannot be handled as a {kind}: {why}"))
}

struct Walk {
    unknown: Vec<String>,
    path: Vec<String>,
}

impl Walk {
    fn value(&mut self, value: &mut Value, place: Type<'_>) -> Result<(), String> {
        match (place.shape(), value) {
            (_, Value::Null) | (Shape::Any, _) => Ok(()),
            (Shape::Object(..), Value::Object(map)) => {
                let names: Vec<String> = map.keys().cloned().collect();
                names.iter().try_for_each(|name| self.field(map, name, place))
            }
            (Shape::Map(_), Value::Object(map)) => {
                map.iter_mut().try_for_each(|(key, value)| self.step(key, |walk| walk.value(value, place.child(key))))
            }
            (Shape::List(..), Value::Array(items)) => {
                let Some(item) = place.items() else { return Ok(()) };
                items.iter_mut().enumerate().try_for_each(|(at, value)| self.step(&format!("[{at}]"), |walk| walk.value(value, item)))
            }
            (Shape::Scalar(scalar), value) => self.scalar(value, *scalar),
            (_, value) => Err(self.wrong(value, if matches!(place.shape(), Shape::List(..)) { "list" } else { "object" })),
        }
    }

    fn field(&mut self, map: &mut serde_json::Map<String, Value>, name: &str, place: Type<'_>) -> Result<(), String> {
        match (place.field(name), map.get_mut(name)) {
            (Some(field), Some(value)) => self.step(name, |walk| walk.value(value, field)),
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
        let (fits, name) = match scalar {
            Scalar::String | Scalar::Bytes | Scalar::Time | Scalar::MicroTime => (value.is_string(), "string"),
            Scalar::Int32 => (value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()), "int32"),
            Scalar::Int64 => (value.is_i64(), "int64"),
            Scalar::Number => (value.is_number(), "float64"),
            Scalar::Bool => (value.is_boolean(), "bool"),
            Scalar::Quantity => (value.is_string() || value.is_number(), "quantity"),
            Scalar::IntOrString => (value.is_string() || value.is_i64(), "intstr.IntOrString"),
        };
        if !fits {
            return Err(self.wrong(value, name));
        }
        if scalar == Scalar::Quantity && value.is_number() {
            *value = value.to_string().into();
        }
        Ok(())
    }

    fn wrong(&self, value: &Value, wanted: &str) -> String {
        let found = match value {
            Value::Bool(_) => "bool",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            _ => "object",
        };
        format!("json: cannot unmarshal {found} into Go struct field {} of type {wanted}", self.path.join(".").replace(".[", "["))
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
