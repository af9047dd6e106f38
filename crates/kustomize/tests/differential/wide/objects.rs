//! Objects of many kinds that name one another.

use serde_json::{Value, json};

use super::style::RAW;
use crate::random::{Known, Random};

const NAMES: [&str; 5] = ["web", "db", "cache", "api", "jobs"];

/// Kinds with their `apiVersion`; the first ones come more often.
const KINDS: [(&str, &str); 28] = [
    ("apps/v1", "Deployment"),
    ("v1", "Service"),
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("example.com/v1", "Planet"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "Pod"),
    ("v1", "ServiceAccount"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "PersistentVolume"),
    ("storage.k8s.io/v1", "StorageClass"),
    ("v1", "Namespace"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ("apiregistration.k8s.io/v1", "APIService"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("v1", "ReplicationController"),
    ("v1", "PodTemplate"),
];

/// A name out of few, so that references meet.
pub fn name(random: &mut Random) -> &'static str {
    random.one(&NAMES)
}

/// An object that is not there yet.
pub fn new(random: &mut Random) -> Value {
    loop {
        let bound = if random.once_in(2) { 8 } else { KINDS.len() };
        let (api_version, kind) = KINDS[random.below(bound)];
        let namespace = random.once_in(8).then(|| random.one(&["shop", "default", "other"]));
        let known = Known { kind, name: name(random), namespace };
        if random.made.iter().any(|made| made.kind == kind && made.name == known.name) {
            if random.made.len() > 60 {
                random.made.clear();
            }
            continue;
        }
        random.made.push(known);
        return object(random, api_version, known);
    }
}

fn object(random: &mut Random, api_version: &str, Known { kind, name, namespace }: Known) -> Value {
    let mut object = body(random, kind);
    object["apiVersion"] = api_version.into();
    object["kind"] = kind.into();
    object["metadata"] = json!({"name": name});
    if let Some(namespace) = namespace {
        object["metadata"]["namespace"] = namespace.into();
    }
    decorate(random, &mut object["metadata"]);
    object
}

fn decorate(random: &mut Random, metadata: &mut Value) {
    if random.once_in(3) {
        metadata["labels"] = texts(random);
    }
    if random.once_in(4) {
        metadata["annotations"] = texts(random);
    }
    if random.once_in(12) {
        metadata["finalizers"] = json!([random.one(&["a", "b"]), "c"]);
    }
    if random.once_in(20) {
        metadata["annotations"] = match random.below(4) {
            0 => json!({"kustomize.config.k8s.io/needs-hash": "true", "b": "1"}),
            1 => json!({"config.kubernetes.io/local-config": "true"}),
            2 => json!({"kustomize.config.k8s.io/behavior": "merge"}),
            _ => json!({"config.kubernetes.io/index": "3", "internal.config.kubernetes.io/previousNames": "old",
                "internal.config.kubernetes.io/previousKinds": "ConfigMap", "internal.config.kubernetes.io/previousNamespaces": "default"}),
        };
    }
    if random.once_in(20) {
        metadata["labels"] = [json!({}), Value::Null][random.below(2)].clone();
    }
}

/// A few labels.
pub fn texts(random: &mut Random) -> Value {
    json!({"app": name(random), random.one(&["tier", "team"]): random.one(&["x", "true", "1", "a b", "1.10", "yes"])})
}

/// A scalar as people write it.
fn odd(random: &mut Random) -> Value {
    let plain = random.one(&[
        "yes",
        "off",
        "012",
        "0x1F",
        "1_000",
        "1e3",
        "1.50",
        "~",
        "2001-12-14",
        "12:30:45",
        "0o14",
        ".5",
        "-0",
        "+1",
        "0b11",
        "!!str 5",
        "18446744073709551616",
        "True",
        "NULL",
        "=",
        "a: b",
        "a #b",
        "'it''s'",
        "\"t\\tb\"",
        "1.0",
        "-1",
        "123456789012345678",
    ]);
    // What would be no scalar is quoted.
    if plain.contains(": ") { json!(plain) } else { format!("{RAW}{plain}").into() }
}

fn body(random: &mut Random, kind: &str) -> Value {
    match kind {
        "Deployment" | "ReplicationController" | "DaemonSet" | "StatefulSet" | "Job" => workload(random, kind),
        "CronJob" => json!({"spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": template(random)}}}}),
        "Pod" => json!({"spec": pod(random)}),
        "PodTemplate" => json!({"template": template(random)}),
        "Service" => service(random),
        "ConfigMap" | "Secret" => data(random, kind),
        "Planet" => planet(random),
        "ServiceAccount" => json!({"imagePullSecrets": [{"name": name(random)}], "secrets": [{"name": name(random)}]}),
        "Ingress" | "NetworkPolicy" | "APIService" | "ValidatingWebhookConfiguration" => network(random, kind),
        "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding" => access(random, kind),
        _ => other(random, kind),
    }
}

