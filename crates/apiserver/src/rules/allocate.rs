//! What the server draws for an object, and nobody owns: cluster addresses, node ports, selectors of jobs.
//!
//! Refuses to be an allocator: addresses and ports come from the uid and may repeat, as nothing routes here.

use serde_json::{Value, json};

use super::defaults::TEMPLATE_GENERATION;
use crate::{digest, meta};

/// The first address of the range that addresses are drawn from is `10.96.0.0`, and it has this many bits.
const ADDRESS_BITS: u32 = 20;
/// Node ports are drawn from this range.
const NODE_PORTS: std::ops::Range<u64> = 30000..32768;

/// Completes a new object.
pub fn on_create(collection: &str, object: &mut Value) {
    match collection {
        "services" => service(object),
        "batch/jobs" => job(object),
        "pods" => pod(object),
        "persistentvolumeclaims" => meta::add_finalizer(object, "kubernetes.io/pvc-protection"),
        "persistentvolumes" => meta::add_finalizer(object, "kubernetes.io/pv-protection"),
        _ => {}
    }
    complete_written(collection, object);
}

/// Completes a changed object; what was drawn before stays.
pub fn on_update(collection: &str, old: &Value, new: &mut Value) {
    if collection == "services" {
        drop_of_other_type(old, new);
        carry_over(old, new);
        service(new);
    }
    if collection == "apps/daemonsets" {
        count_template(old, new);
    }
    complete_written(collection, new);
}

/// Fields that Go writes although they are empty, and that no table of types tells.
const WRITTEN: [(&str, &[&str]); 5] = [
    ("discovery.k8s.io/endpointslices", &["endpoints", "ports"]),
    ("rbac.authorization.k8s.io/roles", &["rules"]),
    ("rbac.authorization.k8s.io/clusterroles", &["rules"]),
    ("events", &["eventTime", "firstTimestamp", "lastTimestamp"]),
    ("autoscaling/horizontalpodautoscalers", &["status.currentMetrics"]),
];

/// The paths of fields of a collection's objects that are written although they are empty: as null.
pub fn written(collection: &str) -> &'static [&'static str] {
    WRITTEN.iter().find(|(known, _)| *known == collection).map_or(&[], |(_, paths)| paths)
}

fn complete_written(collection: &str, object: &mut Value) {
    for path in written(collection) {
        let (parents, field) = path.rsplit_once('.').unwrap_or(("", path));
        let parent = parents.split('.').filter(|step| !step.is_empty()).fold(&mut *object, |value, step| &mut value[step]);
        if let Some(map) = parent.as_object_mut() {
            let value = map.entry(field).or_insert(Value::Null);
            if value.as_array().is_some_and(Vec::is_empty) {
                *value = Value::Null;
            }
        }
    }
}

/// What admission gives a pod: a priority, a service class, and five minutes on a node that is lost.
fn pod(object: &mut Value) {
    let class = service_class(&object["spec"]);
    object["status"]["qosClass"] = class.into();
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
    if !spec.contains_key("priorityClassName") {
        spec.entry("priority").or_insert(0.into());
    }
    spec.entry("preemptionPolicy").or_insert("PreemptLowerPriority".into());
    let tolerations = spec.entry("tolerations").or_insert_with(|| json!([]));
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let known = tolerations.as_array().into_iter().flatten().any(|toleration| toleration["key"] == key);
        if let (false, Some(list)) = (known, tolerations.as_array_mut()) {
            list.push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}));
        }
    }
}

/// `Guaranteed` where all limits are set and equal the requests, `BestEffort` where nothing is set.
fn service_class(spec: &Value) -> &'static str {
    let containers = ["containers", "initContainers"].into_iter().flat_map(|list| spec[list].as_array().into_iter().flatten());
    let resources: Vec<&Value> = containers.map(|container| &container["resources"]).collect();
    let set = |it: &Value, kind: &str, name: &str| it[kind][name].as_str().is_some_and(|quantity| quantity != "0");
    let names = ["cpu", "memory"];
    if !resources.iter().any(|it| names.iter().any(|name| set(it, "limits", name) || set(it, "requests", name))) {
        return "BestEffort";
    }
    let fixed = |it: &&Value| {
        names.iter().all(|name| set(it, "limits", name) && (it["requests"][name].is_null() || it["requests"][name] == it["limits"][name]))
    };
    if resources.iter().all(fixed) { "Guaranteed" } else { "Burstable" }
}

/// A DaemonSet counts its templates.
fn count_template(old: &Value, new: &mut Value) {
    let known = old["metadata"]["annotations"][TEMPLATE_GENERATION].as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    let count = if old["spec"]["template"] == new["spec"]["template"] { known } else { known + 1 };
    new["metadata"]["annotations"][TEMPLATE_GENERATION] = count.to_string().into();
}

/// Fields of a service that only some types have.
const OF_TYPES: [(&str, &[&str]); 9] = [
    ("clusterIP", &["ClusterIP", "NodePort", "LoadBalancer"]),
    ("clusterIPs", &["ClusterIP", "NodePort", "LoadBalancer"]),
    ("ipFamilies", &["ClusterIP", "NodePort", "LoadBalancer"]),
    ("ipFamilyPolicy", &["ClusterIP", "NodePort", "LoadBalancer"]),
    ("internalTrafficPolicy", &["ClusterIP", "NodePort", "LoadBalancer"]),
    ("externalTrafficPolicy", &["NodePort", "LoadBalancer"]),
    ("allocateLoadBalancerNodePorts", &["LoadBalancer"]),
    ("healthCheckNodePort", &["LoadBalancer"]),
    ("loadBalancerClass", &["LoadBalancer"]),
];

