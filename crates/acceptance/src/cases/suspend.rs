//! What is suspended is left alone, and catches up when it is resumed.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use super::{config_map, from_git};
use crate::{Upstream, World};

/// How long what is suspended is watched doing nothing.
const CALM: Duration = Duration::from_secs(2);

pub(super) async fn a_suspended_kustomization_does_nothing_and_catches_up(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    suspend(world, "Kustomization", "app", true).await?;
    world.publish(&[("one.yaml", &config_map("one", "second"))]).await?;
    world.reconcile("Kustomization", "app").await?;
    world.edit("ConfigMap", "one", json!({"data": {"key": "edited"}})).await?;
    tokio::time::sleep(CALM).await;
    world.holds("one", "edited").await?;
    suspend(world, "Kustomization", "app", false).await?;
    world.holds("one", "second").await?;
    world.ready("app").await.map(|_| ())
}

pub(super) async fn a_suspended_source_keeps_its_artifact_and_catches_up(world: &World) -> anyhow::Result<()> {
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    from_git(world, &upstream, json!({"interval": "1s"})).await?;
    world.ready("app").await?;
    suspend(world, "GitRepository", "repository", true).await?;
    upstream.push(&[("one.yaml", &config_map("one", "second"))])?;
    world.reconcile("GitRepository", "repository").await?;
    tokio::time::sleep(CALM).await;
    world.delete("ConfigMap", "one").await?;
    world.holds("one", "first").await?;
    suspend(world, "GitRepository", "repository", false).await?;
    world.holds("one", "second").await.map(|_| ())
}

pub(super) async fn a_dependency_is_checked_anew_for_each_revision(world: &World) -> anyhow::Result<()> {
    let files = |value: &str, first: &str| [("one/one.yaml", first.to_owned()), ("two/two.yaml", config_map("two", value))];
    let publish = async |files: [(&str, String); 2]| world.publish(&files.each_ref().map(|(path, text)| (*path, text.as_str()))).await;
    publish(files("first", &config_map("one", "first"))).await?;
    world.kustomization("first", json!({"path": "./one"})).await?;
    world.kustomization("second", json!({"path": "./two", "dependsOn": [{"name": "first"}]})).await?;
    world.ready("second").await?;
    publish(files("second", "kind: [")).await?;
    world.failed("first", "SL3002").await?;
    world.failed("second", "SL1003").await?;
    let two = world.find("ConfigMap", "two").await?;
    ensure!(two.is_some_and(|object| object.get("data.key") == Some(&json!("first"))), "a dependent ran before its dependency");
    publish(files("second", &config_map("one", "second"))).await?;
    world.holds("two", "second").await?;
    world.ready("second").await.map(|_| ())
}

async fn suspend(world: &World, kind: &str, name: &str, is_suspended: bool) -> anyhow::Result<()> {
    world.edit(kind, name, json!({"spec": {"suspend": is_suspended}})).await.map(|_| ())
}