fn workload(random: &mut Random, kind: &str) -> Value {
    let mut object = json!({"spec": {"selector": {"matchLabels": texts(random)}, "template": template(random)}});
    if random.once_in(2) && kind != "DaemonSet" {
        object["spec"]["replicas"] = random.below(4).into();
    }
    if kind == "ReplicationController" {
        object["spec"]["selector"] = texts(random);
    }
    if kind == "StatefulSet" {
        object["spec"]["serviceName"] = name(random).into();
        let claim = json!({"metadata": {"name": "data", "labels": texts(random)}, "spec": {"storageClassName": name(random)}});
        object["spec"]["volumeClaimTemplates"] = json!([claim]);
    }
    if random.once_in(6) {
        let term = json!({"labelSelector": {"matchLabels": texts(random)}, "topologyKey": "k"});
        object["spec"]["template"]["spec"]["affinity"] =
            json!({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}});
    }
    object
}

fn template(random: &mut Random) -> Value {
    let mut template = json!({"spec": pod(random)});
    if random.once_in(2) {
        template["metadata"] = json!({"labels": texts(random)});
    }
    template
}

fn pod(random: &mut Random) -> Value {
    let mut pod = json!({"containers": [container(random, "main")]});
    if random.once_in(2) {
        let side = container(random, "side");
        pod["containers"].as_array_mut().unwrap().push(side);
    }
    if random.once_in(3) {
        pod["initContainers"] = json!([container(random, "init")]);
    }
    if random.once_in(2) {
        pod["volumes"] = json!([{"name": "v", "configMap": {"name": name(random)}}, {"name": "w", "secret": {"secretName": name(random)}},
            {"name": "x", "projected": {"sources": [{"secret": {"name": name(random)}}, {"configMap": {"name": name(random)}}]}},
            {"name": "y", "persistentVolumeClaim": {"claimName": name(random)}}, {"name": "z", "image": {"reference": "nginx:1"}}]);
    }
    if random.once_in(3) {
        pod["serviceAccountName"] = name(random).into();
        pod["imagePullSecrets"] = json!([{"name": name(random)}]);
        pod["priorityClassName"] = name(random).into();
    }
    if random.once_in(6) {
        pod["tolerations"] = json!([{"key": "a", "operator": "Exists"}, {"key": "b"}]);
        pod["hostAliases"] = json!([{"ip": "1.2.3.4", "hostnames": ["a"]}]);
        pod["topologySpreadConstraints"] =
            json!([{"topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": texts(random)}}]);
    }
    pod
}

fn container(random: &mut Random, called: &str) -> Value {
    let image = random.one(&["nginx", "nginx:1.25", "r.io:5000/app:v1@sha256:abc", "busybox@sha256:def", "r.io/x/nginx:2"]);
    let mut container = json!({"name": called, "image": image});
    if random.once_in(2) {
        container["env"] = json!([{"name": "A", "value": "$(HOST)-x"}, {"name": "N", "value": "$(NUMBER)"},
            {"name": "B", "valueFrom": {"configMapKeyRef": {"name": name(random), "key": "a"}}}]);
        container["envFrom"] = json!([{"secretRef": {"name": name(random)}}]);
    }
    if random.once_in(2) {
        container["ports"] =
            json!([{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53, "protocol": "TCP"}]);
    }
    if random.once_in(3) {
        container["args"] = json!(["$(HOST)", "--n=$(NUMBER)", "$$(HOST)", "$(NOBODY)"]);
        container["volumeMounts"] = json!([{"name": "v", "mountPath": "/v"}, {"name": "w", "mountPath": "/w"}]);
    }
    if random.once_in(6) {
        container["resources"] = json!({"limits": {"cpu": odd(random), "memory": "1Gi"}});
    }
    container
}

fn service(random: &mut Random) -> Value {
    let mut service =
        json!({"spec": {"selector": texts(random), "ports": [{"port": 80, "name": "http", "targetPort": "web"}, {"port": 443}]}});
    if random.once_in(3) {
        service["spec"]["ports"] =
            json!([{"port": 53, "protocol": "UDP", "name": "dns"}, {"port": 53, "protocol": "TCP", "name": "dns-tcp"}]);
    }
    service
}

