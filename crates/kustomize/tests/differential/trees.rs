//! Random trees: two bases, a component and an overlay, with every field of the language somewhere.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::random::{Known, Random};

const NAMES: [&str; 10] = ["web", "db", "cache", "web-2", "api", "queue", "jobs", "front", "g1", "g2"];
const KINDS: [&str; 8] = ["Deployment", "Service", "ConfigMap", "Secret", "ServiceAccount", "RoleBinding", "Ingress", "Planet"];

/// The tree of a seed; the root is `/overlay`.
pub fn tree(seed: u64) -> BTreeMap<String, String> {
    let random = &mut Random::new(seed);
    let mut files = BTreeMap::new();
    folder(random, "/base", &mut files, &[]);
    let first = std::mem::take(&mut random.known);
    folder(random, "/second", &mut files, &[]);
    let mut bases = vec!["../base"];
    if random.once_in(2) {
        bases.push("../second");
    } else {
        random.known.clear();
    }
    random.known.extend(first);
    folder(random, "/overlay", &mut files, &bases);
    let mut component = Map::new();
    component.insert("apiVersion".into(), "kustomize.config.k8s.io/v1alpha1".into());
    component.insert("kind".into(), "Component".into());
    operators(random, &mut component, 4);
    files.insert("/component/kustomization.yaml".into(), Value::Object(component).to_string());
    files
}

fn folder(random: &mut Random, path: &str, files: &mut BTreeMap<String, String>, bases: &[&str]) {
    let mut kustomization = Map::new();
    let mut resources: Vec<Value> = bases.iter().map(|base| (*base).into()).collect();
    for at in 0..=random.below(3) {
        let name = format!("r{at}.yaml");
        files.insert(format!("{path}/{name}"), documents(random));
        resources.push(name.into());
    }
    kustomization.insert("resources".into(), resources.into());
    generators(random, &mut kustomization, path, files);
    operators(random, &mut kustomization, 3);
    if !bases.is_empty() && random.once_in(4) {
        kustomization.insert("components".into(), json!(["../component"]));
    }
    if random.once_in(8) {
        kustomization.insert("configurations".into(), json!(["config.yaml"]));
        files.insert(format!("{path}/config.yaml"), configuration(random));
    }
    if random.once_in(6) {
        kustomization.insert("transformers".into(), json!([transformer(random)]));
    }
    files.insert(format!("{path}/kustomization.yaml"), Value::Object(kustomization).to_string());
}

fn documents(random: &mut Random) -> String {
    let count = 1 + random.below(2);
    let objects: Vec<String> = (0..count).map(|_| new_object(random).to_string()).collect();
    if random.once_in(12) {
        return format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{}]}}", objects.join(","));
    }
    objects.join("\n---\n")
}

/// An object that is not there yet; rarely one that is.
fn new_object(random: &mut Random) -> Value {
    let mut id = new_id(random);
    while random.made.iter().any(|made| made.kind == id.kind && made.name == id.name) && !random.once_in(400) {
        id = new_id(random);
    }
    random.made.push(id);
    random.known.push(id);
    object(random, id)
}

fn new_id(random: &mut Random) -> Known {
    let namespace = random.once_in(12).then(|| random.one(&["shop", "default"]));
    Known { kind: random.one(&KINDS), name: name(random), namespace }
}

/// An object that the folder sees, or rarely another.
fn known_id(random: &mut Random) -> Known {
    if random.known.is_empty() || random.once_in(200) {
        return new_id(random);
    }
    let at = random.below(random.known.len());
    random.known[at]
}

fn object(random: &mut Random, Known { kind, name, namespace }: Known) -> Value {
    let api_version = match kind {
        "Deployment" => "apps/v1",
        "RoleBinding" => "rbac.authorization.k8s.io/v1",
        "Ingress" => "networking.k8s.io/v1",
        "Planet" => "example.com/v1",
        _ => "v1",
    };
    let mut metadata = json!({"name": name});
    if let Some(namespace) = namespace {
        metadata["namespace"] = namespace.into();
    }
    if random.once_in(4) {
        metadata["labels"] = texts(random);
    }
    if random.once_in(5) {
        metadata["annotations"] = texts(random);
    }
    if random.once_in(10) {
        metadata["finalizers"] = json!([random.one(&["a", "b"]), "c"]);
    }
    let mut object = body(random, kind);
    object["apiVersion"] = api_version.into();
    object["kind"] = kind.into();
    object["metadata"] = metadata;
    object
}

