//! values.schema.json: drafts 4 to 2020-12, without ever fetching anything.
//!
//! Refuses to be: a resolver. A reference that leaves the schema is refused by name; `urn:` references that nobody defines accept
//! everything, as in Helm. Patterns run on a linear-time engine, so lookaround is refused, as in Go.

use std::borrow::Borrow;
use std::fmt::Write as _;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, Retrieve, Uri, ValidationError};
use object::Value;

use crate::instance::Instance;
use crate::values::{self, Values};
use crate::{Error, Result};

/// Bytes of a compiled pattern.
const PATTERN_BYTES_MAX: usize = 10 << 20;

/// Checks the values of every chart of the tree against its schema. All refusals come together, by chart.
pub fn validate(root: &Instance<'_>, values: &Values) -> Result<()> {
    let mut report = String::new();
    check(root, values, &mut report);
    if report.is_empty() { Ok(()) } else { Err(Error::Schema(report)) }
}

fn check(instance: &Instance<'_>, values: &Values, report: &mut String) {
    let schema = instance.chart.schema.as_ref();
    if let Some(Err(message)) = schema.map(|schema| validate_against(schema.as_bytes(), values)) {
        let _ = write!(report, "{}:\n{message}", instance.name);
    }
    for child in &instance.children {
        match values.get(&child.name) {
            None | Some(Value::Null) => {}
            Some(Value::Object(own)) => check(child, own, report),
            Some(other) => {
                let found = values::go_type(other);
                let _ = writeln!(report, "{}:\ninvalid type for values: expected object (map), got {found}", child.name);
            }
        }
    }
}

/// Checks `values` against one schema. The message holds a line for each fault.
pub fn validate_against(schema: &[u8], values: &Values) -> Result<(), String> {
    let schema: Value = serde_json::from_slice(schema).map_err(|error| error.to_string())?;
    let validator = jsonschema::options()
        .with_retriever(NoNetwork)
        .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES_MAX))
        .build(&schema)
        .map_err(|error| error.to_string())?;
    let instance = values::as_json(&Value::Object(values.clone()));
    let mut report = String::new();
    describe_all(validator.iter_errors(&instance), 0, &mut report);
    if report.is_empty() { Ok(()) } else { Err(report) }
}

/// Answers every reference that leaves a schema without looking anywhere.
struct NoNetwork;

impl Retrieve for NoNetwork {
    fn retrieve(&self, uri: &Uri<String>) -> std::result::Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        if uri.scheme().as_str() == "urn" {
            return Ok(Value::Bool(true));
        }
        Err(format!("remote reference {uri} is refused: a schema may only refer to itself").into())
    }
}

/// A line for each fault, with the reasons of combined schemas indented below. Properties that one schema misses share a line.
fn describe_all<'a, E: Borrow<ValidationError<'a>>>(errors: impl Iterator<Item = E>, depth: usize, report: &mut String) {
    let mut errors = errors.peekable();
    while let Some(error) = errors.next() {
        let error = error.borrow();
        let mut missing: Vec<String> = missing_property(error).into_iter().collect();
        while let Some(next) = errors.next_if(|next| !missing.is_empty() && are_of_one_place(error, next.borrow())) {
            missing.extend(missing_property(next.borrow()));
        }
        let message = if missing.len() > 1 { format!("missing properties {}", missing.join(", ")) } else { message(error) };
        describe(error, &message, depth, report);
    }
}

fn missing_property(error: &ValidationError<'_>) -> Option<String> {
    match error.kind() {
        ValidationErrorKind::Required { property } => Some(quoted(property)),
        _ => None,
    }
}

fn are_of_one_place(error: &ValidationError<'_>, next: &ValidationError<'_>) -> bool {
    missing_property(next).is_some() && error.instance_path() == next.instance_path() && error.schema_path() == next.schema_path()
}

/// `- at '/path': what is wrong`.
fn describe(error: &ValidationError<'_>, message: &str, depth: usize, report: &mut String) {
    let indent = "  ".repeat(depth);
    let _ = writeln!(report, "{indent}- at '{}': {message}", error.instance_path());
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } = error.kind() {
        describe_all(context.iter().flatten(), depth + 1, report);
    }
}