fn data(random: &mut Random, kind: &str) -> Value {
    if kind == "Secret" {
        let mut secret = json!({"type": "Opaque", "data": {"a": "YQ==", "b": "Yg=="}});
        if random.once_in(4) {
            secret["stringData"] = json!({"a": "plain", "s": "x"});
        }
        return secret;
    }
    let text = random.one(&[
        "one\ntwo\n",
        "a: 1\nb:\n- x\n",
        "line\n\n  more",
        "{\"k\": {\"v\": 1}}",
        "",
        "k=v",
        "tab\there",
        "trailing \nspace\n",
    ]);
    let mut map = json!({"data": {"a": name(random), "url": "http://x/y", "json": "{\"k\": {\"v\": 1}, \"l\": [1, 2]}", "text": text}});
    if random.once_in(4) {
        map["data"]["yaml"] = "a: 1\nb:\n  c: true\nd: text\n".into();
    }
    if random.once_in(6) {
        map["immutable"] = true.into();
        map["binaryData"] = json!({"bin": "AAEC"});
    }
    map
}

fn planet(random: &mut Random) -> Value {
    let mut planet = json!({"spec": {"moons": [{"name": "a", "size": 1}, {"name": "b"}], "size": random.below(9), "ring": null, "on": true,
        "ref": {"name": name(random), "kind": "ConfigMap"}, "image": "nginx:1", "empty": {}, "none": [], "of": ["x", 1, null, true],
        "deep": {"list": [{"k": [{"name": "p", "v": "q"}]}]}}});
    for _ in 0..random.below(3) {
        planet["spec"][random.one(&["odd", "strange", "queer"])] = odd(random);
    }
    planet
}

fn network(random: &mut Random, kind: &str) -> Value {
    match kind {
        "Ingress" => json!({"spec": {"ingressClassName": name(random), "tls": [{"hosts": ["$(HOST)"], "secretName": name(random)}],
            "rules": [{"host": "$(HOST).com", "http": {"paths": [{"backend": {"service": {"name": name(random)}}}]}}]}}),
        "NetworkPolicy" => json!({"spec": {"podSelector": {"matchLabels": texts(random)},
            "ingress": [{"from": [{"podSelector": {"matchLabels": texts(random)}}]}]}}),
        "APIService" => json!({"spec": {"service": {"name": name(random), "namespace": "default"}}}),
        _ => {
            json!({"webhooks": [{"name": "h", "clientConfig": {"service": {"name": name(random), "namespace": random.one(&["shop", "default"])}}}]})
        }
    }
}

fn access(random: &mut Random, kind: &str) -> Value {
    if !kind.ends_with("Binding") {
        return json!({"rules": [{"resources": ["secrets"], "resourceNames": [name(random), name(random)], "verbs": ["get"]}]});
    }
    let role = if kind == "RoleBinding" { random.one(&["Role", "ClusterRole"]) } else { "ClusterRole" };
    let mut subject = json!({"kind": "ServiceAccount", "name": random.one(&["default", "web", "db"])});
    if random.once_in(2) {
        subject["namespace"] = random.one(&["default", "shop"]).into();
    }
    json!({"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": name(random)},
        "subjects": [subject, {"kind": "User", "name": "default"}]})
}

fn other(random: &mut Random, kind: &str) -> Value {
    match kind {
        "HorizontalPodAutoscaler" => {
            let of = random.one(&["Deployment", "StatefulSet"]);
            json!({"spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": of, "name": name(random)}, "minReplicas": 1}})
        }
        "PodDisruptionBudget" => json!({"spec": {"selector": {"matchLabels": texts(random)}}}),
        "PersistentVolumeClaim" => json!({"spec": {"volumeName": name(random), "storageClassName": name(random)}}),
        "PersistentVolume" => json!({"spec": {"storageClassName": name(random), "nfs": {"server": "$(HOST)"}}}),
        "StorageClass" => json!({"provisioner": "x", "parameters": {"secretName": name(random)}}),
        "CustomResourceDefinition" => json!({"spec": {"group": "example.com", "names": {"kind": "Planet"}, "scope": "Cluster",
            "conversion": {"webhook": {"clientConfig": {"service": {"name": name(random), "namespace": "default"}}}}}}),
        _ => json!({}),
    }
}