fn body(random: &mut Random, kind: &str) -> Value {
    match kind {
        "Deployment" => {
            let pod = pod(random);
            json!({"spec": {"replicas": random.below(4), "selector": {"matchLabels": texts(random)}, "template": {"spec": pod}}})
        }
        "Service" => json!({"spec": {"selector": texts(random), "ports": [{"port": 80, "name": "http"}, {"port": 443}]}}),
        "ConfigMap" => json!({"data": {"a": name(random), "url": "http://x/y", "json": "{\"k\": {\"v\": 1}}"}}),
        "Secret" => json!({"type": "Opaque", "data": {"a": "YQ=="}}),
        "RoleBinding" => json!({
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name(random)},
            "subjects": [{"kind": "ServiceAccount", "name": random.one(&["default", "web", "db"])}],
        }),
        "Ingress" => json!({"spec": {"defaultBackend": {"service": {"name": name(random), "port": {"number": 80}}},
            "tls": [{"hosts": ["$(HOST)"], "secretName": name(random)}]}}),
        "Planet" => {
            json!({"spec": {"moons": [{"name": "a", "size": 1}, {"name": "b"}], "size": random.below(9), "ring": null, "on": true}})
        }
        _ => json!({}),
    }
}

fn pod(random: &mut Random) -> Value {
    let mut containers: Vec<Value> = Vec::new();
    for name in ["main", "side"].iter().take(1 + random.below(2)) {
        let image = random.one(&["nginx", "nginx:1.25", "r.io:5000/app:v1@sha256:abc", "busybox@sha256:def"]);
        let mut container = json!({"name": name, "image": image});
        if random.once_in(2) {
            container["env"] = json!([{"name": "A", "value": "$(HOST)-x"},
                {"name": "B", "valueFrom": {"configMapKeyRef": {"name": self::name(random), "key": "a"}}}]);
        }
        if random.once_in(2) {
            container["ports"] = json!([{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}]);
        }
        containers.push(container);
    }
    let mut pod = json!({"containers": containers});
    if random.once_in(2) {
        pod["volumes"] = json!([{"name": "v", "configMap": {"name": name(random)}}, {"name": "w", "secret": {"secretName": name(random)}}]);
    }
    if random.once_in(3) {
        pod["serviceAccountName"] = name(random).into();
    }
    pod
}

fn name(random: &mut Random) -> &'static str {
    random.one(&NAMES)
}

/// Texts under a key that nobody else writes: the reference keeps one node for all the places a transformer writes to, and a
/// later write to one of them changes all (docs/parity.md), so a key that is written twice is not compared.
fn own_texts(random: &mut Random) -> Value {
    let key = format!("own-{}", random.below(1 << 30));
    json!({key: name(random)})
}

fn texts(random: &mut Random) -> Value {
    json!({"app": name(random), random.one(&["tier", "team"]): random.one(&["x", "true", "1"])})
}

fn generators(random: &mut Random, kustomization: &mut Map<String, Value>, path: &str, files: &mut BTreeMap<String, String>) {
    for field in ["configMapGenerator", "secretGenerator"] {
        if !random.once_in(3) {
            continue;
        }
        files.insert(format!("{path}/f.txt"), "one\ntwo\n".into());
        files.insert(format!("{path}/e.env"), "# c\nX=1\nY= 2 \nZ\n".into());
        let kind = if field == "secretGenerator" { "Secret" } else { "ConfigMap" };
        let merges = random.once_in(4).then(|| random.known_of(kind)).flatten();
        let own = if path == "/overlay" {
            ["g1", "g2"]
        } else if path == "/base" {
            ["g3", "g4"]
        } else {
            ["g5", "g6"]
        };
        let mut entry = json!({"name": merges.map_or(random.one(&own), |known| known.name), "literals": ["a=b", "q='x y'"]});
        if let Some(known) = merges {
            entry["behavior"] = random.one(&["merge", "replace"]).into();
            entry["namespace"] = known.namespace.into();
        }
        if random.once_in(2) {
            entry["files"] = json!(["f.txt", "k=f.txt"]);
        }
        if random.once_in(3) {
            entry["envs"] = json!(["e.env"]);
        }
        if random.once_in(100) {
            entry["behavior"] = random.one(&["create", "merge", "replace"]).into();
        }
        if random.once_in(4) {
            entry["options"] = json!({"disableNameSuffixHash": random.once_in(2), "labels": texts(random), "immutable": random.once_in(2)});
        }
        kustomization.insert(field.into(), json!([entry]));
    }
    if random.once_in(8) {
        kustomization.insert("generatorOptions".into(), json!({"annotations": texts(random)}));
    }
}

