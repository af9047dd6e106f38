//! Defaults of built-in kinds, from the table beside this file, and the few that depend on other fields.

use serde_json::{Map, Value, json};

use crate::registry::Resolved;

const TABLE: &str = include_str!("defaults.txt");
/// Counts the templates that a DaemonSet has had.
pub const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// Sets the defaults of a built-in object.
pub fn apply(resolved: &Resolved, object: &mut Value) {
    let collection = &*resolved.resource.collection;
    block(object, collection);
    match collection {
        "namespaces" => object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"].clone(),
        "apiextensions.k8s.io/customresourcedefinitions" => super::definitions::default_names(object),
        "services" => service(object),
        "apps/daemonsets" => {
            with_pod(object, &["spec", "template", "spec"]);
            crate::meta::mapping(&mut object["metadata"], "annotations").entry(TEMPLATE_GENERATION).or_insert("1".into());
        }
        "networking.k8s.io/networkpolicies" => policy_types(&mut object["spec"]),
        "limitranges" => object["spec"]["limits"].as_array_mut().into_iter().flatten().for_each(limits),
        "nodes" => copy_absent(&mut object["status"], "capacity", "allocatable"),
        "pods" => pod(&mut object["spec"]),
        "batch/cronjobs" => with_pod(object, &["spec", "jobTemplate", "spec", "template", "spec"]),
        "serviceaccounts" | "configmaps" => {}
        "secrets" => secret(object),
        _ => with_pod(object, &["spec", "template", "spec"]),
    }
}

/// Applies the lines of one block of the table.
fn block(value: &mut Value, name: &str) {
    let lines = TABLE.lines().skip_while(|line| line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) != Some(name));
    for line in lines.skip(1).take_while(|line| !line.starts_with('[')) {
        match line.strip_prefix('@') {
            Some(line) => {
                let (inner, path) = line.split_once(' ').expect("the table is part of the source; a test reads all of it");
                visit(value, path, &mut |value| block(value, inner));
            }
            None => set(value, line),
        }
    }
}

fn set(value: &mut Value, line: &str) {
    let (rule, condition) = line.split_once(" ? ").map_or((line, None), |(rule, condition)| (rule, Some(condition)));
    let (path, default) = assignment(rule);
    let (parents, field) = path.rsplit_once('.').unwrap_or(("", path));
    let relative = condition.is_some_and(|condition| !condition.contains('.'));
    if condition.is_some_and(|condition| !relative && !holds(value, condition)) {
        return;
    }
    visit(value, parents, &mut |parent| {
        if relative && !condition.is_some_and(|condition| holds(parent, condition)) {
            return;
        }
        let Some(map) = parent.as_object_mut() else { return };
        if map.get(field).is_none_or(Value::is_null) {
            map.insert(field.to_owned(), default.clone());
        }
    });
}

fn holds(value: &Value, condition: &str) -> bool {
    let (path, wanted) = assignment(condition);
    let found = path.split('.').try_fold(value, |value, key| value.get(key));
    *found.unwrap_or(&Value::Null) == wanted
}

fn assignment(text: &str) -> (&str, Value) {
    let (path, json) = text.split_once(" = ").expect("the table is part of the source; a test reads all of it");
    (path, serde_json::from_str(json).expect("the table holds JSON; a test reads all of it"))
}

/// Shows every place that a path of the table leads to.
fn visit(value: &mut Value, path: &str, visitor: &mut dyn FnMut(&mut Value)) {
    if path.is_empty() {
        return visitor(value);
    }
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let (name, is_list) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
    let (name, is_made) = name.strip_prefix('+').map_or((name, false), |name| (name, true));
    let Some(map) = value.as_object_mut() else { return };
    if is_made && map.get(name).is_none_or(Value::is_null) {
        map.insert(name.to_owned(), Value::Object(Map::new()));
    }
    match map.get_mut(name) {
        Some(Value::Array(items)) if is_list => items.iter_mut().for_each(|item| visit(item, rest, visitor)),
        Some(child) if !is_list && !child.is_null() => visit(child, rest, visitor),
        _ => {}
    }
}

fn with_pod(object: &mut Value, path: &[&str]) {
    let found = path.iter().try_fold(object, |value, key| value.get_mut(*key));
    if let Some(spec) = found {
        pod(spec);
    }
}

/// What depends on other fields of a pod: pull policies on image tags, accounts under two names.
fn pod(spec: &mut Value) {
    for list in ["containers", "initContainers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if container["imagePullPolicy"].is_null() && container.is_object() {
                container["imagePullPolicy"] = pull_policy(container["image"].as_str().unwrap_or_default()).into();
            }
        }
    }
    let names = ["serviceAccountName", "serviceAccount"];
    let account = names.iter().find_map(|name| spec.get(*name)?.as_str().map(str::to_owned));
    if let Some(account) = account.filter(|account| !account.is_empty()) {
        names.iter().for_each(|name| spec[*name] = account.as_str().into());
    }
}

