//! From a body to a value: media types, syntax, and whether the body is of the type that the path names.
//!
//! Words and codes are kube-apiserver's. What is inside the object is judged by `rules::shape`.

use object::json_kind;
use serde_json::Value;

use crate::protobuf;
use crate::registry::Resolved;
use crate::request::Call;
use crate::status::{About, Cause, Status};

/// What request bodies may be written in.
const MEDIA_TYPES: [&str; 3] = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
/// Bytes of a body that an error quotes.
const QUOTED_BYTES_MAX: usize = 30;

/// Where Go reads the type of an object.
const TYPE_STRUCT: &str = r#"struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#;

/// The body as an object of a resource. Objects of custom resources must say their kind, others may leave it to the path.
pub fn object(call: &Call, resolved: &Resolved) -> Result<Value, Status> {
    let kind = &resolved.resource.kind;
    let object = value(call, kind)?;
    if resolved.resource.is_custom() && object["kind"].as_str().unwrap_or_default().is_empty() {
        return Err(without_kind(call, kind));
    }
    Ok(object)
}

fn without_kind(call: &Call, kind: &str) -> Status {
    let text = String::from_utf8_lossy(&call.body);
    let why = format!("Object 'Kind' is missing in '{text}' ({})", quote(&call.body));
    Status::bad_request(format!("the object provided is unrecognized (must be of type {kind}): {why}"))
}

/// The body as a value. `kind` is what was expected, for messages.
pub fn value(call: &Call, kind: &str) -> Result<Value, Status> {
    if protobuf::is_protobuf(&call.body) {
        return protobuf::decode(&call.body).map_err(|why| Status::bad_request(format!("error decoding the request body: {why}")));
    }
    match &*call.content_type {
        "application/yaml" => yaml(call),
        "" | "application/json" => json(&call.body, kind),
        _ => Err(Status::unsupported_media_type(&MEDIA_TYPES.join(", "))),
    }
}

fn json(body: &[u8], kind: &str) -> Result<Value, Status> {
    let why = match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => return Ok(value),
        Ok(Value::Null) => return Ok(Value::Object(serde_json::Map::new())),
        Ok(other) => format!("json: cannot unmarshal {} into Go value of type {TYPE_STRUCT}", json_kind(&other)),
        Err(error) => syntax_fault(body, &error),
    };
    let quoted = quote(body);
    Err(Status::bad_request(format!(
        "the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {why} ({quoted})"
    )))
}

fn yaml(call: &Call) -> Result<Value, Status> {
    let text = std::str::from_utf8(&call.body).map_err(|_| Status::bad_request("the request body is not UTF-8"))?;
    yaml::from_str(text).map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")))
}

/// A fault of JSON in the words of Go's decoder.
pub fn syntax_fault(body: &[u8], error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "unexpected end of JSON input".into();
    }
    let line_start = body.split(|byte| *byte == b'\n').take(error.line().saturating_sub(1)).map(|line| line.len() + 1).sum::<usize>();
    let found = body.get(line_start + error.column().saturating_sub(1)).copied().unwrap_or_default();
    format!("invalid character {:?} looking for beginning of value", char::from(found))
}