/// An update that changes the type and repeats what belonged to the old one does not mean it.
fn drop_of_other_type(old: &Value, new: &mut Value) {
    let (was, is) = (old["spec"]["type"].as_str().unwrap_or_default(), new["spec"]["type"].as_str().unwrap_or_default().to_owned());
    let Some(spec) = new.get_mut("spec").and_then(Value::as_object_mut).filter(|_| was != is) else { return };
    for (field, types) in OF_TYPES {
        if types.contains(&was) && !types.contains(&&*is) && spec.get(field) == old["spec"].get(field) {
            spec.remove(field);
        }
    }
    if !matches!(is.as_str(), "NodePort" | "LoadBalancer") {
        let ports = spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut);
        ports.for_each(|port| drop(port.remove("nodePort")));
    }
}

fn service(object: &mut Value) {
    let seed = object["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
    let Some(spec) = object.get_mut("spec").filter(|spec| spec.is_object()) else { return };
    if spec["type"] == "ExternalName" {
        return;
    }
    if spec["clusterIP"].as_str().unwrap_or_default().is_empty() {
        let address = spec["clusterIPs"][0].as_str().map_or_else(|| cluster_address(&seed), str::to_owned);
        spec["clusterIP"] = address.into();
    }
    spec["clusterIPs"] = json!([spec["clusterIP"]]);
    for (field, default) in [("ipFamilies", json!(["IPv4"])), ("ipFamilyPolicy", json!("SingleStack"))] {
        if spec[field].is_null() {
            spec[field] = default;
        }
    }
    if matches!(spec["type"].as_str(), Some("NodePort" | "LoadBalancer")) {
        node_ports(spec, &seed);
    }
}

/// An update that leaves out what was drawn keeps it.
fn carry_over(old: &Value, new: &mut Value) {
    let leaves = old["spec"]["type"] == "ExternalName" || new["spec"]["type"] == "ExternalName";
    let Some(spec) = new.get_mut("spec").filter(|spec| spec.is_object() && !leaves) else { return };
    if spec["clusterIP"].as_str().unwrap_or_default().is_empty() && spec["clusterIPs"].is_null() {
        for field in ["clusterIP", "clusterIPs"] {
            spec[field] = old["spec"][field].clone();
        }
    }
    if !matches!(spec["type"].as_str(), Some("NodePort" | "LoadBalancer")) {
        return;
    }
    let known = old["spec"]["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
    for port in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten().filter(|port| port["nodePort"].is_null()) {
        let same = known.iter().find(|old| old["port"] == port["port"] && old["protocol"] == port["protocol"]);
        if let Some(old) = same.filter(|old| !old["nodePort"].is_null()) {
            port["nodePort"] = old["nodePort"].clone();
        }
    }
}

/// An address of 10.96.0.0/12. Two services may share one; nothing routes here.
fn cluster_address(seed: &str) -> String {
    let bits = digest::of(seed) % (1 << ADDRESS_BITS);
    format!("10.{}.{}.{}", 96 + (bits >> 16), (bits >> 8) & 0xff, bits & 0xff)
}

fn node_ports(spec: &mut Value, seed: &str) {
    for (at, port) in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
        if port["nodePort"].as_i64().unwrap_or(0) == 0 && port.is_object() {
            port["nodePort"] = (NODE_PORTS.start + digest::of(&format!("{seed}{at}")) % (NODE_PORTS.end - NODE_PORTS.start)).into();
        }
    }
}

/// A job selects its pods by its own uid.
fn job(object: &mut Value) {
    let (uid, name) = (object["metadata"]["uid"].clone(), object["metadata"]["name"].clone());
    let Some(spec) = object.get_mut("spec").filter(|spec| spec.is_object()) else { return };
    if spec["manualSelector"] == true || spec["selector"].is_object() || !spec["template"].is_object() {
        return;
    }
    spec["selector"] = json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}});
    let unlabelled = object["metadata"]["labels"].is_null();
    label(&mut object["spec"]["template"], &uid, &name);
    // A job without labels of its own takes those of its template.
    if unlabelled {
        object["metadata"]["labels"] = object["spec"]["template"]["metadata"]["labels"].clone();
    }
}

fn label(template: &mut Value, uid: &Value, name: &Value) {
    let labels = meta::metadata(template).entry("labels").or_insert_with(|| json!({}));
    for (key, value) in
        [("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name), ("controller-uid", uid), ("job-name", name)]
    {
        labels[key] = value.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_gets_an_address_that_stays() {
        let mut old = json!({"metadata": {"uid": "x"}, "spec": {"ports": [{"port": 80}]}});
        on_create("services", &mut old);
        assert!(old["spec"]["clusterIP"].as_str().unwrap().starts_with("10."));
        let mut new = json!({"metadata": {"uid": "x"}, "spec": {"ports": [{"port": 81}]}});
        on_update("services", &old, &mut new);
        assert_eq!(new["spec"]["clusterIPs"], old["spec"]["clusterIPs"]);
    }

    #[test]
    fn a_headless_service_stays_headless() {
        let mut headless = json!({"metadata": {}, "spec": {"clusterIP": "None"}});
        on_create("services", &mut headless);
        assert_eq!(headless["spec"]["clusterIPs"], json!(["None"]));
    }
}
