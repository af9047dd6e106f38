//! What left the source goes, unless somebody said that it stays.

use anyhow::ensure;
use serde_json::json;

use super::config_map;
use crate::World;

pub(super) async fn what_left_the_source_is_pruned(world: &World) -> anyhow::Result<()> {
    two_then_one(world, true).await?;
    world.gone("ConfigMap", "two").await?;
    ensure!(world.find("v1", "ConfigMap", "one").await?.is_some(), "ConfigMap/one is in the source and was pruned");
    Ok(())
}

pub(super) async fn without_prune_it_stays(world: &World) -> anyhow::Result<()> {
    two_then_one(world, false).await?;
    ensure!(world.find("v1", "ConfigMap", "two").await?.is_some(), "ConfigMap/two went although prune is false");
    Ok(())
}

async fn two_then_one(world: &World, prune: bool) -> anyhow::Result<()> {
    let (first, second) = (config_map("one", "first"), config_map("two", "first"));
    world.publish(&[("one.yaml", &first), ("two.yaml", &second)]).await?;
    world.kustomization("app", json!({"prune": prune})).await?;
    world.ready("app").await?;
    world.seen("ConfigMap", "two", |_| true).await?;
    world.publish(&[("one.yaml", &config_map("one", "second"))]).await?;
    world.seen("ConfigMap", "one", |object| object.get("data.key") == Some(&json!("second"))).await?;
    world.ready("app").await.map(|_| ())
}
