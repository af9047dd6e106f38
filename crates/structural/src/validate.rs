//! Validation of values against a schema.
//!
//! An update is judged leniently where Kubernetes does: what did not change keeps its faults (ratcheting). Refuses to
//! judge `metadata`: that is the server's. Begin with [`Schema::validate`].

use crate::error::{FieldError, Reason};
use crate::formats;
use crate::lists;
use crate::node::{Kind, Limits, Node, Schema};
use serde_json::{Map, Value, json};

impl Schema {
    /// Every error of `new`, with CEL rules. `old` is the stored object on updates.
    ///
    /// CEL rules run only where the shape is right, as in kube-apiserver; a last error says if they did not.
    pub fn validate(&self, new: &Value, old: Option<&Value>) -> Vec<FieldError> {
        let mut errors = Vec::new();
        place(&self.root, new, old, "", &mut errors);
        if errors.iter().any(|error| BLOCKING.contains(&error.reason)) {
            let unchecked = || FieldError::with_value(NOWHERE, Reason::Invalid, &Value::Null, UNCHECKED);
            errors.extend(self.has_rules.then(unchecked));
        } else {
            crate::rules::run(&self.root, new, old, "", &mut errors);
        }
        errors
    }
}

/// Faults after which CEL rules could not be trusted.
const BLOCKING: [Reason; 5] = [Reason::NotSupported, Reason::Required, Reason::TooLong, Reason::TooMany, Reason::TypeInvalid];
/// How an error names no field.
const NOWHERE: &str = "<nil>";
const UNCHECKED: &str =
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

/// Every default that its own schema refuses.
pub(crate) fn defaults(node: &Node, path: &str, errors: &mut Vec<FieldError>) {
    if let Some(default) = &node.default {
        let mut found = Vec::new();
        place(node, default, None, "", &mut found);
        errors.extend(found.into_iter().map(|error| FieldError { field: join(&join(path, "default"), &error.field), ..error }));
    }
    for (step, part) in node.parts() {
        defaults(part, &join(path, &step), errors);
    }
}

fn place(node: &Node, value: &Value, old: Option<&Value>, path: &str, errors: &mut Vec<FieldError>) {
    if old == Some(value) || (value.is_null() && node.nullable) {
        return;
    }
    if let Some(wanted) = mistyped(node.kind, value) {
        let found = type_name(value);
        let detail = format!("{path} in body must be of type {wanted}: {found:?}");
        errors.push(FieldError::with_value(path, Reason::TypeInvalid, &json!(found), &detail));
        return;
    }
    junctors(node, value, old, path, errors);
    bounds(&node.limits, value, path, errors);
    match value {
        Value::Object(map) => fields(node, map, old, path, errors),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if let Some(child) = &node.items {
                    place(child, item, lists::past(node, item, old), &format!("{path}[{index}]"), errors);
                }
            }
            lists::duplicates(node, items, path, errors);
        }
        _ => {}
    }
}

fn mistyped(kind: Kind, value: &Value) -> Option<&'static str> {
    let integral = value.as_f64().is_some_and(|number| number.fract() == 0.0);
    let (fits, wanted) = match kind {
        Kind::Any => (true, ""),
        Kind::Object => (value.is_object(), "object"),
        Kind::Array => (value.is_array(), "array"),
        Kind::String => (value.is_string(), "string"),
        Kind::Integer => (value.is_number() && integral, "integer"),
        Kind::Number => (value.is_number(), "number"),
        Kind::Boolean => (value.is_boolean(), "boolean"),
        Kind::IntOrString => (value.is_string() || (value.is_number() && integral), "integer,string"),
    };
    (!fits).then_some(wanted)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn fields(node: &Node, map: &Map<String, Value>, old: Option<&Value>, path: &str, errors: &mut Vec<FieldError>) {
    for name in node.required.iter().filter(|name| !map.contains_key(*name)) {
        errors.push(FieldError::bare(&join(path, name), Reason::Required, ""));
    }
    let is_resource = path.is_empty() || node.embedded;
    for (name, value) in map.iter().filter(|(name, _)| !(is_resource && *name == "metadata")) {
        if let Some(child) = node.child(name) {
            place(child, value, old.and_then(|old| old.get(name)), &join(path, name), errors);
        }
    }
}

fn join(path: &str, name: &str) -> String {
    match (path, name) {
        ("", _) => name.into(),
        (_, "") => path.into(),
        _ => format!("{path}.{name}"),
    }
}

