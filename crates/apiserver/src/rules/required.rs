//! Faults of built-in kinds that one field alone does not show: what belongs together, and what must not be there twice.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{limits, metadata};
use crate::status::Cause;

/// Collections with a pod template, and where it is.
const TEMPLATES: [(&str, &str); 6] = [
    ("apps/deployments", "spec.template"),
    ("apps/daemonsets", "spec.template"),
    ("apps/replicasets", "spec.template"),
    ("apps/statefulsets", "spec.template"),
    ("batch/jobs", "spec.template"),
    ("batch/cronjobs", "spec.jobTemplate.spec.template"),
];
/// Keys that a Secret of a type must have.
const SECRET_KEYS: [(&str, &[&str]); 3] = [
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
];
const ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";

/// All faults of an object.
pub fn check(collection: &str, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    if collection.starts_with("apps/") && object["spec"].is_object() {
        selector(collection, object, &mut causes);
    }
    causes.extend(limits::check(collection, object));
    if let Some((_, path)) = TEMPLATES.iter().find(|(known, _)| *known == collection) {
        template(object, path, collection, &mut causes);
    }
    match collection {
        "pods" => pod(&object["spec"], "spec", &mut causes),
        "services" => service(object, &mut causes),
        "configmaps" | "secrets" => keys(object, &mut causes),
        _ => {}
    }
    match collection {
        "secrets" => secret(object, &mut causes),
        "apps/deployments" => strategy(&object["spec"]["strategy"], &mut causes),
        "batch/cronjobs" => schedule(&object["spec"]["schedule"], &mut causes),
        "persistentvolumeclaims" => claim(&object["spec"], &mut causes),
        "networking.k8s.io/ingresses" => ingress(&object["spec"], &mut causes),
        "policy/poddisruptionbudgets" => budget(&object["spec"], &mut causes),
        "autoscaling/horizontalpodautoscalers" => autoscaler(&object["spec"], &mut causes),
        _ => {}
    }
    causes
}

