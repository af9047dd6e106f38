//! CustomResourceDefinitions: default names, stored versions, and the conditions that say the resource is served.

use serde_json::{Value, json};

use super::Scene;
use crate::meta;
use crate::server::DEFINITIONS;

/// The finalizer that keeps a definition until its objects are gone.
pub const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

/// Completes a definition and decides whether its names are free.
pub fn prepare(scene: &Scene<'_>, old: Option<&Value>, definition: &mut Value) {
    if &*scene.resolved.resource.collection != DEFINITIONS {
        return;
    }
    default_names(definition);
    if old.is_none() {
        meta::add_finalizer(definition, CLEANUP);
    }
    if scene.subresource.is_some() {
        return;
    }
    let conflict = name_conflict(scene, definition);
    set_status(scene, old, definition, conflict.as_deref());
}

fn default_names(definition: &mut Value) {
    let spec = meta::mapping(definition, "spec");
    spec.entry("conversion").or_insert_with(|| json!({"strategy": "None"}));
    let Some(names) = spec.get_mut("names").and_then(Value::as_object_mut) else { return };
    let kind = names.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    names.entry("singular").or_insert_with(|| kind.to_lowercase().into());
    names.entry("listKind").or_insert_with(|| format!("{kind}List").into());
}

/// Another resource of the group that has the kind or the plural name already.
fn name_conflict(scene: &Scene<'_>, definition: &Value) -> Option<String> {
    let spec = &definition["spec"];
    let (group, plural) = (spec["group"].as_str()?, spec["names"]["plural"].as_str()?);
    let kind = spec["names"]["kind"].as_str()?;
    let index = scene.shared.registry.index();
    let taken = index.all().any(|resource| resource.group == group && resource.plural != plural && resource.kind == kind);
    taken.then(|| format!("{kind:?} is already in use"))
}

fn set_status(scene: &Scene<'_>, old: Option<&Value>, definition: &mut Value, conflict: Option<&str>) {
    let now = meta::timestamp(scene.shared.options.clock.now());
    let accepted = conflict.is_none();
    let conditions = json!([
        condition(
            "NamesAccepted",
            accepted,
            if accepted { "NoConflicts" } else { "KindConflict" },
            conflict.unwrap_or("no conflicts found"),
            &now
        ),
        condition(
            "Established",
            accepted,
            if accepted { "InitialNamesAccepted" } else { "NotAccepted" },
            if accepted { "the initial names have been accepted" } else { "not all names are accepted" },
            &now
        ),
    ]);
    let kept = old.map(|old| old["status"]["conditions"].clone()).filter(|kept| same_statuses(kept, &conditions));
    let stored = stored_versions(old, definition);
    let names = definition["spec"]["names"].clone();
    definition["status"] = json!({"acceptedNames": names, "conditions": kept.unwrap_or(conditions), "storedVersions": stored});
}

fn condition(kind: &str, holds: bool, reason: &str, message: &str, now: &str) -> Value {
    let status = if holds { "True" } else { "False" };
    json!({"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": now})
}

fn same_statuses(kept: &Value, new: &Value) -> bool {
    let statuses = |list: &Value| -> Vec<(Value, Value)> {
        list.as_array().into_iter().flatten().map(|condition| (condition["type"].clone(), condition["status"].clone())).collect()
    };
    statuses(kept) == statuses(new)
}

fn stored_versions(old: Option<&Value>, definition: &Value) -> Vec<Value> {
    let mut stored: Vec<Value> = old.and_then(|old| old["status"]["storedVersions"].as_array().cloned()).unwrap_or_default();
    let versions = definition["spec"]["versions"].as_array().into_iter().flatten();
    for version in versions.filter(|version| version["storage"] == true) {
        if !stored.contains(&version["name"]) {
            stored.push(version["name"].clone());
        }
    }
    stored
}
