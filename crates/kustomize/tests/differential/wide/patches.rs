//! Patches of every form, with directives, targets and options.

use serde_json::{Value, json};

use super::objects::{self, texts};
use super::{Folder, style};

/// Adds a strategic merge patch to `patches`.
pub fn strategic(folder: &mut Folder<'_>) {
    let object = folder.seen();
    let patch = merge_patch(folder, &object);
    let mut text = style::document(folder.random, &patch);
    let has_target = folder.random.once_in(3);
    if !has_target && folder.random.once_in(6) {
        let other = folder.seen();
        let more = merge_patch(folder, &other);
        text = format!("{text}---\n{more}\n");
    }
    let mut entry = json!({});
    set_text(folder, &mut entry, text);
    if has_target {
        entry["target"] = target(folder, &object);
    }
    if folder.random.once_in(6) {
        entry["options"] = json!({"allowNameChange": folder.random.once_in(2), "allowKindChange": !has_target && folder.random.once_in(2)});
    }
    folder.push("patches", entry);
}

fn set_text(folder: &mut Folder<'_>, entry: &mut Value, text: String) {
    if folder.random.once_in(3) {
        entry["path"] = folder.write("patch", text).into();
    } else {
        entry["patch"] = text.into();
    }
}

/// Who is patched, in every way to say it.
pub fn target(folder: &mut Folder<'_>, object: &Value) -> Value {
    let (kind, name) = (object["kind"].clone(), object["metadata"]["name"].clone());
    let (group, version) = object["apiVersion"].as_str().unwrap().split_once('/').unwrap_or(("", object["apiVersion"].as_str().unwrap()));
    let mut target = match folder.random.below(10) {
        0 => json!({"kind": kind}),
        1 => json!({"kind": kind, "name": name}),
        2 => json!({"group": group, "version": version, "kind": kind, "name": name}),
        3 => json!({"name": format!("{}.*", &name.as_str().unwrap()[..1]), "kind": kind}),
        4 => {
            json!({"labelSelector": folder.random.one(&["app=web", "app in (web, db)", "!app", "app!=web", "tier", "app notin (db)", "app==web,tier=x"])})
        }
        5 => json!({"annotationSelector": folder.random.one(&["app=web", "team"]), "kind": kind}),
        6 => json!({"kind": format!("{}|Nobody", kind.as_str().unwrap()), "name": name}),
        7 => json!({"version": "v1", "name": "web|db|p-web.*"}),
        8 => json!({"group": "apps|batch", "name": "^[wd].*$"}),
        _ => json!({"kind": kind, "name": name, "namespace": folder.random.one(&["", "shop", "default", "sh.*"])}),
    };
    if folder.random.once_in(20) {
        target["namespace"] = "shop".into();
    }
    target
}

fn merge_patch(folder: &mut Folder<'_>, object: &Value) -> Value {
    let metadata = &object["metadata"];
    let mut patch = json!({"apiVersion": object["apiVersion"], "kind": object["kind"], "metadata": {"name": metadata["name"]}});
    if let Some(namespace) = metadata.get("namespace") {
        patch["metadata"]["namespace"] = namespace.clone();
    }
    match folder.random.below(6) {
        0 => patch["metadata"]["labels"] = texts(folder.random),
        1 => patch["metadata"]["annotations"] = json!({"n": "1", "app": null}),
        2 => patch["metadata"]["finalizers"] = json!(["c", "d"]),
        3 if folder.random.once_in(4) => {
            let values =
                [Value::Null, json!({"$patch": "delete"}), json!({"$patch": "replace", "z": "1"}), json!({"z": null, "y": 5}), json!({})];
            patch["metadata"]["annotations"] = folder.random.one_value(&values);
        }
        3 => {
            patch["metadata"]["labels"] =
                folder.random.one_value(&[Value::Null, json!({"$patch": "delete"}), json!({"$patch": "replace", "z": "1"})])
        }
        _ => {}
    }
    let body = body(folder, object);
    for (key, value) in body.as_object().into_iter().flatten() {
        patch[key] = value.clone();
    }
    if folder.random.once_in(16) {
        patch["$patch"] = folder.random.one(&["delete", "delete", "merge", "replace"]).into();
    }
    patch
}

