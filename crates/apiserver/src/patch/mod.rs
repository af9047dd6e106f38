//! Patches over JSON values: JSON patch, merge patch and strategic merge patch. Server-side apply is [`crate::managed`]'s.

mod json;

use object::json_kind;
use schema::PatchError;
use serde_json::Value;

use crate::registry::Resolved;
use crate::request::Call;
use crate::status::{About, Cause, Status};
use crate::{decode, meta};

pub use json::json;

/// The media type of JSON patches.
pub const JSON: &str = "application/json-patch+json";
/// The media type of merge patches.
pub const MERGE: &str = "application/merge-patch+json";
/// The media type of configurations for server-side apply.
pub const APPLY: &str = "application/apply-patch+yaml";
/// The media type of strategic merge patches.
pub const STRATEGIC: &str = "application/strategic-merge-patch+json";

/// Applies an RFC 7386 patch.
pub fn merge(target: &mut Value, body: &[u8]) -> Result<(), Status> {
    object::merge_patch(target, &mapping(body)?);
    Ok(())
}

/// Applies a strategic merge patch to an object of a built-in kind.
pub fn strategic(resolved: &Resolved, target: &mut Value, body: &[u8]) -> Result<(), Status> {
    let place = resolved.built_in_type();
    // kube-apiserver has no reason for this one, and answers 500.
    let patch = serde_json::from_slice(body).map_err(|error| Status::bad_request(decode::syntax_fault(body, &error)))?;
    schema::strategic_merge(target, &patch, place).map_err(|error| Status::new(500, "", told(&error)))
}

/// The error with values as Go prints them.
fn told(error: &PatchError) -> String {
    match error {
        PatchError::NoMergeKey { item, key } => format!("map: {} does not contain declared merge key: {key}", go_text(item)),
        PatchError::UnknownDirective { directive, patch } => format!("unknown patch type: {directive} in map: {}", go_text(patch)),
        other => other.to_string(),
    }
}

/// JSON text as Go prints its value.
fn go_text(json: &str) -> String {
    serde_json::from_str(json).map_or_else(|_| json.to_owned(), |value| go_value(&value))
}

/// A value as Go prints maps and slices: `map[a:1 b:[x y]]`.
fn go_value(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let fields: Vec<String> = map.iter().map(|(key, value)| format!("{key}:{}", go_value(value))).collect();
            format!("map[{}]", fields.join(" "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(go_value).collect::<Vec<_>>().join(" ")),
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".into(),
        other => other.to_string(),
    }
}

/// 422 for a patch whose outcome is no object of its kind. The message quotes a strategic patch itself, else the outcome.
pub fn misfit(call: &Call, outcome: &Value, why: &Status) -> Status {
    let quoted = if call.content_type == STRATEGIC {
        serde_json::from_slice(&call.body).map(|patch| go_value(&patch)).unwrap_or_default()
    } else {
        outcome.to_string()
    };
    let cause = Cause::invalid("patch", &quoted.into(), &why.message);
    Status::invalid(About { group: "", resource: "", name: "" }, vec![cause])
}

/// 500 for an apply whose outcome does not convert to its kind: it is answered as if the server were at fault.
pub fn unconverted(outcome: &Value, why: &str) -> Status {
    let (namespace, name) = (meta::text(outcome, "namespace"), meta::text(outcome, "name"));
    let (api_version, kind) = (outcome["apiVersion"].as_str().unwrap_or_default(), outcome["kind"].as_str().unwrap_or_default());
    let group = if api_version.contains('/') { "" } else { "/" };
    let decoding = if why.starts_with("illegal base64") { "error decoding from json: " } else { "" };
    let to = format!("{group}{api_version}, Kind={kind}");
    let message = format!(
        "failed to convert new object ({namespace}/{name}; {to}) to proper version: unable to convert unstructured object to {to}: {decoding}{why}"
    );
    Status::new(500, "", message)
}

/// The body of a patch that is a JSON mapping.
fn mapping(body: &[u8]) -> Result<Value, Status> {
    let refuse = |why: String| Status::bad_request(format!("error decoding patch: {why}"));
    match serde_json::from_slice(body) {
        Ok(patch @ Value::Object(_)) => Ok(patch),
        Ok(other) => Err(refuse(format!("json: cannot unmarshal {} into Go value of type map[string]interface {{}}", json_kind(&other)))),
        Err(error) => Err(refuse(decode::syntax_fault(body, &error))),
    }
}