/// The beginning of a body: as it is when it begins as an object, else in hexadecimal.
fn quote(body: &[u8]) -> String {
    let shown = &body[..body.len().min(QUOTED_BYTES_MAX)];
    let text = match body.first() {
        None => return "<empty>".into(),
        Some(b'{') => String::from_utf8_lossy(shown).into_owned(),
        Some(_) => shown.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    if body.len() > QUOTED_BYTES_MAX { format!("{text} ...") } else { text }
}

/// The body must be of the type that the path names; a type that it leaves out is filled in.
pub fn check_type(resolved: &Resolved, object: &mut Value) -> Result<(), Status> {
    if !object.is_object() {
        return Err(Status::bad_request("the request body is not an object"));
    }
    let (version, kind) = (resolved.api_version(), &resolved.resource.kind);
    let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
    let (sent_version, sent_kind) = (text("apiVersion"), text("kind"));
    let differs = |sent: &str, wanted: &str| !sent.is_empty() && sent != wanted;
    if differs(&sent_version, &version) || differs(&sent_kind, kind) {
        let sent_version = if sent_version.is_empty() { &version } else { &sent_version };
        let sent_kind = if sent_kind.is_empty() { kind } else { &sent_kind };
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        return Err(mismatch(resolved, name, sent_version, sent_kind));
    }
    object["apiVersion"] = version.into();
    object["kind"] = kind.as_str().into();
    Ok(())
}

/// The configuration of a server-side apply: YAML, of which JSON is the common kind.
pub fn applied(body: &[u8]) -> Result<Value, Status> {
    if let Ok(value @ Value::Object(_)) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let refuse = |why: String| Status::bad_request(format!("error decoding YAML: {why}"));
    let text = std::str::from_utf8(body).map_err(|error| refuse(error.to_string()))?;
    match yaml::from_str(text).map_err(|error| refuse(error.to_string()))? {
        value @ Value::Object(_) => Ok(value),
        other => Err(refuse(format!(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
            json_kind(&other)
        ))),
    }
}

/// What is applied must say its type in full, and it must be that of the path.
pub fn check_applied_type(resolved: &Resolved, config: &Value) -> Result<(), Status> {
    let text = |field: &str| config[field].as_str().unwrap_or_default().to_owned();
    let (version, kind) = (text("apiVersion"), text("kind"));
    if version == resolved.api_version() && kind == resolved.resource.kind {
        return Ok(());
    }
    let (group, version) = version.split_once('/').unwrap_or(("", &version));
    Err(Status::bad_request(format!("invalid object type: {group}/{version}, Kind={kind}")))
}

/// A body of another kind than a subresource reads.
pub fn foreign_kind(sent: &Value, kind: &str, group: &str) -> Status {
    let text = |field: &str| sent[field].as_str().unwrap_or_default().to_owned();
    let (version, sent_kind) = (text("apiVersion"), text("kind"));
    let version = version.rsplit('/').next().unwrap_or_default();
    Status::bad_request(format!(
        "{sent_kind} in version {version:?} cannot be handled as a {kind}: converting ({version}.{sent_kind}) to ({group}.{kind}): unknown conversion"
    ))
}

fn mismatch(resolved: &Resolved, name: &str, sent_version: &str, sent_kind: &str) -> Status {
    let (version, kind) = (resolved.api_version(), &resolved.resource.kind);
    if resolved.resource.is_custom() && sent_version == version {
        let about = About { group: &resolved.resource.group, resource: sent_kind, name };
        return Status::invalid(about, vec![Cause::invalid("kind", &sent_kind.into(), format!("must be {kind}"))]);
    }
    let was_once = sent_version != version && sent_kind == kind && sent_version.split('/').next() == version.split('/').next();
    if resolved.resource.is_custom() || (was_once && sent_version.contains("beta")) {
        let why = format!("the API version in the data ({sent_version}) does not match the expected API version ({version})");
        return Status::bad_request(why);
    }
    let (group, sent) = sent_version.split_once('/').unwrap_or(("", sent_version));
    let why = if schema::builtin().kind(group, sent, sent_kind).is_some() {
        format!("converting ({sent}.{sent_kind}) to ({}.{kind}): unknown conversion", internal_package(&resolved.resource.group))
    } else {
        format!("no kind {sent_kind:?} is registered for version {sent_version:?} in scheme \"pkg/runtime/scheme.go:111\"")
    };
    Status::bad_request(format!("{sent_kind} in version {sent:?} cannot be handled as a {kind}: {why}"))
}

/// The first word of a group, which names its package in messages.
fn internal_package(group: &str) -> &str {
    match group.split('.').next() {
        None | Some("") => "core",
        Some(word) => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> String {
        json(body.as_bytes(), "Pod").unwrap_err().message
    }

    #[test]
    fn broken_json_is_quoted() {
        assert_eq!(
            refused("{\"a\""),
            "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input ({\"a\")"
        );
        assert!(refused("x").ends_with("invalid character 'x' looking for beginning of value (78)"));
    }
}
