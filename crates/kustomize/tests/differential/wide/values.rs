//! Replacements and variables.

use serde_json::{Value, json};

use super::Folder;
use super::patches::target;

/// Fields of a kind that hold something to read or write.
fn paths(kind: &str) -> &'static [&'static str] {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => &[
            "spec.template.spec.containers.[name=main].image",
            "spec.template.spec.containers.0.name",
            "spec.template.spec.containers.*.image",
            "spec.replicas",
            "spec.template.metadata.labels",
            "spec.template.spec.containers.[name=main].env.[name=A].value",
            "spec.template.spec.volumes.[name=v].configMap.name",
            "spec.selector.matchLabels.app",
            "spec.template.spec.containers.[name=new].image",
            "spec.template.spec.containers.1",
        ],
        "Service" => &["spec.ports.0.port", "spec.ports.[name=http].port", "spec.ports.[port=80].targetPort"],
        "ConfigMap" => &["data.a", "data.url", "data.json", "data.json.k.v", "data.json.l.0", "data.yaml.d"],
        "Secret" => &["data.a", "type", "stringData.s"],
        "Planet" => &[
            "spec.size",
            "spec.on",
            "spec.moons.-",
            "spec.moons.*.name",
            "spec.moons.[name=a]",
            "spec.moons.[name=a].size",
            "spec.of.1",
            "spec.of",
            "spec.ring",
            "spec.empty",
            "spec.deep.list.0.k.[name=p].v",
            "spec.new.field",
            "spec.moons.5.name",
            "spec.image",
            "spec.*",
            "spec.none.0",
        ],
        _ => &["metadata.name", "kind", "apiVersion", "metadata.namespace", "spec", "metadata.labels.app"],
    }
}

fn path(folder: &mut Folder<'_>, object: &Value) -> &'static str {
    if folder.random.once_in(8) {
        return folder.random.one(&["metadata.name", "metadata.annotations.[example.com/x]", "metadata.labels.new", "metadata.namespace"]);
    }
    folder.random.one(paths(object["kind"].as_str().unwrap()))
}

pub fn replacements(folder: &mut Folder<'_>) {
    let mut entry = json!({});
    if folder.random.once_in(6) {
        entry["sourceValue"] = folder.random.one(&["text", "a.b.c", "x-y"]).into();
    } else {
        let object = folder.seen();
        entry["source"] = json!({"kind": object["kind"], "name": object["metadata"]["name"]});
        if !folder.random.once_in(5) {
            entry["source"]["fieldPath"] = path(folder, &object).into();
        }
        if folder.random.once_in(5) {
            entry["source"]["options"] = json!({"delimiter": folder.random.one(&[":", "/", "-"]), "index": folder.random.below(2)});
        }
        if let Some(namespace) = object["metadata"].get("namespace") {
            entry["source"]["namespace"] = namespace.clone();
        }
    }
    let targets: Vec<Value> = (0..=folder.random.below(2)).map(|_| replacement_target(folder)).collect();
    entry["targets"] = targets.into();
    if folder.random.once_in(5) {
        let many = folder.random.once_in(2);
        let text = if many { json!([entry.clone()]) } else { entry.clone() };
        let text = super::style::document(folder.random, &text);
        entry = json!({"path": folder.write("replacement", text)});
    }
    folder.push("replacements", entry);
}

fn replacement_target(folder: &mut Folder<'_>) -> Value {
    let object = folder.seen();
    let select = if folder.random.once_in(3) {
        target(folder, &object)
    } else {
        json!({"kind": object["kind"], "name": object["metadata"]["name"]})
    };
    let mut entry = json!({"select": select, "fieldPaths": [path(folder, &object)]});
    if folder.random.once_in(5) {
        let second = path(folder, &object);
        entry["fieldPaths"].as_array_mut().unwrap().push(second.into());
    }
    if folder.random.once_in(16) {
        entry.as_object_mut().unwrap().remove("fieldPaths");
    }
    if folder.random.once_in(4) {
        let other = folder.seen();
        entry["reject"] = json!([target(folder, &other)]);
    }
    match folder.random.below(6) {
        0..3 => entry["options"] = json!({"create": true}),
        3 => entry["options"] = json!({"delimiter": folder.random.one(&["/", ":", "-"]), "index": folder.random.below(4)}),
        4 => entry["options"] = json!({"delimiter": "/", "index": -1, "create": folder.random.once_in(2)}),
        _ => {}
    }
    entry
}

pub fn vars(folder: &mut Folder<'_>) {
    let name = folder.random.one(&["HOST", "NUMBER", "OTHER"]);
    let is_declared = folder.files.values().any(|text| text.contains("objref") && text.contains(name));
    if is_declared && !folder.random.once_in(20) {
        return;
    }
    let object = folder.seen();
    let mut entry =
        json!({"name": name, "objref": {"apiVersion": object["apiVersion"], "kind": object["kind"], "name": object["metadata"]["name"]}});
    if let Some(namespace) = object["metadata"].get("namespace") {
        entry["objref"]["namespace"] = namespace.clone();
    }
    if folder.random.once_in(2) {
        entry["fieldref"] = json!({"fieldPath": var_path(folder, object["kind"].as_str().unwrap())});
    }
    let old = folder.fields.get("vars").and_then(Value::as_array).cloned().unwrap_or_default();
    if old.iter().all(|old| old["name"] != entry["name"]) {
        folder.push("vars", entry);
    }
}

fn var_path(folder: &mut Folder<'_>, kind: &str) -> &'static str {
    let paths: &[&str] = match kind {
        "Deployment" | "StatefulSet" => &["spec.replicas", "spec.template.spec.containers[0].image", "metadata.namespace"],
        "Service" => &["spec.ports[0].port", "spec.ports[0].name"],
        "ConfigMap" => &["data.a", "data.url", "data.text"],
        "Planet" => &["spec.size", "spec.on", "spec.moons[1].name", "spec.of"],
        _ => &["kind", "apiVersion", "metadata.name", "metadata.labels.app"],
    };
    folder.random.one(paths)
}
