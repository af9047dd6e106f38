//! The `scale` subresource: wanted replicas behind one small object, for workloads and for custom resources alike.
//!
//! What is written goes into the object as its own field, and is owned there by the writer of the scale.

use object::Value;
use serde_json::json;

use super::one::find;
use crate::answer::{self, Answer};
use crate::objects::{self, Write};
use crate::registry::{Resolved, ScalePaths};
use crate::request::Call;
use crate::shared::Shared;
use crate::status::{About, Cause, Status};
use crate::store::Stored;
use crate::{convert, decode, managed, meta, patch};

/// Reads or writes the scale of an object.
pub fn scale(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let stored = find(shared, call, resolved)?;
    let paths = paths(resolved);
    let state = convert::read(resolved, &stored);
    let mut wanted = view(&state, &paths);
    match (call.verb, &*call.content_type) {
        ("get", _) => return Ok(answer::json(200, &wanted)),
        ("update", _) => wanted = decode::value(call, "Scale")?,
        ("patch", patch::APPLY) => return apply(shared, call, resolved, &stored, &state),
        ("patch", patch::JSON) => patch::json(&mut wanted, &call.body)?,
        ("patch", _) => patch::merge(&mut wanted, &call.body)?,
        _ => return Err(Status::method_not_allowed()),
    }
    check(call, resolved, &wanted)?;
    let written = write(shared, call, resolved, &stored, state, &wanted)?;
    Ok(answer::json(200, &written))
}

/// What is written must be the scale of this object, and a count.
fn check(call: &Call, resolved: &Resolved, wanted: &Value) -> Result<(), Status> {
    let is_scale = wanted["kind"] == "Scale" || wanted["kind"].is_null();
    if !is_scale {
        return Err(decode::foreign_kind(wanted, "Scale", "autoscaling"));
    }
    let name = meta::text(wanted, "name");
    if name != call.name() {
        return Err(Status::foreign_name(name, call.name()));
    }
    let replicas = replicas(wanted);
    if replicas >= 0 {
        return Ok(());
    }
    if let Some(custom) = resolved.custom() {
        let path = custom.scale.as_ref().map_or(".spec.replicas", |paths| &paths.spec_replicas);
        let cause = Cause::invalid(path, &replicas.into(), "should be a non-negative integer");
        return Err(Status::invalid(resolved.about_kind(call.name()), vec![cause]));
    }
    let cause = Cause::invalid("spec.replicas", &replicas.into(), "must be greater than or equal to 0");
    Err(Status::invalid(About { group: "autoscaling", resource: "Scale", name: call.name() }, vec![cause]))
}

fn replicas(scale: &Value) -> i64 {
    scale["spec"]["replicas"].as_i64().unwrap_or(0)
}

fn write(shared: &Shared, call: &Call, resolved: &Resolved, stored: &Stored, mut state: Value, wanted: &Value) -> Result<Value, Status> {
    let paths = paths(resolved);
    set(&mut state, &paths.spec_replicas, replicas(wanted).into());
    let revision = meta::text(wanted, "resourceVersion");
    if !revision.is_empty() {
        meta::metadata(&mut state).insert("resourceVersion".into(), revision.into());
    }
    let updated = objects::update(&mut Write::of_call(shared, call, resolved), stored, state)?;
    Ok(view(&convert::read(resolved, &updated), &paths))
}

/// A server-side apply of the scale is one of the object that says nothing but the count.
fn apply(shared: &Shared, call: &Call, resolved: &Resolved, stored: &Stored, state: &Value) -> Answer {
    let paths = paths(resolved);
    let wanted = decode::applied(&call.body)?;
    check(call, resolved, &wanted)?;
    let mut config = json!({"apiVersion": state["apiVersion"], "kind": state["kind"], "metadata": {"name": call.name()}});
    if !wanted["spec"]["replicas"].is_null() {
        set(&mut config, &paths.spec_replicas, replicas(&wanted).into());
    }
    let request = managed::Apply {
        config,
        manager: call.query.text("fieldManager").unwrap_or_default().to_owned(),
        force: call.query.flag("force"),
        subresource: call.target.subresource.clone(),
        time: String::new(),
    };
    let new = managed::apply(resolved, Some(state), &request)?;
    let updated = objects::update(&mut Write::of_call(shared, call, resolved).without_manager(), stored, new)?;
    Ok(answer::json(200, &view(&convert::read(resolved, &updated), &paths)))
}

fn paths(resolved: &Resolved) -> ScalePaths {
    let custom = resolved.custom().and_then(|custom| custom.scale.clone());
    custom.unwrap_or_else(|| ScalePaths {
        spec_replicas: ".spec.replicas".into(),
        status_replicas: ".status.replicas".into(),
        label_selector: None,
    })
}

fn view(state: &Value, paths: &ScalePaths) -> Value {
    let metadata = &state["metadata"];
    let mut own = json!({});
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
        if !metadata[field].is_null() {
            own[field] = metadata[field].clone();
        }
    }
    let count = |path: &str| get(state, path).and_then(Value::as_i64).unwrap_or(0);
    let mut status = json!({"replicas": count(&paths.status_replicas)});
    if let Some(selector) = selector(state, paths) {
        status["selector"] = selector.into();
    }
    // A count of zero is not written.
    let spec = match count(&paths.spec_replicas) {
        0 => json!({}),
        replicas => json!({"replicas": replicas}),
    };
    json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": own, "spec": spec, "status": status})
}

fn selector(state: &Value, paths: &ScalePaths) -> Option<String> {
    if let Some(path) = &paths.label_selector {
        return get(state, path)?.as_str().map(str::to_owned);
    }
    let selector = &state["spec"]["selector"];
    let labels = selector.get("matchLabels").unwrap_or(selector).as_object()?;
    let terms: Vec<String> = labels.iter().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?))).collect();
    Some(terms.join(","))
}

fn get<'a>(state: &'a Value, path: &str) -> Option<&'a Value> {
    path.trim_start_matches('.').split('.').try_fold(state, |value, key| value.get(key))
}

fn set(state: &mut Value, path: &str, replicas: Value) {
    let Some((parents, last)) = path.trim_start_matches('.').rsplit_once('.') else { return };
    let parent = parents.split('.').fold(state, |value, key| &mut value[key]);
    parent[last] = replicas;
}
