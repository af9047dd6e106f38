//! What is read from a build and how it is made ready to apply.
//!
//! Lists become their items; what is no Kubernetes object and what configures Kustomize falls out. Then the few changes without
//! which a dry run differs for no reason or is refused: fields that a built-in kind does not know are left out, ports get their
//! protocol, a Secret's `stringData` moves to `data`, `status` goes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use object::{Map, Object, Value};

use crate::{bundle, typed};

/// An annotation that says `disabled` where ciphertext is wanted as it is.
const DECRYPT: &str = "kustomize.toolkit.fluxcd.io/decrypt";

/// Where a pod's containers stand, by group and kind.
const POD_SPECS: [(&str, &str, &[&str]); 7] = [
    ("", "Pod", &["spec"]),
    ("apps", "Deployment", &["spec", "template", "spec"]),
    ("apps", "StatefulSet", &["spec", "template", "spec"]),
    ("apps", "DaemonSet", &["spec", "template", "spec"]),
    ("apps", "ReplicaSet", &["spec", "template", "spec"]),
    ("batch", "Job", &["spec", "template", "spec"]),
    ("batch", "CronJob", &["spec", "jobTemplate", "spec", "template", "spec"]),
];

/// The objects among built values, lists expanded, in order.
pub fn read_objects(values: impl IntoIterator<Item = Value>) -> Vec<Object> {
    let mut objects = Vec::new();
    values.into_iter().for_each(|value| read_object(value, &mut objects));
    objects
}

/// What has a list of `items` is a list, whatever its kind says; lists of lists are expanded too.
fn read_object(mut value: Value, objects: &mut Vec<Object>) {
    if let Some(Value::Array(items)) = value.get_mut("items") {
        std::mem::take(items).into_iter().for_each(|item| read_object(item, objects));
        return;
    }
    if let Ok(object) = Object::new(value)
        && !object.name().is_empty()
        && !is_kustomization(&object)
    {
        objects.push(object);
    }
}

fn is_kustomization(object: &Object) -> bool {
    object.kind().eq_ignore_ascii_case("kustomization") && object.group() == "kustomize.config.k8s.io"
}

/// Makes one object ready to apply. Roles are left as they are. Gives the paths of fields that its kind does not know, which it lost.
pub fn normalise(object: &mut Object) -> Vec<String> {
    if object.api_version() == "rbac.authorization.k8s.io/v1" && matches!(object.kind(), "Role" | "ClusterRole") {
        return Vec::new();
    }
    let left_out = if is_encrypted(object) { Vec::new() } else { typed::trim(object) };
    match (object.group(), object.kind()) {
        ("apiextensions.k8s.io", "CustomResourceDefinition") => bundle::drop_without_certificate(object),
        ("", "Service") => default_protocols(object.as_map_mut().get_mut("spec")),
        ("", "Secret") => move_string_data(object.as_map_mut()),
        _ => default_container_ports(object),
    }
    object.metadata_mut().insert("creationTimestamp".to_owned(), Value::Null);
    let is_definition = object.kind() == "CustomResourceDefinition" && object.group() == "apiextensions.k8s.io";
    if !is_definition {
        object.as_map_mut().remove("status");
    }
    left_out
}

/// Whether a Secret holds ciphertext that somebody has yet to decrypt, or to refuse.
pub fn is_encrypted(object: &Object) -> bool {
    let is_taken_as_it_is = object.annotation(DECRYPT).is_some_and(|value| value.eq_ignore_ascii_case("disabled"));
    object.kind() == "Secret" && object.as_map().contains_key("sops") && !is_taken_as_it_is
}

fn default_container_ports(object: &mut Object) {
    let place = POD_SPECS.iter().find(|(group, kind, _)| (*group, *kind) == (object.group(), object.kind()));
    let pod = place.and_then(|(_, _, path)| object.map_at_mut(path));
    let containers = pod.and_then(|pod| pod.get_mut("containers")).and_then(Value::as_array_mut);
    containers.into_iter().flatten().for_each(|container| default_protocols(Some(container)));
}

