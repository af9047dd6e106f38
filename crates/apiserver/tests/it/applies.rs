//! Server-side apply, and custom resources with schemas.

use crate::world::{api, api_all, create, open, refusal};
use kube::Client;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

fn config_map(data: Value) -> Patch<Value> {
    Patch::Apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": data}))
}

#[tokio::test]
async fn appliers_own_what_they_said() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let (anna, bob) = (PatchParams::apply("anna"), PatchParams::apply("bob"));
    let first = maps.patch("one", &anna, &config_map(json!({"a": "1", "b": "1"}))).await.unwrap();
    let again = maps.patch("one", &anna, &config_map(json!({"a": "1", "b": "1"}))).await.unwrap();
    assert_eq!(first.metadata.resource_version, again.metadata.resource_version, "the same apply writes nothing");

    let status = refusal(maps.patch("one", &bob, &config_map(json!({"a": "2"}))).await);
    assert_eq!((status.code, &*status.message), (409, "Apply failed with 1 conflict: conflict with \"anna\": .data.a"));
    let won = maps.patch("one", &bob.clone().force(), &config_map(json!({"a": "2", "c": "2"}))).await.unwrap();
    assert_eq!(won.data["data"], json!({"a": "2", "b": "1", "c": "2"}));
    let less = maps.patch("one", &bob, &config_map(json!({"a": "2"}))).await.unwrap();
    assert_eq!(less.data["data"], json!({"a": "2", "b": "1"}), "what the applier says no longer is taken away");
}

#[tokio::test]
async fn defaults_of_the_server_are_no_drift() {
    let (_server, client) = open();
    let deployments = api(&client, "apps/v1", "Deployment", "default");
    let deployment = Patch::Apply(json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "a", "image": "b:1", "ports": [{"containerPort": 80}]}]}}},
    }));
    let first = deployments.patch("web", &PatchParams::apply("x"), &deployment).await.unwrap();
    assert_eq!(first.data["spec"]["strategy"]["type"], "RollingUpdate");
    let again = deployments.patch("web", &PatchParams::apply("x"), &deployment).await.unwrap();
    assert_eq!(first, again);
    let other = Patch::Merge(json!({"spec": {"selector": {"matchLabels": {"a": "c"}}}}));
    let status = refusal(deployments.patch("web", &PatchParams::default(), &other).await);
    assert!(status.message.contains("spec.selector: Invalid value: "), "{}", status.message);
    assert!(status.message.contains("field is immutable"), "{}", status.message);
}

async fn define_widgets(client: &Client) {
    let schema = json!({"type": "object", "properties": {
        "spec": {"type": "object", "required": ["size"],
            "properties": {"size": {"type": "integer", "minimum": 1}, "colour": {"type": "string", "default": "red", "enum": ["red", "blue"]}},
            "x-kubernetes-validations": [{"rule": "self.size < 10 || self.colour == 'blue'", "message": "large widgets are blue"}]},
        "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
    }});
    create(&api_all(client, "apiextensions.k8s.io/v1", "CustomResourceDefinition"), json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}}, "schema": {"openAPIV3Schema": schema}}]},
    })).await.unwrap();
}

#[tokio::test]
async fn custom_resources_are_defaulted_pruned_and_checked() {
    let (_server, client) = open();
    define_widgets(&client).await;
    let widgets = api(&client, "example.com/v1", "Widget", "default");
    let widget = |spec: Value| json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"generateName": "w-"}, "spec": spec});
    let made = create(&widgets, widget(json!({"size": 1, "shape": "round"}))).await.unwrap();
    assert_eq!(made.data["spec"], json!({"size": 1, "colour": "red"}));
    for (spec, expected) in [
        (json!({}), "spec.size: Required value"),
        (json!({"size": 0}), "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        (json!({"size": 1, "colour": "green"}), "spec.colour: Unsupported value: \"green\": supported values: \"red\", \"blue\""),
        (json!({"size": 20}), "large widgets are blue"),
    ] {
        let status = refusal(create(&widgets, widget(spec)).await);
        assert_eq!((status.code, &*status.reason), (422, "Invalid"));
        assert!(status.message.contains(expected), "{}", status.message);
    }
}

#[tokio::test]
async fn status_is_written_apart_and_counts_no_generation() {
    let (_server, client) = open();
    define_widgets(&client).await;
    let widgets = api(&client, "example.com/v1", "Widget", "default");
    create(&widgets, json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": {"size": 1}}))
        .await
        .unwrap();
    let patch = Patch::Merge(json!({"spec": {"size": 5}, "status": {"phase": "Done"}}));
    let written = widgets.patch_status("a", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!((&written.data["spec"]["size"], &written.data["status"]["phase"]), (&json!(1), &json!("Done")));
    assert_eq!(written.metadata.generation, Some(1));
    let written = widgets.patch("a", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(written.metadata.generation, Some(2));
}

#[tokio::test]
async fn a_put_without_spec_does_not_release_a_namespace() {
    let (_server, client) = open();
    let namespaces = api_all(&client, "v1", "Namespace");
    let mut namespace = namespaces.get("kube-public").await.unwrap();
    namespace.data = json!({});
    let replaced = namespaces.replace("kube-public", &kube::api::PostParams::default(), &namespace).await.unwrap();
    assert_eq!(replaced.data["spec"]["finalizers"], json!(["kubernetes"]));
}