/// Images without a tag or with `latest` are pulled always.
fn pull_policy(image: &str) -> &'static str {
    let last = image.rsplit('/').next().unwrap_or_default();
    let pinned = image.contains('@') || last.split_once(':').is_some_and(|(_, tag)| tag != "latest");
    if pinned { "IfNotPresent" } else { "Always" }
}

/// A policy is about what comes in, and about what goes out if it says anything of that.
fn policy_types(spec: &mut Value) {
    if spec.is_object() && spec["policyTypes"].as_array().is_none_or(Vec::is_empty) {
        let has_egress = spec["egress"].as_array().is_some_and(|rules| !rules.is_empty());
        spec["policyTypes"] = if has_egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
    }
}

/// What a range limits for containers is also what they get, and what they ask for.
fn limits(item: &mut Value) {
    if item["type"] == "Container" {
        copy_absent(item, "max", "default");
        copy_absent(item, "default", "defaultRequest");
        copy_absent(item, "min", "defaultRequest");
    }
}

/// Gives a mapping the entries of another one beside it that it does not have.
fn copy_absent(parent: &mut Value, from: &str, to: &str) {
    let Some(entries) = parent.get(from).and_then(Value::as_object).cloned() else { return };
    let target = crate::meta::mapping(parent, to);
    for (key, value) in entries {
        target.entry(key).or_insert(value);
    }
}

/// Ports lead to themselves.
fn service(object: &mut Value) {
    for port in object["spec"].get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        if port["targetPort"].is_null() && port.is_object() {
            port["targetPort"] = port["port"].clone();
        }
    }
}

/// `stringData` is only a way to write `data`.
fn secret(object: &mut Value) {
    use base64::Engine;
    let Some(plain) = object.as_object_mut().and_then(|map| map.remove("stringData")) else { return };
    for (key, value) in plain.as_object().into_iter().flatten() {
        let encoded = base64::engine::general_purpose::STANDARD.encode(value.as_str().unwrap_or_default());
        crate::meta::mapping(object, "data").insert(key.clone(), encoded.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;

    fn defaulted(group: &str, plural: &str, mut object: Value) -> Value {
        apply(&Registry::new().find(group, "v1", plural).unwrap(), &mut object);
        object
    }

    #[test]
    fn the_whole_table_can_be_read_and_names_known_kinds() {
        let index = Registry::new().index();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                let is_block = matches!(name, "pod" | "container" | "probe" | "webhook");
                assert!(is_block || index.by_collection(name).is_some(), "{name}");
            } else if let Some(line) = line.strip_prefix('@') {
                assert!(TABLE.contains(&format!("[{}]\n", line.split_once(' ').unwrap().0)), "{line}");
            } else {
                line.split(" ? ").for_each(|part| drop(assignment(part)));
            }
        }
    }

    #[test]
    fn a_deployment_gets_what_kube_apiserver_gives_it() {
        let template = json!({"spec": {"containers": [{"name": "a", "image": "nginx", "ports": [{"containerPort": 80}]}]}});
        let object = defaulted("apps", "deployments", json!({"spec": {"template": template}}));
        assert_eq!(
            object["spec"]["strategy"],
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}})
        );
        let pod = &object["spec"]["template"]["spec"];
        assert_eq!((&pod["dnsPolicy"], &pod["securityContext"]), (&json!("ClusterFirst"), &json!({})));
        assert_eq!(pod["containers"][0]["imagePullPolicy"], "Always");
        assert_eq!(pod["containers"][0]["ports"][0]["protocol"], "TCP");
        let recreate = defaulted("apps", "deployments", json!({"spec": {"strategy": {"type": "Recreate"}}}));
        assert_eq!(recreate["spec"]["strategy"], json!({"type": "Recreate"}));
    }

    #[test]
    fn ports_of_a_service_lead_to_themselves() {
        let object = defaulted("", "services", json!({"metadata": {"uid": "x"}, "spec": {"ports": [{"port": 80}]}}));
        assert_eq!(object["spec"]["ports"][0], json!({"port": 80, "protocol": "TCP", "targetPort": 80}));
    }

    #[test]
    fn string_data_becomes_data() {
        let object = defaulted("", "secrets", json!({"stringData": {"a": "b"}, "data": {"c": "ZA=="}}));
        assert_eq!(object, json!({"type": "Opaque", "data": {"a": "Yg==", "c": "ZA=="}}));
    }

    #[test]
    fn subjects_are_defaulted_by_their_kind() {
        let object = defaulted(
            "rbac.authorization.k8s.io",
            "rolebindings",
            json!({"roleRef": {}, "subjects": [{"kind": "User"}, {"kind": "ServiceAccount"}]}),
        );
        assert_eq!(object["subjects"], json!([{"kind": "User", "apiGroup": "rbac.authorization.k8s.io"}, {"kind": "ServiceAccount"}]));
    }
}