/// Gives the `ports` of a container or a Service the protocol TCP where they have none.
fn default_protocols(holder: Option<&mut Value>) {
    let ports = holder.and_then(|holder| holder.get_mut("ports")).and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        let protocol = port.entry("protocol").or_insert(Value::Null);
        if protocol.as_str().is_none_or(str::is_empty) {
            *protocol = "TCP".into();
        }
    }
}

/// Texts alone are moved: anything else the API server must see and refuse.
fn move_string_data(secret: &mut Map<String, Value>) {
    let texts = match secret.get("stringData") {
        Some(Value::Object(texts)) if texts.values().all(Value::is_string) => texts.clone(),
        _ => return,
    };
    let mut data = match secret.get("data") {
        Some(Value::Object(data)) => data.clone(),
        Some(_) => return,
        None => Map::new(),
    };
    secret.remove("stringData");
    if !texts.is_empty() {
        data.extend(texts.into_iter().map(|(key, text)| (key, STANDARD.encode(text.as_str().unwrap_or_default()).into())));
        secret.insert("data".to_owned(), data.into());
    }
}

#[cfg(test)]
mod tests {
    use super::{normalise, read_objects};
    use object::Object;
    use serde_json::{Value, json};

    fn check(object: Value, expected: Value) {
        let mut object = Object::new(object).unwrap();
        normalise(&mut object);
        assert_eq!(object.into_value(), expected);
    }

    #[test]
    fn secrets_and_ports_are_made_plain() {
        check(
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "x"}, "data": {"b": "eQ=="}}),
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "creationTimestamp": null}, "data": {"a": "eA==", "b": "eQ=="}}),
        );
        let deployment = |port: Value, metadata: Value| {
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
                "spec": {"template": {"spec": {"containers": [{"ports": [port]}]}}}})
        };
        check(
            deployment(json!({"containerPort": 80}), json!({"name": "d"})),
            deployment(json!({"containerPort": 80, "protocol": "TCP"}), json!({"name": "d", "creationTimestamp": null})),
        );
    }

    #[test]
    fn a_secret_whose_texts_are_no_texts_is_left_to_the_api_server() {
        let secret = |metadata: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"port": 8080}});
        check(secret(json!({"name": "s"})), secret(json!({"name": "s", "creationTimestamp": null})));
    }

    #[test]
    fn ciphertext_stays_recognisable_unless_it_is_wanted_as_it_is() {
        let secret = |metadata: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"a": "eA=="}, "sops": {"mac": "x"}});
        check(secret(json!({"name": "s"})), secret(json!({"name": "s", "creationTimestamp": null})));
        let metadata = json!({"name": "s", "annotations": {"kustomize.toolkit.fluxcd.io/decrypt": "disabled"}, "creationTimestamp": null});
        let mut expected = secret(metadata.clone());
        expected.as_object_mut().unwrap().remove("sops");
        check(secret(metadata), expected);
    }

    #[test]
    fn status_goes_except_from_definitions() {
        let object = |kind: &str, api: &str| json!({"apiVersion": api, "kind": kind, "metadata": {"name": "x"}, "status": {}});
        let keeps = |value: Value| {
            let mut object = Object::new(value).unwrap();
            normalise(&mut object);
            object.get("status").is_some() || object.as_map().contains_key("status")
        };
        assert!(!keeps(object("Widget", "example.com/v1")));
        assert!(keeps(object("CustomResourceDefinition", "apiextensions.k8s.io/v1")));
    }

    #[test]
    fn lists_are_expanded_and_kustomize_kinds_fall_out() {
        let item = |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
        let list = json!({"apiVersion": "v1", "kind": "List", "items": [item("a"), item("b")]});
        let other = json!({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "metadata": {"name": "k"}});
        let names: Vec<String> = read_objects([list, other, json!({"x": 1})]).iter().map(|object| object.name().to_owned()).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
