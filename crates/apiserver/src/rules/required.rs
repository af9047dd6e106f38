//! What objects of built-in kinds must say, and values that are not allowed.

use serde_json::Value;

use crate::status::Cause;

const POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];

/// Collections with a pod template, and where it is.
const TEMPLATES: [(&str, &str); 6] = [
    ("apps/deployments", "spec.template"),
    ("apps/daemonsets", "spec.template"),
    ("apps/replicasets", "spec.template"),
    ("apps/statefulsets", "spec.template"),
    ("batch/jobs", "spec.template"),
    ("batch/cronjobs", "spec.jobTemplate.spec.template"),
];
/// Fields that must be there.
const REQUIRED: [(&str, &[(&str, &str)]); 8] = [
    ("apps/deployments", &[("spec.selector", "")]),
    ("apps/daemonsets", &[("spec.selector", "")]),
    ("apps/replicasets", &[("spec.selector", "")]),
    ("apps/statefulsets", &[("spec.selector", "")]),
    ("batch/cronjobs", &[("spec.schedule", "")]),
    ("rbac.authorization.k8s.io/rolebindings", &[("roleRef.name", "")]),
    ("rbac.authorization.k8s.io/clusterrolebindings", &[("roleRef.name", "")]),
    ("storage.k8s.io/storageclasses", &[("provisioner", "")]),
];

/// All faults of an object.
pub fn check(collection: &str, object: &Value) -> Vec<Cause> {
    let required = REQUIRED.iter().filter(|(known, _)| *known == collection).flat_map(|(_, fields)| fields.iter());
    let mut causes: Vec<Cause> =
        required.filter(|(path, _)| is_absent(at(object, path))).map(|(path, detail)| Cause::required(*path, detail)).collect();
    if let Some((_, path)) = TEMPLATES.iter().find(|(known, _)| *known == collection) {
        template(object, path, collection, &mut causes);
    }
    match collection {
        "pods" => pod(&object["spec"], "spec", &mut causes),
        "services" => service(object, &mut causes),
        "configmaps" | "secrets" => keys(object, &mut causes),
        _ => {}
    }
    causes
}

fn at<'a>(object: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(object, |value, key| &value[key])
}

fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn template(object: &Value, path: &str, collection: &str, causes: &mut Vec<Cause>) {
    let template = at(object, path);
    let labels = &template["metadata"]["labels"];
    let selector = &object["spec"]["selector"];
    if collection.starts_with("apps/") && selector.is_object() && !selects(selector, labels) {
        causes.push(Cause::invalid(format!("{path}.metadata.labels"), labels, "`selector` does not match template `labels`"));
    }
    let policy = &template["spec"]["restartPolicy"];
    match collection {
        "batch/jobs" | "batch/cronjobs" if policy == "Always" => {
            causes.push(Cause::required(format!("{path}.spec.restartPolicy"), "valid values: \"OnFailure\", \"Never\""));
        }
        _ if collection.starts_with("apps/") && !policy.is_null() && policy != "Always" => {
            causes.push(Cause::unsupported(format!("{path}.spec.restartPolicy"), policy, &["Always"]));
        }
        _ => {}
    }
    pod(&template["spec"], &format!("{path}.spec"), causes);
}

fn selects(selector: &Value, labels: &Value) -> bool {
    let selector = object::Selector::from_object(selector).unwrap_or_default();
    selector.matches(|key| labels.get(key).and_then(Value::as_str))
}

fn pod(spec: &Value, path: &str, causes: &mut Vec<Cause>) {
    let containers = spec["containers"].as_array().map(Vec::as_slice).unwrap_or_default();
    if containers.is_empty() {
        causes.push(Cause::required(format!("{path}.containers"), ""));
    }
    for (at, container) in containers.iter().enumerate() {
        let path = format!("{path}.containers[{at}]");
        for field in ["name", "image"].into_iter().filter(|field| is_absent(&container[*field])) {
            causes.push(Cause::required(format!("{path}.{field}"), ""));
        }
        let policy = &container["imagePullPolicy"];
        if policy.as_str().is_some_and(|policy| !POLICIES.contains(&policy)) {
            causes.push(Cause::unsupported(format!("{path}.imagePullPolicy"), policy, &POLICIES));
        }
        if containers[..at].iter().any(|other| other["name"] == container["name"]) {
            causes.push(Cause::duplicate(format!("{path}.name"), &container["name"]));
        }
    }
}

fn service(object: &Value, causes: &mut Vec<Cause>) {
    const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    let spec = &object["spec"];
    let ports = spec["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
    if ports.is_empty() && spec["type"] != "ExternalName" && spec["clusterIP"] != "None" {
        causes.push(Cause::required("spec.ports", ""));
    }
    if spec["type"].as_str().is_some_and(|kind| !TYPES.contains(&kind)) {
        causes.push(Cause::unsupported("spec.type", &spec["type"], &TYPES));
    }
    for (at, port) in ports.iter().enumerate() {
        if !port["port"].as_i64().is_some_and(|port| (1..=65535).contains(&port)) {
            causes.push(Cause::invalid(format!("spec.ports[{at}].port"), &port["port"], "must be between 1 and 65535, inclusive"));
        }
        if ports.len() > 1 && is_absent(&port["name"]) {
            causes.push(Cause::required(format!("spec.ports[{at}].name"), ""));
        }
    }
}

/// Keys of ConfigMaps and Secrets are file names.
fn keys(object: &Value, causes: &mut Vec<Cause>) {
    const KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    for (field, key) in
        ["data", "binaryData"].iter().flat_map(|field| object[*field].as_object().into_iter().flatten().map(move |(key, _)| (field, key)))
    {
        let legal = |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
        if key.is_empty() || !key.chars().all(legal) {
            causes.push(Cause::invalid(format!("{field}[{key}]"), &key.as_str().into(), KEY));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(collection: &str, object: Value) -> Vec<String> {
        check(collection, &object).into_iter().map(|cause| cause.field).collect()
    }

    #[test]
    fn faults_of_a_deployment_come_together() {
        let object = json!({"spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}});
        assert_eq!(fields("apps/deployments", object), ["spec.selector", "spec.template.spec.containers[0].image"]);
        let object =
            json!({"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"spec": {"containers": [{"name": "a", "image": "b"}]}}}});
        assert_eq!(fields("apps/deployments", object), ["spec.template.metadata.labels"]);
    }

    #[test]
    fn services_need_named_ports() {
        assert_eq!(fields("services", json!({"spec": {}})), ["spec.ports"]);
        assert_eq!(fields("services", json!({"spec": {"ports": [{"port": 1, "name": "a"}, {"port": 2}]}})), ["spec.ports[1].name"]);
    }

    #[test]
    fn keys_are_file_names() {
        assert_eq!(fields("configmaps", json!({"data": {"x/y": ""}})), ["data[x/y]"]);
    }
}
