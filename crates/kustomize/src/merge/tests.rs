//! Tables of strategic merge.

use super::*;
use serde_json::json;

fn check(object: Value, patch: Value, expected: Value) {
    let mut merged = object;
    let kept = merge(&mut merged, &patch, &Schema::BuiltIn).unwrap();
    assert_eq!(if kept { merged } else { Value::Null }, expected);
}

fn pod(spec: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "spec": spec})
}

#[test]
fn elements_merge_by_key_and_the_patch_comes_first() {
    let object = pod(json!({"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}]}));
    let patch = pod(json!({"containers": [{"name": "c"}, {"name": "b", "image": "3"}]}));
    check(object, patch, pod(json!({"containers": [{"name": "c"}, {"name": "b", "image": "3"}, {"name": "a", "image": "1"}]})));
}

#[test]
fn ports_of_two_protocols_are_two_ports() {
    let object = pod(json!({"containers": [{"name": "a", "ports": [{"containerPort": 80, "protocol": "TCP"}]}]}));
    let patch = pod(json!({"containers": [{"name": "a", "ports": [{"containerPort": 80, "protocol": "UDP"}]}]}));
    let both = json!([{"containerPort": 80, "protocol": "UDP"}, {"containerPort": 80, "protocol": "TCP"}]);
    check(object, patch, pod(json!({"containers": [{"name": "a", "ports": both}]})));
}

#[test]
fn directives_delete_and_replace() {
    let object = || pod(json!({"containers": [{"name": "a"}, {"name": "b"}], "nodeSelector": {"x": "1"}}));
    let patch = pod(json!({"containers": [{"name": "a", "$patch": "delete"}]}));
    check(object(), patch, pod(json!({"containers": [{"name": "b"}], "nodeSelector": {"x": "1"}})));
    let patch = pod(json!({"containers": [{"$patch": "replace"}, {"name": "c"}], "nodeSelector": {"$patch": "replace", "y": "2"}}));
    check(object(), patch, pod(json!({"containers": [{"name": "c"}], "nodeSelector": {"y": "2"}})));
    check(object(), json!({"$patch": "delete"}), Value::Null);
    assert!(merge(&mut object(), &json!({"$patch": "nonsense"}), &Schema::BuiltIn).is_err());
}

#[test]
fn nulls_remove_and_written_nulls_stay() {
    let object = json!({"kind": "X", "a": 1, "b": null, "c": {"d": 1}});
    check(object, json!({"a": null, "c": {"d": null}, "e": {"f": null, "g": 1}}), json!({"kind": "X", "b": null, "c": {}, "e": {"g": 1}}));
}

#[test]
fn lists_without_keys_are_replaced_and_finalizers_join() {
    let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"finalizers": ["a"]}, "spec": {"tolerations": [{"key": "x"}]}});
    let patch = json!({"metadata": {"finalizers": ["b", "a"]}, "spec": {"tolerations": [{"key": "y"}]}});
    let merged =
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"finalizers": ["b", "a"]}, "spec": {"tolerations": [{"key": "y"}]}});
    check(object, patch, merged);
}

#[test]
fn values_of_different_types_do_not_merge() {
    let error = merge(&mut json!({"a": {"b": 1}}), &json!({"a": 5}), &Schema::BuiltIn).unwrap_err();
    assert!(error.message.starts_with("wrong node kind: expected MappingNode but got ScalarNode"), "{error}");
    assert_eq!(error.field, "a");
}

#[test]
fn a_given_document_names_the_keys_of_its_kinds() {
    let document = json!({"definitions": {
        "Planet": {
            "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Planet"}],
            "properties": {"moons": {"type": "array", "items": {"$ref": "#/definitions/Moon"},
                "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name"}},
        },
        "Moon": {"properties": {"name": {"type": "string"}}},
    }});
    let mut planet = json!({"apiVersion": "example.com/v1", "kind": "Planet", "moons": [{"name": "a", "size": 1}]});
    merge(&mut planet, &json!({"moons": [{"name": "a", "age": 2}]}), &Schema::Given(std::sync::Arc::new(document))).unwrap();
    assert_eq!(planet["moons"], json!([{"name": "a", "size": 1, "age": 2}]));
}