/// Makes a field's value.
type Make = fn(&mut Random) -> Value;

fn operators(random: &mut Random, kustomization: &mut Map<String, Value>, rarity: usize) {
    let fields: [(&str, Make); 16] = [
        ("namespace", |random| random.one(&["shop", "other"]).into()),
        ("namePrefix", |random| random.one(&["p-", "q-"]).into()),
        ("nameSuffix", |_| "-s".into()),
        ("commonLabels", own_texts),
        (
            "labels",
            |random| json!([{"pairs": own_texts(random), "includeSelectors": random.once_in(2), "includeTemplates": random.once_in(2)}]),
        ),
        ("commonAnnotations", own_texts),
        ("images", |random| json!([image(random), image(random)])),
        ("replicas", replicas),
        ("patches", |random| json!([patch(random)])),
        ("patches", |random| json!([patch(random), patch(random)])),
        ("patchesStrategicMerge", |random| json!([merge_patch(random).to_string()])),
        (
            "patchesJson6902",
            |random| json!([{"target": {"version": "v1", "kind": "ConfigMap", "name": name(random)}, "patch": operations(random)}]),
        ),
        ("replacements", |random| json!([replacement(random)])),
        ("vars", variable),
        ("sortOptions", |random| json!({"order": random.one(&["legacy", "fifo"])})),
        ("buildMetadata", |_| json!(["originAnnotations", "transformerAnnotations"])),
    ];
    for (at, (field, make)) in fields.iter().enumerate() {
        let times = if at > 11 { rarity * 3 } else { rarity + 1 };
        if random.once_in(times) {
            let value = make(random);
            if !value.is_null() {
                kustomization.insert((*field).into(), value);
            }
        }
    }
}

/// The count of a Deployment that is there; null where none is.
fn replicas(random: &mut Random) -> Value {
    random.known_of("Deployment").map_or(Value::Null, |known| json!([{"name": known.name, "count": random.below(9)}]))
}

/// A variable that reads a Service that is there; null where none is.
fn variable(random: &mut Random) -> Value {
    let objref = |known: Known| json!({"apiVersion": "v1", "kind": "Service", "name": known.name, "namespace": known.namespace});
    let name = random.one(&["HOST", "OTHER"]);
    random.known_of("Service").map_or(Value::Null, |known| json!([{"name": name, "objref": objref(known)}]))
}

fn image(random: &mut Random) -> Value {
    let mut image = json!({"name": random.one(&["nginx", "busybox", "r.io:5000/app", "ngin."])});
    let field = random.one(&["newName", "newTag", "digest", "tagSuffix"]);
    image[field] = random.one(&["x", "y/z", "v2"]).into();
    image
}

fn target(random: &mut Random) -> Value {
    match random.below(5) {
        0 => json!({"kind": random.one(&KINDS)}),
        1 => json!({"name": "web.*"}),
        2 => json!({"labelSelector": "app=web"}),
        3 => json!({"kind": "Deployment|Service", "namespace": "shop"}),
        _ => {
            let Known { kind, name, .. } = known_id(random);
            json!({"kind": kind, "name": name})
        }
    }
}

fn patch(random: &mut Random) -> Value {
    let mut patch = match random.below(3) {
        0 => json!({"target": target(random), "patch": safe_operations(random)}),
        1 => json!({"target": target(random), "patch": merge_patch(random).to_string()}),
        _ => json!({"patch": merge_patch(random).to_string()}),
    };
    if random.once_in(6) {
        patch["options"] = json!({"allowNameChange": true});
    }
    patch
}

/// Mostly operations that fit every object.
fn safe_operations(random: &mut Random) -> String {
    if random.once_in(40) {
        return operations(random);
    }
    let operation = match random.below(3) {
        0 => json!({"op": "add", "path": "/metadata/labels", "value": texts(random)}),
        1 => json!({"op": "add", "path": "/metadata/annotations", "value": {"n": "1"}}),
        _ => json!({"op": "add", "path": "/data", "value": {"n": "1", "m": null}}),
    };
    json!([operation]).to_string()
}

