//! Generators, transformers and validators as objects: inline, in files, in directories of their own.

use serde_json::{Value, json};

use super::config::{arguments, own_texts};
use super::patches::target;
use super::{Folder, style};

/// Registers a configuration object in one of the three ways.
fn register(folder: &mut Folder<'_>, field: &str, mut config: Value) {
    config["apiVersion"] = "builtin".into();
    if config.get("metadata").is_none() {
        config["metadata"] = json!({"name": format!("t{}", folder.random.below(1 << 20))});
    }
    let text = style::document(folder.random, &config);
    let entry = match folder.random.below(4) {
        0 | 1 => text,
        2 => folder.write("plugin", text),
        _ => {
            let directory = format!("plugins{}", folder.random.below(1 << 20));
            let path = folder.path;
            folder.files.insert(format!("{path}/{directory}/kustomization.yaml"), "resources: [p.yaml]\n".into());
            folder.files.insert(format!("{path}/{directory}/p.yaml"), text);
            directory
        }
    };
    folder.push(field, entry.into());
}

pub fn transformers(folder: &mut Folder<'_>) {
    let config = if folder.random.once_in(2) { simple(folder) } else { targeted(folder) };
    if !config.is_null() {
        register(folder, "transformers", config);
    }
}

fn simple(folder: &mut Folder<'_>) -> Value {
    let (labels, notes) = (own_texts(folder), own_texts(folder));
    let random = &mut *folder.random;
    let all = json!([{"path": "metadata/labels", "create": true}]);
    match random.below(9) {
        0 => json!({"kind": "PrefixTransformer", "prefix": "t-", "fieldSpecs": [{"path": "metadata/name"}]}),
        1 => json!({"kind": "SuffixTransformer", "suffix": "-u", "fieldSpecs": [{"path": "metadata/name", "kind": "Secret"}]}),
        2 => json!({"kind": "PrefixSuffixTransformer", "prefix": "a-", "suffix": "-z", "fieldSpecs": [{"path": "metadata/name"}]}),
        3 => json!({"kind": "LabelTransformer", "labels": labels, "fieldSpecs": all}),
        4 => json!({"kind": "AnnotationsTransformer", "annotations": notes,
            "fieldSpecs": [{"path": "metadata/annotations", "create": true}, {"path": "spec/template/metadata/annotations", "create": random.once_in(2), "kind": "Deployment"}]}),
        5 => json!({"kind": "NamespaceTransformer", "metadata": {"name": "t", "namespace": "tns"}, "unsetOnly": random.once_in(2),
            "setRoleBindingSubjects": random.one(&["none", "allServiceAccounts", "defaultOnly"]),
            "fieldSpecs": [{"path": "metadata/name", "kind": "Namespace", "create": true}]}),
        6 => json!({"kind": "ImageTagTransformer", "imageTag": {"name": "nginx", "newTag": "t", "newName": "tx"},
            "fieldSpecs": [{"path": "spec/image", "kind": "Planet"}, {"path": "spec/template/spec/containers[]/image"}]}),
        7 => json!({"kind": "HashTransformer"}),
        _ => json!({"kind": "ValueAddTransformer", "value": "v",
            "targets": [{"fieldPath": random.one(&["metadata/labels/v", "metadata/namespace", "spec/added"]), "filePathPosition": random.below(3)}]}),
    }
}

/// Those that name what they change.
fn targeted(folder: &mut Folder<'_>) -> Value {
    let object = folder.seen();
    let (kind, name) = (object["kind"].clone(), object["metadata"]["name"].clone());
    let patch = json!({"apiVersion": object["apiVersion"], "kind": kind, "metadata": {"name": name, "annotations": {"patched": "1"}}});
    let operations = json!([{"op": "add", "path": "/spec", "value": {"j": 1}}]).to_string();
    match folder.random.below(6) {
        0 => json!({"kind": "PatchTransformer", "target": target(folder, &object), "patch": patch.to_string()}),
        1 => json!({"kind": "PatchTransformer", "target": target(folder, &object), "patch": operations}),
        2 => json!({"kind": "PatchStrategicMergeTransformer", "patches": patch.to_string()}),
        3 => {
            let (group, version) = object["apiVersion"].as_str().unwrap().split_once('/').unwrap_or(("", "v1"));
            json!({"kind": "PatchJson6902Transformer", "target": {"group": group, "version": version, "kind": kind, "name": name}, "jsonOp": operations})
        }
        4 => {
            json!({"kind": "ReplicaCountTransformer", "replica": {"name": name, "count": 5}, "fieldSpecs": [{"path": "spec/replicas", "create": true, "kind": kind}]})
        }
        _ => json!({"kind": "ReplacementTransformer", "replacements": [{"source": {"kind": kind, "name": name},
            "targets": [{"select": {"kind": kind}, "fieldPaths": ["metadata.annotations.from"], "options": {"create": true}}]}]}),
    }
}

pub fn generators(folder: &mut Folder<'_>) {
    let name = format!("plugin-{}", folder.random.below(1000));
    let mut config = arguments(folder);
    config["kind"] = folder.random.one(&["ConfigMapGenerator", "SecretGenerator"]).into();
    config["metadata"] = json!({"name": name});
    if folder.random.once_in(3) {
        config["metadata"]["namespace"] = "gen".into();
    }
    if folder.random.once_in(3) {
        config = json!({"kind": "IAMPolicyGenerator", "cloud": folder.random.one(&["gke", "gke", "gke", "eks"]),
            "kubernetesService": {"name": name, "namespace": "iam"}, "serviceAccount": {"name": "sa", "projectId": "p"}});
    }
    register(folder, "generators", config);
}

pub fn validators(folder: &mut Folder<'_>) {
    let object = folder.seen();
    let changes = folder.random.once_in(3);
    let name = if changes { object["metadata"]["name"].clone() } else { "nobody".into() };
    let config = json!({"kind": "PatchTransformer", "target": {"kind": object["kind"], "name": name},
        "patch": json!({"apiVersion": object["apiVersion"], "kind": object["kind"],
            "metadata": {"name": "any", "annotations": {"changed": "x"}}}).to_string()});
    register(folder, "validators", config);
}
