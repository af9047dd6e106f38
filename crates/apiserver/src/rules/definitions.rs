//! CustomResourceDefinitions: default names, stored versions, and the conditions that say the resource is served.

use serde_json::{Value, json};

use super::scene::Scene;
use crate::meta;
use crate::names;
use crate::registry::DEFINITIONS;
use crate::status::Cause;

/// Completes a definition and decides whether its names are free.
pub fn prepare(scene: &Scene<'_>, old: Option<&Value>, definition: &mut Value) {
    if &*scene.resolved.resource.collection != DEFINITIONS {
        return;
    }
    if old.is_none() {
        meta::add_finalizer(definition, meta::CLEANUP);
    }
    if scene.subresource.is_some() {
        return;
    }
    let conflict = name_conflict(scene, definition);
    set_status(scene, old, definition, conflict.as_deref());
}

/// What is wrong with a definition: its name, its versions, its schemas.
pub fn check(scene: &Scene<'_>, definition: &Value) -> Vec<Cause> {
    if &*scene.resolved.resource.collection != DEFINITIONS {
        return Vec::new();
    }
    let spec = &definition["spec"];
    let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
    let mut causes = Vec::new();
    let (name, wanted) = (meta::text(definition, "name"), format!("{}.{}", text(&spec["names"]["plural"]), text(&spec["group"])));
    if name != wanted {
        causes.push(Cause::invalid("metadata.name", &name.into(), "must be spec.names.plural+\".\"+spec.group"));
    }
    if !matches!(spec["scope"].as_str(), Some("Cluster" | "Namespaced")) {
        causes.push(Cause::unsupported("spec.scope", &spec["scope"], &["Cluster", "Namespaced"]));
    }
    causes.extend(check_names(spec));
    causes.extend(check_versions(spec));
    causes
}

/// Exactly one version is stored, and each has a schema that can be compiled.
fn check_versions(spec: &Value) -> Vec<Cause> {
    let versions = spec["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut causes = Vec::new();
    if versions.iter().filter(|version| version["storage"] == true).count() != 1 {
        causes.push(Cause::invalid("spec.versions", &spec["versions"], "must have exactly one version marked as storage version"));
    }
    let schema = |version: &Value| version["schema"]["openAPIV3Schema"].clone();
    let is_shared = versions.iter().all(|version| schema(version) == schema(&versions[0]));
    for (at, version) in versions.iter().enumerate() {
        let own = format!("spec.versions[{at}].schema.openAPIV3Schema");
        match schema(version) {
            Value::Null => causes.push(Cause::required(own, "")),
            // A schema that all versions share is told once, in the place that the first version of this API had for it.
            schema if is_shared && at == 0 => causes.extend(check_schema(&schema, "spec.validation.openAPIV3Schema")),
            schema if !is_shared => causes.extend(check_schema(&schema, &own)),
            _ => {}
        }
    }
    causes
}

fn check_names(spec: &Value) -> Vec<Cause> {
    let versions = spec["versions"].as_array().into_iter().flatten().enumerate();
    let versions = versions.map(|(at, version)| (format!("spec.versions[{at}].name"), version["name"].clone()));
    let names = ["plural", "singular", "kind", "listKind"].map(|name| (format!("spec.names.{name}"), spec["names"][name].clone()));
    let mut causes = Vec::new();
    for (path, name) in versions.chain(names) {
        let text = name.as_str().unwrap_or_default();
        match names::label_1035_fault(&text.to_lowercase()).filter(|_| !text.is_empty()) {
            Some(fault) => causes.push(Cause::invalid(path, &name, fault)),
            None if text.is_empty() => causes.push(Cause::required(path, "")),
            None if path.starts_with("spec.versions") && text != text.to_lowercase() => {
                causes.push(Cause::invalid(path, &name, names::LABEL_1035));
            }
            None => {}
        }
    }
    causes
}

fn check_schema(schema: &Value, path: &str) -> Vec<Cause> {
    let errors = structural::Schema::compile(schema).err().unwrap_or_default();
    let field = |field: &str| if field.is_empty() { path.to_owned() } else { format!("{path}.{field}") };
    errors.into_iter().map(|error| Cause { reason: error.reason.cause(), field: field(&error.field), message: error.body }).collect()
}

/// Fills in the names that a definition leaves out, and that its versions need no conversion.
pub fn default_names(definition: &mut Value) {
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
    let index = scene.registry.index();
    let list_kind = spec["names"]["listKind"].as_str()?;
    let mut others = index.all().filter(|resource| resource.group == group && resource.plural != plural);
    let taken = others.find(|resource| resource.kind == kind || resource.list_kind == list_kind)?;
    Some(format!("{:?} is already in use", if taken.list_kind == list_kind { list_kind } else { kind }))
}

fn set_status(scene: &Scene<'_>, old: Option<&Value>, definition: &mut Value, conflict: Option<&str>) {
    let now = meta::timestamp(scene.clock.now());
    let accepted = conflict.is_none();
    let list_kind = definition["spec"]["names"]["listKind"].to_string();
    let conditions = json!([
        condition(
            "NamesAccepted",
            accepted,
            conflict.map_or("NoConflicts", |told| if told.starts_with(&list_kind) { "ListKindConflict" } else { "KindConflict" }),
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
    let names = &definition["spec"]["names"];
    let names = if accepted { names.clone() } else { json!({"plural": names["plural"], "kind": ""}) };
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
