//! Whether a schema is structural.
//!
//! Follows the rules that Kubernetes documents for CustomResourceDefinitions: a type at every level, no references, no
//! both of properties and additionalProperties, nothing structural inside `allOf`, `anyOf`, `oneOf`, `not`.

use crate::error::{FieldError, Reason};
use crate::node::DEPTH_MAX;
use regex::Regex;
use serde_json::Value;

/// What may not stand inside a logical junctor.
const STRUCTURAL_ONLY: [&str; 8] = [
    "type",
    "default",
    "nullable",
    "additionalProperties",
    "description",
    "title",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
];

/// Every reason why `schema` is not structural.
pub(crate) fn check(schema: &Value) -> Vec<FieldError> {
    let mut check = Check { errors: Vec::new() };
    check.place(schema, "", "must not be empty at the root", 0);
    if schema["type"] != "object" && schema["type"].is_string() {
        let detail = "must be object at the root";
        check.errors.push(FieldError::with_value("type", Reason::Invalid, &schema["type"], detail));
    }
    check.errors
}

struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    fn place(&mut self, schema: &Value, path: &str, untyped: &str, depth: usize) {
        if depth > DEPTH_MAX {
            return self.forbid(path, &format!("schemas nest at most {DEPTH_MAX} levels"));
        }
        let free = schema["x-kubernetes-int-or-string"] == true || schema["x-kubernetes-preserve-unknown-fields"] == true;
        if !free && schema["type"].as_str().unwrap_or("").is_empty() {
            self.errors.push(FieldError::bare(&join(path, "type"), Reason::Required, untyped));
        }
        self.exclusions(schema, path);
        self.lists(schema, path);
        self.pattern(schema, path);
        self.below(schema, path, depth);
        for junctor in ["allOf", "anyOf", "oneOf"] {
            for (index, schema) in schema[junctor].as_array().into_iter().flatten().enumerate() {
                self.junctor(schema, &join(path, &format!("{junctor}[{index}]")));
            }
        }
        if schema["not"].is_object() {
            self.junctor(&schema["not"], &join(path, "not"));
        }
    }

    fn below(&mut self, schema: &Value, path: &str, depth: usize) {
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let path = join(path, &format!("properties[{name}]"));
            self.place(schema, &path, "must not be empty for specified object fields", depth + 1);
        }
        if schema["additionalProperties"].is_object() {
            let path = join(path, "additionalProperties");
            self.place(&schema["additionalProperties"], &path, "must not be empty for specified object fields", depth + 1);
        }
        if schema["items"].is_object() {
            self.place(&schema["items"], &join(path, "items"), "must not be empty for specified array items", depth + 1);
        } else if schema["type"] == "array" {
            self.errors.push(FieldError::bare(&join(path, "items"), Reason::Required, "must be specified"));
        }
    }

    fn lists(&mut self, schema: &Value, path: &str) {
        let has_keys = schema["x-kubernetes-list-map-keys"].as_array().is_some_and(|keys| !keys.is_empty());
        if schema["x-kubernetes-list-type"] == "map" && !has_keys {
            let detail = "must not be empty if x-kubernetes-list-type is map";
            self.errors.push(FieldError::bare(&join(path, "x-kubernetes-list-map-keys"), Reason::Required, detail));
        }
    }

    fn exclusions(&mut self, schema: &Value, path: &str) {
        if schema["properties"].is_object() && !matches!(schema["additionalProperties"], Value::Null | Value::Bool(false)) {
            self.forbid(&join(path, "additionalProperties"), "additionalProperties and properties are mutual exclusive");
        }
        if schema["uniqueItems"] == true {
            self.forbid(&join(path, "uniqueItems"), "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        if schema["$ref"].is_string() {
            self.forbid(&join(path, "$ref"), "$ref is not supported");
        }
    }

    fn pattern(&mut self, schema: &Value, path: &str) {
        if let Some(Err(error)) = schema["pattern"].as_str().map(Regex::new) {
            let detail = format!("must be a valid regular expression, but isn't: {error}");
            self.errors.push(FieldError::with_value(&join(path, "pattern"), Reason::Invalid, &schema["pattern"], &detail));
        }
    }

    fn junctor(&mut self, schema: &Value, path: &str) {
        for name in STRUCTURAL_ONLY.into_iter().filter(|name| schema.get(name).is_some()) {
            // The one spelling of int-or-string in which types may stand here.
            if name != "type" {
                self.forbid(&join(path, name), "must be empty to be structural");
            }
        }
    }

    fn forbid(&mut self, path: &str, detail: &str) {
        self.errors.push(FieldError::bare(path, Reason::Forbidden, detail));
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.into() } else { format!("{path}.{name}") }
}
