//! Bad input ends in a condition that names the cause; nothing is deleted, and it recovers by itself.

use anyhow::ensure;
use serde_json::json;

use super::config_map;
use crate::World;

pub(super) async fn a_missing_path_deletes_nothing_and_recovers(world: &World) -> anyhow::Result<()> {
    world.publish(&[("app/one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("app", json!({"path": "./app"})).await?;
    world.ready("app").await?;
    world.publish(&[("other/one.yaml", &config_map("one", "first"))]).await?;
    world.failed("app", "app").await?;
    recovers(world, "app/one.yaml").await
}

pub(super) async fn broken_yaml_names_its_file_and_recovers(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    world.publish(&[("one.yaml", "kind: [ConfigMap\nmetadata: {")]).await?;
    world.failed("app", "one.yaml").await?;
    recovers(world, "one.yaml").await
}

async fn recovers(world: &World, file: &str) -> anyhow::Result<()> {
    ensure!(world.find("ConfigMap", "one").await?.is_some(), "bad input deleted ConfigMap/one");
    world.publish(&[(file, &config_map("one", "second"))]).await?;
    world.holds("one", "second").await?;
    world.ready("app").await.map(|_| ())
}
