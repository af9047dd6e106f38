//! Create, read, update, patch, delete.

use crate::world::{api, api_all, create, open, refusal};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::json;

fn config_map(name: &str) -> serde_json::Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"app": name}}, "data": {"a": "b"}})
}

#[tokio::test]
async fn an_object_lives_and_dies() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let created = create(&maps, config_map("one")).await.unwrap();
    assert!(created.metadata.uid.is_some() && created.metadata.creation_timestamp.is_some());
    assert_eq!(refusal(create(&maps, config_map("one")).await).message, "configmaps \"one\" already exists");

    let mut stale = created.clone();
    let mut fresh = created.clone();
    fresh.data["data"]["a"] = json!("c");
    let updated = maps.replace("one", &PostParams::default(), &fresh).await.unwrap();
    assert_ne!(updated.metadata.resource_version, created.metadata.resource_version);
    stale.data["data"]["a"] = json!("d");
    let status = refusal(maps.replace("one", &PostParams::default(), &stale).await);
    assert_eq!((status.code, &*status.reason), (409, "Conflict"));

    maps.delete("one", &DeleteParams::default()).await.unwrap();
    assert_eq!(refusal(maps.get("one").await).message, "configmaps \"one\" not found");
}

#[tokio::test]
async fn an_update_that_changes_nothing_writes_nothing() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let created = create(&maps, config_map("one")).await.unwrap();
    let again = maps.replace("one", &PostParams::default(), &created).await.unwrap();
    assert_eq!(again.metadata.resource_version, created.metadata.resource_version);
}

#[tokio::test]
async fn patches_of_three_kinds() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    create(&maps, config_map("one")).await.unwrap();
    let parameters = PatchParams::default();
    let merged = maps.patch("one", &parameters, &Patch::Merge(json!({"data": {"x": "y", "a": null}}))).await.unwrap();
    assert_eq!(merged.data["data"], json!({"x": "y"}));
    let strategic = Patch::Strategic(json!({"metadata": {"finalizers": ["a.b/c"]}}));
    let held = maps.patch("one", &parameters, &strategic).await.unwrap();
    assert_eq!(held.metadata.finalizers.unwrap(), ["a.b/c"]);

    maps.delete("one", &DeleteParams::default()).await.unwrap();
    assert!(maps.get("one").await.unwrap().metadata.deletion_timestamp.is_some(), "the finalizer holds it");
    maps.patch("one", &parameters, &Patch::Merge(json!({"metadata": {"finalizers": null}}))).await.unwrap();
    assert_eq!(refusal(maps.get("one").await).code, 404);
}

#[tokio::test]
async fn lists_come_in_pages_and_select() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "kube-public");
    for name in ["a", "b", "c"] {
        create(&maps, config_map(name)).await.unwrap();
    }
    let first = maps.list(&ListParams::default().limit(2)).await.unwrap();
    assert_eq!((first.items.len(), first.metadata.remaining_item_count), (2, Some(1)));
    let rest = ListParams::default().limit(2).continue_token(&first.metadata.continue_.unwrap());
    let rest = maps.list(&rest).await.unwrap();
    assert_eq!(rest.items[0].metadata.name.as_deref(), Some("c"));
    let one = maps.list(&ListParams::default().labels("app in (b)")).await.unwrap();
    assert_eq!(one.items.len(), 1);
    let one = api_all(&client, "v1", "ConfigMap").list(&ListParams::default().fields("metadata.name=c")).await.unwrap();
    assert_eq!(one.items.len(), 1);
}

#[tokio::test]
async fn a_missing_namespace_is_named() {
    let (_server, client) = open();
    let status = refusal(create(&api(&client, "v1", "ConfigMap", "nowhere"), config_map("a")).await);
    assert_eq!(status.message, "namespaces \"nowhere\" not found");
}

#[tokio::test]
async fn a_dry_run_stores_nothing() {
    let (_server, client) = open();
    let maps = api(&client, "v1", "ConfigMap", "default");
    let parameters = PostParams { dry_run: true, ..PostParams::default() };
    maps.create(&parameters, &serde_json::from_value(config_map("a")).unwrap()).await.unwrap();
    assert_eq!(refusal(maps.get("a").await).code, 404);
}
