//! What the server does by itself: garbage, namespaces, service accounts, definitions.

use std::time::Duration;

use crate::world::{api, api_all, create, open, open_with, refusal};
use apiserver::Options;
use kube::Api;
use kube::api::{DeleteParams, DynamicObject, PropagationPolicy};
use serde_json::{Value, json};

fn config_map(name: &str, owner: Option<&DynamicObject>) -> Value {
    let mut object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
    if let Some(owner) = owner {
        object["metadata"]["ownerReferences"] = json!([{
            "apiVersion": "v1", "kind": "ConfigMap", "name": owner.metadata.name, "uid": owner.metadata.uid, "blockOwnerDeletion": true,
        }]);
    }
    object
}

async fn until_gone(api: &Api<DynamicObject>, name: &str) {
    for _ in 0..200 {
        if api.get_opt(name).await.unwrap().is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{name} is still there: {:?}", api.get(name).await);
}

fn policy(policy: PropagationPolicy) -> DeleteParams {
    DeleteParams { propagation_policy: Some(policy), ..DeleteParams::default() }
}

#[tokio::test]
async fn dependents_follow_their_owner() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    for policy in [policy(PropagationPolicy::Background), policy(PropagationPolicy::Foreground)] {
        let owner = create(&maps, config_map("owner", None)).await.unwrap();
        let child = create(&maps, config_map("child", Some(&owner))).await.unwrap();
        create(&maps, config_map("grandchild", Some(&child))).await.unwrap();
        maps.delete("owner", &policy).await.unwrap();
        until_gone(&maps, "grandchild").await;
        until_gone(&maps, "child").await;
        until_gone(&maps, "owner").await;
    }
}

#[tokio::test]
async fn orphans_lose_only_the_reference() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let owner = create(&maps, config_map("owner", None)).await.unwrap();
    create(&maps, config_map("child", Some(&owner))).await.unwrap();
    maps.delete("owner", &policy(PropagationPolicy::Orphan)).await.unwrap();
    until_gone(&maps, "owner").await;
    assert_eq!(maps.get("child").await.unwrap().metadata.owner_references, None);
}

#[tokio::test]
async fn an_object_of_an_owner_that_never_was_is_collected() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let mut ghost = create(&maps, config_map("ghost", None)).await.unwrap();
    ghost.metadata.uid = Some("0000".into());
    create(&maps, config_map("child", Some(&ghost))).await.unwrap();
    until_gone(&maps, "child").await;
}

#[tokio::test]
async fn a_namespace_takes_its_content_with_it() {
    let (_server, client) = open_with(Options::default());
    let namespaces = api_all(&client, "v1", "Namespace");
    let maps = api(&client, "v1", "ConfigMap", "shop");
    create(&namespaces, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})).await.unwrap();
    let mut held = config_map("held", None);
    held["metadata"]["finalizers"] = json!(["a.b/c"]);
    create(&maps, held).await.unwrap();
    let accounts = api(&client, "v1", "ServiceAccount", "shop");
    for _ in 0..100 {
        if accounts.get_opt("default").await.unwrap().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    accounts.get("default").await.unwrap();
    maps.get("kube-root-ca.crt").await.unwrap();

    namespaces.delete("shop", &DeleteParams::default()).await.unwrap();
    assert_eq!(namespaces.get("shop").await.unwrap().data["status"]["phase"], "Terminating");
    let status = refusal(create(&maps, config_map("late", None)).await);
    assert_eq!(
        status.message,
        "configmaps \"late\" is forbidden: unable to create new content in namespace shop because it is being terminated"
    );
    tokio::time::sleep(Duration::from_millis(50)).await;
    let patch = kube::api::Patch::Merge(json!({"metadata": {"finalizers": null}}));
    maps.patch("held", &kube::api::PatchParams::default(), &patch).await.unwrap();
    until_gone(&namespaces, "shop").await;
    assert_eq!(refusal(maps.get("kube-root-ca.crt").await).code, 404);
}

#[tokio::test]
async fn simulated_workloads_become_ready() {
    let (_server, client) =
        open_with(Options { simulate_workloads: true, workload_delay: Duration::from_millis(20), ..Options::default() });
    let deployments = api(&client, "apps/v1", "Deployment", "default");
    let made = create(
        &deployments,
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {"replicas": 2, "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}},
                "spec": {"containers": [{"name": "a", "image": "b:1"}]}}},
        }),
    )
    .await
    .unwrap();
    assert!(made.data["status"]["readyReplicas"].is_null());
    for _ in 0..200 {
        let found = deployments.get("web").await.unwrap();
        if found.data["status"]["readyReplicas"] == 2 {
            assert_eq!(found.data["status"]["observedGeneration"], 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the deployment never became ready");
}

#[tokio::test]
async fn a_definition_serves_its_kind_until_it_goes() {
    let (_server, client) = open();
    let definitions = api_all(&client, "apiextensions.k8s.io/v1", "CustomResourceDefinition");
    create(
        &definitions,
        json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"},
            "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
                "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]},
        }),
    )
    .await
    .unwrap();
    let widgets = api(&client, "example.com/v1", "Widget", "default");
    let object = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": {"x": 1}, "status": {"y": 2}});
    let widget = create(&widgets, object).await.unwrap();
    assert_eq!(widget.metadata.generation, Some(1));
    assert!(widget.data.get("status").is_none(), "status is written by its subresource only");
    definitions.delete("widgets.example.com", &DeleteParams::default()).await.unwrap();
    until_gone(&definitions, "widgets.example.com").await;
    assert_eq!(refusal(widgets.list(&kube::api::ListParams::default()).await).code, 404);
}