fn message(error: &ValidationError<'_>) -> String {
    let found = error.instance();
    match error.kind() {
        ValidationErrorKind::Type { kind } => format!("got {}, want {}", type_of(found), wanted_types(kind)),
        ValidationErrorKind::Required { property } => format!("missing property {}", quoted(property)),
        ValidationErrorKind::AdditionalProperties { unexpected } | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let names: Vec<String> = unexpected.iter().map(|name| format!("'{name}'")).collect();
            format!("additional properties {} not allowed", names.join(", "))
        }
        ValidationErrorKind::Enum { options } => one_of(options),
        ValidationErrorKind::Constant { expected_value } => format!("value must be {}", quoted(expected_value)),
        ValidationErrorKind::Minimum { limit } => format!("minimum: got {found}, want {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("maximum: got {found}, want {limit}"),
        ValidationErrorKind::MinLength { limit } => format!("minLength: got {}, want {limit}", length(found)),
        ValidationErrorKind::MaxLength { limit } => format!("maxLength: got {}, want {limit}", length(found)),
        ValidationErrorKind::MinItems { limit } => format!("minItems: got {}, want {limit}", length(found)),
        ValidationErrorKind::MaxItems { limit } => format!("maxItems: got {}, want {limit}", length(found)),
        ValidationErrorKind::MinProperties { limit } => format!("minProperties: got {}, want {limit}", length(found)),
        ValidationErrorKind::MaxProperties { limit } => format!("maxProperties: got {}, want {limit}", length(found)),
        ValidationErrorKind::Pattern { pattern } => format!("{} does not match pattern '{pattern}'", quoted(found)),
        ValidationErrorKind::AnyOf { .. } => "'anyOf' failed".into(),
        ValidationErrorKind::OneOfNotValid { .. } => "'oneOf' failed, none matched".into(),
        ValidationErrorKind::Not { .. } => "'not' failed".into(),
        ValidationErrorKind::FalseSchema => "false schema".into(),
        _ => error.to_string(),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn wanted_types(kind: &jsonschema::error::TypeKind) -> String {
    match kind {
        jsonschema::error::TypeKind::Single(one) => one.to_string(),
        jsonschema::error::TypeKind::Multiple(many) => many.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or "),
    }
}

fn one_of(options: &Value) -> String {
    let options = options.as_array().map_or(&[][..], Vec::as_slice);
    if options.iter().any(|option| option.is_object() || option.is_array()) {
        return "'enum' failed".into();
    }
    let shown: Vec<String> = options.iter().map(quoted).collect();
    let of = if shown.len() == 1 { "" } else { "one of " };
    format!("value must be {of}{}", shown.join(", "))
}

fn quoted(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"))
}

fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schema: &str, values: &str) -> Result<(), String> {
        validate_against(schema.as_bytes(), &values::load(values).unwrap())
    }

    #[test]
    fn every_fault_has_a_line() {
        let schema = r#"{"type":"object","required":["name"],"properties":{"port":{"type":"integer"}}}"#;
        let report = check(schema, "port: http").unwrap_err();
        assert!(report.contains("- at '/port': got string, want integer\n"), "{report}");
        assert!(report.contains("- at '': missing property 'name'\n"), "{report}");
        assert_eq!(check(schema, "{port: 80, name: a}"), Ok(()));
    }

    #[test]
    fn missing_properties_share_a_line() {
        let report = check(r#"{"required":["a","b"],"properties":{"c":{"required":["d"]}}}"#, "c: {}").unwrap_err();
        assert_eq!(report, "- at '': missing properties 'a', 'b'\n- at '/c': missing property 'd'\n");
    }

    #[test]
    fn remote_references_are_refused_and_unknown_urns_accept() {
        for uri in ["https://example.com/a.json", "file:///etc/passwd"] {
            let report = check(&format!(r#"{{"$ref":"{uri}"}}"#), "a: 1").unwrap_err();
            assert!(report.contains("refused"), "{report}");
        }
        assert_eq!(check(r#"{"$ref":"urn:example:a"}"#, "a: 1"), Ok(()));
    }
}