fn junctors(node: &Node, value: &Value, old: Option<&Value>, path: &str, errors: &mut Vec<FieldError>) {
    let faults = |nodes: &[Node]| -> Vec<Vec<FieldError>> { nodes.iter().map(|node| faults(node, value, old, path)).collect() };
    let mut whole = |detail: String| errors.push(FieldError::with_value("", Reason::Invalid, &json!(""), &detail));
    let any = faults(&node.any_of);
    let one = faults(&node.one_of);
    let all = faults(&node.all_of);
    let valid = |outcomes: &[Vec<FieldError>]| outcomes.iter().filter(|faults| faults.is_empty()).count();
    if !any.is_empty() && valid(&any) == 0 {
        whole(format!("{path:?} must validate at least one schema (anyOf)"));
    }
    match valid(&one) {
        _ if one.is_empty() => {}
        0 => whole(format!("{path:?} must validate one and only one schema (oneOf). Found none valid")),
        1 => {}
        found => whole(format!("{path:?} must validate one and only one schema (oneOf). Found {found} valid alternatives")),
    }
    if valid(&all) < all.len() {
        let none = if valid(&all) == 0 { ". None validated" } else { "" };
        whole(format!("{path:?} must validate all the schemas (allOf){none}"));
    }
    if node.not.as_ref().is_some_and(|not| self::faults(not, value, old, path).is_empty()) {
        whole(format!("{path:?} must not validate the schema (not)"));
    }
    for outcomes in [any, one] {
        if valid(&outcomes) == 0 {
            errors.extend(outcomes.into_iter().min_by_key(Vec::len).unwrap_or_default());
        }
    }
    errors.extend(all.into_iter().flatten());
}

fn faults(node: &Node, value: &Value, old: Option<&Value>, path: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    place(node, value, old.filter(|_| false), path, &mut errors);
    errors
}

fn bounds(limits: &Limits, value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    match value {
        Value::String(text) => text_bounds(limits, text, path, errors),
        Value::Number(_) => number_bounds(limits, value, path, errors),
        Value::Array(items) => count_bounds(limits.items, items.len(), "items", value, path, errors),
        Value::Object(map) => count_bounds(limits.properties, map.len(), "properties", value, path, errors),
        _ => {}
    }
    if let Some(values) = limits.values.as_ref().filter(|values| !values.contains(value)) {
        let printed = |value: &Value| value.as_str().map_or_else(|| format!("{:?}", value.to_string()), |text| format!("{text:?}"));
        let list: Vec<String> = values.iter().map(printed).collect();
        let detail = format!("supported values: {}", list.join(", "));
        errors.push(FieldError::with_value(path, Reason::NotSupported, value, &detail));
    }
}

fn text_bounds(limits: &Limits, text: &str, path: &str, errors: &mut Vec<FieldError>) {
    let length = text.chars().count() as u64;
    let value = json!(text);
    let mut invalid = |reason, detail: String| errors.push(FieldError::with_value(path, reason, &value, &detail));
    if let Some(bound) = limits.length.0.filter(|bound| length < *bound) {
        invalid(Reason::Invalid, format!("{path} in body should be at least {bound} chars long"));
    }
    let is_short = limits.length.0.is_some_and(|bound| length < bound);
    if let Some(pattern) = limits.pattern.as_ref().filter(|pattern| !is_short && !pattern.is_match(text)) {
        invalid(Reason::Invalid, format!("{path} in body should match '{pattern}'"));
    }
    if !formats::fits(&limits.format, text) {
        invalid(Reason::TypeInvalid, format!("{path} in body must be of type {}: {text:?}", formats::name(&limits.format)));
    }
    if let Some(bound) = limits.length.1.filter(|bound| length > *bound) {
        let unit = if bound == 1 { "byte" } else { "bytes" };
        errors.push(FieldError::bare(path, Reason::TooLong, &format!("may not be more than {bound} {unit}")));
    }
}

fn number_bounds(limits: &Limits, value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    let number = value.as_f64().unwrap_or(0.0);
    let mut invalid =
        |detail: String| errors.push(FieldError::with_value(path, Reason::Invalid, value, &format!("{path} in body {detail}")));
    if let Some((bound, exclusive)) = limits.maximum.filter(|(bound, exclusive)| number > *bound || (*exclusive && number == *bound)) {
        invalid(format!("should be less than {}{bound}", if exclusive { "" } else { "or equal to " }));
    }
    if let Some((bound, exclusive)) = limits.minimum.filter(|(bound, exclusive)| number < *bound || (*exclusive && number == *bound)) {
        invalid(format!("should be greater than {}{bound}", if exclusive { "" } else { "or equal to " }));
    }
    if let Some(factor) = limits.multiple_of.filter(|factor| (number / factor).fract() != 0.0) {
        invalid(format!("should be a multiple of {factor}"));
    }
}

fn count_bounds(bounds: (Option<u64>, Option<u64>), count: usize, what: &str, value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    if let Some(bound) = bounds.0.filter(|bound| (count as u64) < *bound) {
        let shown = if what == "items" { json!(count) } else { value.clone() };
        let detail = format!("{path} in body should have at least {bound} {what}");
        errors.push(FieldError::with_value(path, Reason::Invalid, &shown, &detail));
    }
    if let Some(bound) = bounds.1.filter(|bound| count as u64 > *bound) {
        let unit = if bound == 1 { "item" } else { "items" };
        errors.push(FieldError::with_value(path, Reason::TooMany, &json!(count), &format!("must have at most {bound} {unit}")));
    }
}