fn body(folder: &mut Folder<'_>, object: &Value) -> Value {
    let random = &mut *folder.random;
    match object["kind"].as_str().unwrap() {
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "ReplicationController" => {
            json!({"spec": {"template": {"spec": pod(random)}, random.one(&["replicas", "paused"]): random.one_value(&[Value::Null, json!(3)])}})
        }
        "CronJob" => json!({"spec": {"schedule": "1 * * * *", "jobTemplate": {"spec": {"template": {"spec": pod(random)}}}}}),
        "Pod" => json!({"spec": pod(random)}),
        "Service" => json!({"spec": {"ports": random.one_value(&[
            json!([{"port": 80, "nodePort": 30000}]), json!([{"port": 443, "$patch": "delete"}]), json!([{"port": 53, "protocol": "TCP", "name": "x"}]),
            json!([{"$patch": "replace"}, {"port": 1}]), json!([{"port": 53, "targetPort": 5353}]), json!([]), Value::Null,
            json!([{"port": 80, "protocol": "TCP"}, {"port": 81}]), json!([{"$patch": "delete"}])])}}),
        "ConfigMap" => {
            json!({"data": random.one_value(&[json!({"a": null, "new": "x"}), json!({"$patch": "replace", "only": "1"}), Value::Null,
            json!({"text": "multi\nline\n", "n": 1}), json!({"$patch": "delete"}), json!({})])})
        }
        "Secret" => json!({"stringData": {"a": "b"}, "data": {"b": null}}),
        "Planet" => planet(random),
        "ServiceAccount" => json!({"imagePullSecrets": [{"name": "web"}, {"name": "new"}], "secrets": [{"name": "new"}]}),
        "RoleBinding" | "ClusterRoleBinding" => json!({"subjects": [{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}]}),
        "Role" | "ClusterRole" => json!({"rules": [{"verbs": ["list"]}]}),
        "ValidatingWebhookConfiguration" => json!({"webhooks": [{"name": "h", "failurePolicy": "Ignore"}, {"name": "i"}]}),
        "Ingress" => json!({"spec": {"rules": [{"host": "new"}], "tls": null}}),
        _ => json!({"spec": {"added": "x"}}),
    }
}