fn operations(random: &mut Random) -> String {
    let operation = match random.below(5) {
        0 => json!({"op": "add", "path": "/metadata/labels", "value": texts(random)}),
        1 => json!({"op": "replace", "path": "/metadata/name", "value": "renamed"}),
        2 => json!({"op": "add", "path": "/data", "value": {"n": "1", "m": null}}),
        3 => json!({"op": "remove", "path": "/spec"}),
        _ => json!({"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "new", "image": "nginx"}}),
    };
    json!([operation]).to_string()
}

fn merge_patch(random: &mut Random) -> Value {
    let id = known_id(random);
    let mut patch = object(random, id);
    if patch["kind"] == "Deployment" && random.once_in(2) {
        let containers = match random.below(4) {
            0 => json!([{"name": "main", "$patch": "delete"}]),
            1 => json!([{"$patch": "replace"}, {"name": "only", "image": "x"}]),
            2 => json!([{"name": "main", "env": [{"name": "A", "value": "p"}, {"name": "C", "value": null}]}]),
            _ => json!([{"name": "side", "ports": [{"containerPort": 53, "protocol": "TCP"}]}, {"name": "zed"}]),
        };
        patch["spec"] = json!({"template": {"spec": {"containers": containers}}, "replicas": null});
    }
    if random.once_in(20) {
        patch["$patch"] = random.one(&["delete", "merge", "replace"]).into();
    }
    patch
}

fn replacement(random: &mut Random) -> Value {
    let Known { kind, name, .. } = known_id(random);
    let mut source = json!({"kind": kind, "name": name});
    let field = match kind {
        "Deployment" => {
            random.one(&["spec.template.spec.containers.[name=main].image", "spec.replicas", "spec.template.spec.containers.0.name"])
        }
        "ConfigMap" => random.one(&["data.a", "data.url", "data.json"]),
        "Service" => random.one(&["spec.ports.0.port", "spec.ports.[name=http].port", "spec.ports"]),
        "Planet" => random.one(&["spec.size", "spec.on", "spec.moons.-.name"]),
        _ => random.one(&["metadata.name", "kind", "apiVersion"]),
    };
    if random.once_in(2) {
        source["fieldPath"] = field.into();
    }
    let (kind, path) = match random.below(6) {
        0 => ("Deployment", "spec.replicas"),
        1 => ("ConfigMap", "data.url"),
        2 => ("ConfigMap", "data.json.k.v"),
        3 => ("Deployment", "spec.template.spec.containers.*.image"),
        4 => ("Service", "spec.ports.[name=http].name"),
        _ => ("Planet", "spec.moons.0.name"),
    };
    let select = if random.once_in(8) { target(random) } else { json!({"kind": kind}) };
    let mut target = json!({"select": select, "fieldPaths": [path]});
    if random.once_in(4) {
        target["fieldPaths"] = json!(["metadata.annotations.[example.com/x]"]);
        target["options"] = json!({"create": true});
    } else if random.once_in(2) {
        target["options"] = match random.below(3) {
            0 => json!({"create": true}),
            1 => json!({"delimiter": "/", "index": random.below(3)}),
            _ => json!({"delimiter": ":", "index": -1}),
        };
    }
    if random.once_in(4) {
        target["reject"] = json!([{"name": "db"}]);
    }
    if random.once_in(4) {
        return json!({"sourceValue": random.one(&["5", "text", "true"]), "targets": [target]});
    }
    json!({"source": source, "targets": [target]})
}

fn configuration(random: &mut Random) -> String {
    match random.below(3) {
        0 => json!({"nameReference": [{"kind": "Planet", "fieldSpecs": [{"path": "data/a", "kind": "ConfigMap"}]}]}),
        1 => json!({"commonLabels": [{"path": "spec/labels", "kind": "Planet", "create": true}]}),
        _ => json!({"varReference": [{"path": "data/a", "kind": "ConfigMap"}], "images": [{"path": "spec/image", "kind": "Planet"}]}),
    }
    .to_string()
}

fn transformer(random: &mut Random) -> String {
    let config = match random.below(4) {
        0 => json!({"kind": "PrefixTransformer", "prefix": "t-", "fieldSpecs": [{"path": "metadata/name"}]}),
        1 => json!({"kind": "LabelTransformer", "labels": {"t": "1"}, "fieldSpecs": [{"path": "metadata/labels", "create": true}]}),
        2 => json!({"kind": "ValueAddTransformer", "value": "v", "targets": [{"fieldPath": "metadata/labels/v"}]}),
        _ => json!({"kind": "NamespaceTransformer", "unsetOnly": random.once_in(2),
            "setRoleBindingSubjects": random.one(&["none", "allServiceAccounts", "defaultOnly"])}),
    };
    let mut config = config;
    config["apiVersion"] = "builtin".into();
    config["metadata"] = json!({"name": "t", "namespace": "tns"});
    config.to_string()
}
