//! CEL rules of a schema (`x-kubernetes-validations`).
//!
//! Rules are compiled where they stand; values below are seen through the schema (escaped names, times, durations).
//! Transition rules meet the old value of the same field, and in keyed lists the old item of the same key. Refuses to
//! guess: a rule that cannot be evaluated fails the object.

use crate::error::{FieldError, Reason};
use crate::lists;
use crate::node::Node;
use kube_cel::{CompiledSchema, ErrorKind, ValidationError, Validator, compile_schema};
use serde_json::{Value, json};
use std::fmt;

const VALIDATIONS: &str = "x-kubernetes-validations";

/// The rules of one place.
pub(crate) struct Rules {
    compiled: CompiledSchema,
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rules({})", self.compiled.validations.len())
    }
}

impl Rules {
    /// The rules of a schema's own place, if it has any.
    pub(crate) fn compile(schema: &Value) -> Option<Rules> {
        let own = schema.get(VALIDATIONS)?.as_array().filter(|rules| !rules.is_empty())?;
        let mut shape = schema.clone();
        strip(&mut shape);
        shape[VALIDATIONS] = json!(own);
        Some(Rules { compiled: compile_schema(&shape) })
    }
}

/// Leaves only what the view of values needs: neither rules nor defaults of places below.
fn strip(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.remove(VALIDATIONS);
            map.remove("default");
            map.remove("description");
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Runs all rules of a place and below.
pub(crate) fn run(node: &Node, value: &Value, old: Option<&Value>, path: &str, errors: &mut Vec<FieldError>) {
    let validator = Validator::new();
    walk(&validator, node, value, old, path, errors);
}

fn walk(validator: &Validator, node: &Node, value: &Value, old: Option<&Value>, path: &str, errors: &mut Vec<FieldError>) {
    if value.is_null() {
        return;
    }
    if let Some(rules) = &node.rules {
        let failed = validator.validate_compiled(&rules.compiled, value, old).err();
        let unchanged = old == Some(value);
        let failed = failed.into_iter().flat_map(|errors| errors.into_vec());
        errors.extend(failed.filter(|error| !unchanged || error.rule.contains("oldSelf")).map(|error| field_error(error, value, path)));
    }
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if let Some(child) = node.child(name) {
                    walk(validator, child, value, old.and_then(|old| old.get(name)), &child_path(node, path, name), errors);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if let Some(child) = &node.items {
                    walk(validator, child, item, lists::past(node, item, old), &format!("{path}[{index}]"), errors);
                }
            }
        }
        _ => {}
    }
}

fn child_path(node: &Node, path: &str, name: &str) -> String {
    match (node.properties.contains_key(name), path.is_empty()) {
        (true, true) => name.into(),
        (true, false) => format!("{path}.{name}"),
        (false, _) => format!("{path}[{name}]"),
    }
}

fn field_error(error: ValidationError, value: &Value, path: &str) -> FieldError {
    let below = error.field_path.trim_start_matches('.');
    let field = match (path.is_empty(), below.is_empty()) {
        (true, _) => below.to_string(),
        (false, true) => path.to_string(),
        (false, false) => format!("{path}.{below}"),
    };
    let detail = if error.kind == ErrorKind::ValidationFailure {
        error.message
    } else {
        format!("{} evaluating rule: {}", error.message, error.rule)
    };
    match error.reason.as_deref() {
        Some("FieldValueForbidden") => FieldError::bare(&field, Reason::Forbidden, &detail),
        Some("FieldValueRequired") => FieldError::bare(&field, Reason::Required, &detail),
        Some("FieldValueDuplicate") => FieldError::with_value(&field, Reason::Duplicate, value, ""),
        _ if value.is_object() || value.is_array() => FieldError::bare(&field, Reason::Invalid, &detail),
        _ => FieldError::with_value(&field, Reason::Invalid, value, &detail),
    }
}