fn pod(random: &mut crate::random::Random) -> Value {
    let mut pod = json!({"containers": random.one_value(&[
        json!([{"name": "main", "$patch": "delete"}]),
        json!([{"$patch": "replace"}, {"name": "only", "image": "x"}]),
        json!([{"name": "main", "env": [{"name": "A", "value": "p"}, {"name": "B", "$patch": "delete"}, {"name": "Z", "value": null}]}]),
        json!([{"name": "side", "ports": [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 80, "name": "n"}]}, {"name": "zed"}]),
        json!([{"name": "main", "args": ["new"], "volumeMounts": [{"mountPath": "/v", "name": "n"}], "image": null}]),
        json!([{"name": "main", "env": [{"$patch": "replace"}, {"name": "A"}], "envFrom": [{"secretRef": {"name": "db"}}]}]),
        json!([{"name": "new", "image": "busybox"}, {"name": "main", "resources": {"limits": {"cpu": "1"}}}]),
        json!([{"name": "main", "env": null, "ports": []}]),
        json!([{"name": "main", "$patch": "replace", "image": "y"}]),
        json!([{"$patch": "delete"}]),
        json!([]),
    ])});
    if random.once_in(3) {
        pod["volumes"] = random.one_value(&[
            json!([{"name": "v", "configMap": null, "emptyDir": {}}]),
            json!([{"name": "v", "$patch": "delete"}]),
            json!([{"name": "v", "$patch": "replace", "emptyDir": {}}]),
            json!([{"name": "new", "configMap": {"name": "web"}}]),
            json!([{"$patch": "replace"}]),
        ]);
    }
    if random.once_in(4) {
        pod["tolerations"] = json!([{"key": "c"}]);
        pod["hostAliases"] = json!([{"ip": "1.2.3.4", "hostnames": ["b"]}, {"ip": "5.6.7.8"}]);
        pod["topologySpreadConstraints"] = json!([{"topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 2}]);
        pod["initContainers"] = json!([{"name": "init", "image": "z"}, {"name": "other", "$patch": "delete"}]);
        pod["imagePullSecrets"] = json!([{"name": "web", "$patch": "delete"}, {"name": "more"}]);
    }
    pod
}

fn planet(random: &mut crate::random::Random) -> Value {
    json!({"spec": random.one_value(&[
        json!({"moons": [{"name": "a", "size": 2}, {"name": "c"}]}),
        json!({"moons": [{"name": "b", "$patch": "delete"}]}),
        json!({"ring": {"of": "ice"}, "on": null, "empty": {"a": null}, "none": null}),
        json!({"$patch": "replace", "size": 1, "gone": null}),
        json!({"deep": {"list": [{"$patch": "delete"}]}, "of": [null, "y"]}),
        json!({"deep": {"list": null, "more": {"x": {"$patch": "delete"}, "y": {"z": null}}}}),
        json!({"moons": [{"$patch": "replace"}, {"name": "z"}], "empty": {"$patch": "merge", "k": "v"}}),
        json!({"ref": "text"}),
        json!({"size": {"a": 1}}),
        json!({"odd": null, "strange": "plain", "queer": "5"}),
        Value::Null,
        json!({"$patch": "delete"}),
    ])})
}

/// Adds a JSON patch with a target to `patches`.
pub fn json(folder: &mut Folder<'_>) {
    let object = folder.seen();
    let mut entry = json!({"target": target(folder, &object)});
    let text = operations(folder, &object);
    set_text(folder, &mut entry, text);
    folder.push("patches", entry);
}

fn operations(folder: &mut Folder<'_>, object: &Value) -> String {
    let count = 1 + folder.random.below(3);
    let operations: Vec<Value> = (0..count).map(|_| operation(folder, object)).collect();
    if folder.random.once_in(2) { Value::from(operations).to_string() } else { style::document(folder.random, &operations.into()) }
}

fn operation(folder: &mut Folder<'_>, object: &Value) -> Value {
    let random = &mut *folder.random;
    if random.once_in(3) {
        return random.one_value(&[
            json!({"op": "add", "path": "/metadata/labels", "value": {"x": "y"}}),
            json!({"op": "add", "path": "/metadata/annotations", "value": {"x": "y"}}),
            json!({"op": "add", "path": "/more", "value": {"a": [1, null, {"b": {}}], "t": "1"}}),
            json!({"op": "replace", "path": "/metadata/name", "value": "renamed"}),
            json!({"op": "test", "path": "/kind", "value": object["kind"]}),
            json!({"op": "copy", "from": "/metadata/name", "path": "/copied"}),
            json!({"op": "replace", "path": "/apiVersion", "value": "other.io/v1"}),
            json!({"op": "add", "path": "/metadata/namespace", "value": "patched"}),
            json!({"op": "add", "path": "/x~1y~0z", "value": "1"}),
            json!({"op": "remove", "path": "/nowhere"}),
        ]);
    }
    match object["kind"].as_str().unwrap() {
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => random.one_value(&[
            json!({"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "new", "image": "nginx"}}),
            json!({"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "nginx:9"}),
            json!({"op": "add", "path": "/spec/template/spec/containers/0", "value": {"name": "first"}}),
            json!({"op": "remove", "path": "/spec/template/spec/containers/0"}),
            json!({"op": "add", "path": "/spec/template/spec/containers/0/env", "value": [{"name": "E", "value": "1"}]}),
            json!({"op": "move", "from": "/spec/selector", "path": "/spec/moved"}),
            json!({"op": "remove", "path": "/spec/template/spec/containers/-1"}),
        ]),
        "Planet" => random.one_value(&[
            json!({"op": "add", "path": "/spec/moons/1", "value": {"name": "m"}}),
            json!({"op": "remove", "path": "/spec/moons/0/size"}),
            json!({"op": "replace", "path": "/spec/ring", "value": null}),
            json!({"op": "test", "path": "/spec/ring", "value": null}),
            json!({"op": "add", "path": "/spec/of/-", "value": 5}),
            json!({"op": "replace", "path": "/spec/deep/list/0/k/0/v", "value": ["r"]}),
            json!({"op": "copy", "from": "/spec/moons/0", "path": "/spec/moons/-"}),
            json!({"op": "remove", "path": "/spec"}),
            json!({"op": "replace", "path": "/spec/size", "value": 1.5}),
        ]),
        "ConfigMap" => random.one_value(&[
            json!({"op": "replace", "path": "/data/a", "value": "new"}),
            json!({"op": "remove", "path": "/data/url"}),
            json!({"op": "add", "path": "/data/n", "value": 5}),
            json!({"op": "replace", "path": "/data", "value": {}}),
        ]),
        _ => json!({"op": "add", "path": "/added", "value": objects::name(random)}),
    }
}

/// Adds to `patchesStrategicMerge` or `patchesJson6902`.
pub fn older(folder: &mut Folder<'_>) {
    let object = folder.seen();
    if folder.random.once_in(2) {
        let patch = merge_patch(folder, &object);
        let text = style::document(folder.random, &patch);
        let entry = if folder.random.once_in(2) { folder.write("patch", text) } else { text };
        return folder.push("patchesStrategicMerge", entry.into());
    }
    let (group, version) = object["apiVersion"].as_str().unwrap().split_once('/').unwrap_or(("", "v1"));
    let mut target = json!({"group": group, "version": version, "kind": object["kind"], "name": object["metadata"]["name"]});
    if let Some(namespace) = object["metadata"].get("namespace") {
        target["namespace"] = namespace.clone();
    }
    let mut entry = json!({"target": target});
    let text = operations(folder, &object);
    set_text(folder, &mut entry, text);
    folder.push("patchesJson6902", entry);
}
