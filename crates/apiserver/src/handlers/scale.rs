//! The `scale` subresource: wanted replicas behind one small object, for workloads and for custom resources alike.

use object::Value;
use serde_json::json;

use super::{Answer, find};
use crate::body;
use crate::mutation::Mutation;
use crate::registry::{Resolved, ScalePaths};
use crate::request::Call;
use crate::server::Shared;
use crate::status::{Cause, Status};
use crate::store::Stored;
use crate::{convert, meta};

/// Reads or writes the scale of an object.
pub fn scale(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let stored = find(shared, call, resolved)?;
    let paths = paths(resolved);
    let state = convert::read(resolved, &stored);
    let mut wanted = view(&state, &paths);
    match (call.verb, &*call.content_type) {
        ("get", _) => return Ok(body::json(200, &wanted)),
        ("update", _) => wanted = call.value()?,
        ("patch", "application/json-patch+json") => crate::patch::json(&mut wanted, &call.body)?,
        ("patch", _) => object::merge_patch(&mut wanted, &call.value()?),
        _ => return Err(Status::method_not_allowed()),
    }
    let written = write(shared, call, resolved, &stored, state, &wanted, &paths)?;
    Ok(body::json(200, &written))
}

fn write(
    shared: &Shared,
    call: &Call,
    resolved: &Resolved,
    stored: &Stored,
    mut state: Value,
    wanted: &Value,
    paths: &ScalePaths,
) -> Result<Value, Status> {
    let replicas = wanted["spec"]["replicas"].as_i64().unwrap_or(0);
    if replicas < 0 {
        let cause = Cause::invalid("spec.replicas", &replicas.into(), "must be greater than or equal to 0");
        return Err(Status::invalid(crate::status::About { group: "autoscaling", resource: "Scale", name: call.name() }, vec![cause]));
    }
    set(&mut state, &paths.spec_replicas, replicas.into());
    let revision = meta::text(wanted, "resourceVersion");
    if !revision.is_empty() {
        meta::metadata(&mut state).insert("resourceVersion".into(), revision.into());
    }
    let updated = Mutation::of_call(shared, call, resolved).update(stored, state)?;
    Ok(view(&convert::read(resolved, &updated), paths))
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
    json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": own, "spec": {"replicas": count(&paths.spec_replicas)}, "status": status})
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