fn at<'a>(object: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(object, |value, key| &value[key])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The selector of a workload: there, legal, not empty, and one that selects the pods of its own template.
fn selector(collection: &str, object: &Value, causes: &mut Vec<Cause>) {
    let (selector, labels) = (&object["spec"]["selector"], &object["spec"]["template"]["metadata"]["labels"]);
    let before = causes.len();
    match selector {
        Value::Null => causes.push(Cause::required("spec.selector", "")),
        _ if is_everything(selector) => {
            let kind = collection.trim_start_matches("apps/").trim_end_matches('s');
            causes.push(Cause::invalid("spec.selector", selector, format!("empty selector is invalid for {kind}")));
        }
        _ => causes.extend(selector_faults(selector, "spec.selector")),
    }
    let is_legal = causes.len() == before;
    let selects =
        is_legal && object::Selector::from_object(selector).is_ok_and(|it| it.matches(|key| labels.get(key).and_then(Value::as_str)));
    if (is_legal || selector.is_null()) && !selects {
        causes.push(Cause::invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
    }
}

fn is_everything(selector: &Value) -> bool {
    selector["matchLabels"].as_object().is_none_or(|labels| labels.is_empty()) && list(&selector["matchExpressions"]).is_empty()
}

fn selector_faults(selector: &Value, path: &str) -> Vec<Cause> {
    let mut causes = metadata::labels(&selector["matchLabels"], &format!("{path}.matchLabels"));
    for (at, expression) in list(&selector["matchExpressions"]).iter().enumerate() {
        let path = format!("{path}.matchExpressions[{at}]");
        let values = list(&expression["values"]).is_empty();
        match text(&expression["operator"]) {
            "In" | "NotIn" if values => {
                causes.push(Cause::required(format!("{path}.values"), "must be specified when `operator` is 'In' or 'NotIn'"));
            }
            "Exists" | "DoesNotExist" if !values => {
                causes
                    .push(Cause::forbidden(format!("{path}.values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            _ => {
                causes.push(Cause::invalid(format!("{path}.operator"), &expression["operator"], "not a valid selector operator"));
                causes.push(Cause::invalid("spec.selector", selector, "invalid label selector"));
            }
        }
    }
    causes
}

fn template(object: &Value, path: &str, collection: &str, causes: &mut Vec<Cause>) {
    let template = at(object, path);
    let policy = &template["spec"]["restartPolicy"];
    if collection.starts_with("batch/") && policy == "Always" {
        causes.push(Cause::required(format!("{path}.spec.restartPolicy"), "valid values: \"OnFailure\", \"Never\""));
    } else if collection.starts_with("apps/") && !policy.is_null() && policy != "Always" {
        causes.push(Cause::unsupported(format!("{path}.spec.restartPolicy"), policy, &["Always"]));
    }
    pod(&template["spec"], &format!("{path}.spec"), causes);
}

/// Names that are there twice, and mounts of volumes that are not there.
fn pod(spec: &Value, path: &str, causes: &mut Vec<Cause>) {
    let volumes: BTreeSet<&str> = list(&spec["volumes"]).iter().map(|volume| text(&volume["name"])).collect();
    twice(&spec["volumes"], &format!("{path}.volumes"), causes);
    twice(&spec["containers"], &format!("{path}.containers"), causes);
    for field in ["initContainers", "containers"] {
        for (at, container) in list(&spec[field]).iter().enumerate() {
            for (index, mount) in list(&container["volumeMounts"]).iter().enumerate() {
                if !volumes.contains(text(&mount["name"])) {
                    causes.push(Cause::not_found(format!("{path}.{field}[{at}].volumeMounts[{index}].name"), &mount["name"]));
                }
            }
        }
    }
}

fn twice(items: &Value, path: &str, causes: &mut Vec<Cause>) {
    let mut known = BTreeSet::new();
    for (at, item) in list(items).iter().enumerate() {
        let name = text(&item["name"]);
        if !name.is_empty() && !known.insert(name) {
            causes.push(Cause::duplicate(format!("{path}[{at}].name"), &item["name"]));
        }
    }
}

fn strategy(strategy: &Value, causes: &mut Vec<Cause>) {
    match text(&strategy["type"]) {
        "Recreate" if strategy["rollingUpdate"].is_object() => {
            causes.push(Cause::forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
        }
        "Recreate" | "RollingUpdate" | "" => {}
        _ => causes.push(Cause::unsupported("spec.strategy", strategy, &["Recreate", "RollingUpdate"])),
    }
}

fn schedule(schedule: &Value, causes: &mut Vec<Cause>) {
    let fields: Vec<&str> = text(schedule).split_whitespace().collect();
    if !fields.is_empty() && !fields[0].starts_with('@') && fields.len() != 5 {
        let why = format!("expected exactly 5 fields, found {}: [{}]", fields.len(), fields.join(" "));
        causes.push(Cause::invalid("spec.schedule", schedule, why));
    }
}

fn service(object: &Value, causes: &mut Vec<Cause>) {
    const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    let spec = &object["spec"];
    let ports = list(&spec["ports"]);
    if ports.is_empty() && spec["type"] != "ExternalName" && spec["clusterIP"] != "None" {
        causes.push(Cause::required("spec.ports", ""));
    }
    if spec["type"] == "ExternalName" && text(&spec["externalName"]).is_empty() {
        causes.push(Cause::required("spec.externalName", ""));
    }
    for (at, port) in ports.iter().enumerate() {
        if ports.len() > 1 && text(&port["name"]).is_empty() {
            causes.push(Cause::required(format!("spec.ports[{at}].name"), ""));
        }
        if !port["port"].as_i64().is_some_and(|port| (1..=65535).contains(&port)) {
            causes.push(Cause::invalid(format!("spec.ports[{at}].port"), &port["port"], "must be between 1 and 65535, inclusive"));
        }
    }
    twice(&spec["ports"], "spec.ports", causes);
    if spec["type"].as_str().is_some_and(|kind| !TYPES.contains(&kind)) {
        causes.push(Cause::unsupported("spec.type", &spec["type"], &TYPES));
    }
}

/// Keys of ConfigMaps and Secrets are file names.
fn keys(object: &Value, causes: &mut Vec<Cause>) {
    const KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    for (field, key) in
        ["data", "binaryData"].iter().flat_map(|field| object[*field].as_object().into_iter().flatten().map(move |(key, _)| (field, key)))
    {
        let legal = |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
        let path = format!("{field}[{key}]");
        if key.is_empty() || !key.chars().all(legal) {
            causes.push(Cause::invalid(path, &key.as_str().into(), KEY));
        } else if key == "." || key == ".." {
            causes.push(Cause::invalid(path, &key.as_str().into(), format!("must not be '{key}'")));
        } else if *field == "data" && !object["binaryData"][key.as_str()].is_null() {
            causes.push(Cause::invalid(path, &key.as_str().into(), "duplicate of key present in binaryData"));
        }
    }
}

fn secret(secret: &Value, causes: &mut Vec<Cause>) {
    let (kind, data) = (text(&secret["type"]), &secret["data"]);
    let keys = SECRET_KEYS.iter().find(|(known, _)| *known == kind).map_or([].as_slice(), |(_, keys)| keys);
    causes.extend(keys.iter().filter(|key| data[**key].is_null()).map(|key| Cause::required(format!("data[{key}]"), "")));
    if kind == "kubernetes.io/basic-auth" && data["username"].is_null() && data["password"].is_null() {
        causes.extend(["username", "password"].map(|key| Cause::required(format!("data[{key}]"), "")));
    }
    if kind == "kubernetes.io/service-account-token" && text(&secret["metadata"]["annotations"][ACCOUNT_NAME]).is_empty() {
        causes.push(Cause::required(format!("metadata.annotations[{ACCOUNT_NAME}]"), ""));
    }
}

fn claim(spec: &Value, causes: &mut Vec<Cause>) {
    let storage = &spec["resources"]["requests"]["storage"];
    match storage.as_str() {
        None => causes.push(Cause::required("spec.resources[storage]", "")),
        Some("0") => causes.push(Cause::invalid("spec.resources[storage]", storage, "must be greater than zero")),
        Some(_) => {}
    }
}

fn ingress(spec: &Value, causes: &mut Vec<Cause>) {
    if list(&spec["rules"]).is_empty() && !spec["defaultBackend"].is_object() {
        causes.push(Cause::invalid("spec", &Value::Null, "either `defaultBackend` or `rules` must be specified"));
    }
}

fn budget(spec: &Value, causes: &mut Vec<Cause>) {
    if !spec["minAvailable"].is_null() && !spec["maxUnavailable"].is_null() {
        let mut shown = spec.clone();
        shown["selector"] = Value::Null;
        causes.push(Cause::invalid("spec", &shown, "minAvailable and maxUnavailable cannot be both set"));
    }
}

fn autoscaler(spec: &Value, causes: &mut Vec<Cause>) {
    let (least, most) = (spec["minReplicas"].as_i64().unwrap_or(1), spec["maxReplicas"].as_i64().unwrap_or(0));
    if most > 0 && most < least {
        causes.push(Cause::invalid("spec.maxReplicas", &most.into(), "must be greater than or equal to `minReplicas`"));
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
        assert_eq!(
            fields("apps/deployments", object),
            ["spec.selector", "spec.template.metadata.labels", "spec.template.spec.containers[0].image"]
        );
        let object = json!({"spec": {"selector": {}, "template": {"spec": {"containers": [{"name": "a", "image": "b"}]}}}});
        assert_eq!(fields("apps/deployments", object), ["spec.selector"]);
    }

    #[test]
    fn services_need_named_ports() {
        assert_eq!(fields("services", json!({"spec": {}})), ["spec.ports"]);
        assert_eq!(fields("services", json!({"spec": {"ports": [{"port": 1, "name": "a"}, {"port": 2}]}})), ["spec.ports[1].name"]);
    }

    #[test]
    fn mounts_need_their_volumes() {
        let pod = json!({"spec": {"containers": [{"name": "a", "image": "b", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}]}});
        assert_eq!(fields("pods", pod), ["spec.containers[0].volumeMounts[0].name"]);
    }

    #[test]
    fn keys_are_file_names() {
        assert_eq!(fields("configmaps", json!({"data": {"x/y": ""}})), ["data[x/y]"]);
    }
}
