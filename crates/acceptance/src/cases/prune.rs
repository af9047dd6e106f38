//! What left the source goes, unless somebody said that it stays.

use anyhow::ensure;
use serde_json::json;

use super::config_map;
use crate::World;

pub(super) async fn what_left_the_source_is_pruned(world: &World) -> anyhow::Result<()> {
    two_then_one(world, true).await?;
    world.gone("ConfigMap", "two").await?;
    ensure!(world.find("ConfigMap", "one").await?.is_some(), "ConfigMap/one is in the source and was pruned");
    Ok(())
}

pub(super) async fn what_only_carries_the_labels_is_left_alone(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first")), ("two.yaml", &config_map("two", "first"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    // A Kustomization of the same name on another cluster writes here too.
    let labels = json!({"kustomize.toolkit.fluxcd.io/name": "app", "kustomize.toolkit.fluxcd.io/namespace": world.namespace});
    world.make("ConfigMap", "foreign", json!({"metadata": {"labels": labels}, "data": {"key": "theirs"}})).await?;
    world.publish(&[("one.yaml", &config_map("one", "second"))]).await?;
    world.gone("ConfigMap", "two").await?;
    world.delete("Kustomization", "app").await?;
    world.gone("ConfigMap", "one").await?;
    world.gone("Kustomization", "app").await?;
    world.holds("foreign", "theirs").await.map(|_| ())
}

pub(super) async fn without_prune_it_stays(world: &World) -> anyhow::Result<()> {
    two_then_one(world, false).await?;
    ensure!(world.find("ConfigMap", "two").await?.is_some(), "ConfigMap/two went although prune is false");
    Ok(())
}

async fn two_then_one(world: &World, prune: bool) -> anyhow::Result<()> {
    let (first, second) = (config_map("one", "first"), config_map("two", "first"));
    world.publish(&[("one.yaml", &first), ("two.yaml", &second)]).await?;
    world.kustomization("app", json!({"prune": prune})).await?;
    world.ready("app").await?;
    world.seen("ConfigMap", "two", |_| true).await?;
    world.publish(&[("one.yaml", &config_map("one", "second"))]).await?;
    world.holds("one", "second").await?;
    world.ready("app").await.map(|_| ())
}

pub(super) async fn a_whole_inventory_is_held_until_confirmed(world: &World) -> anyhow::Result<()> {
    let names = ["a", "b", "c", "d", "e", "f"];
    let manifests = |names: &[&str]| names.iter().map(|name| config_map(name, "first")).collect::<Vec<_>>().join("---\n");
    world.publish(&[("all.yaml", &manifests(&names))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    world.publish(&[("all.yaml", &manifests(&["other"]))]).await?;
    let held = world.failed("app", "SL4005").await?;
    for name in names {
        ensure!(world.find("ConfigMap", name).await?.is_some(), "ConfigMap/{name} was deleted unasked");
    }
    let revision = held.get("status.lastAttemptedRevision").cloned().unwrap_or_default();
    world.annotate("Kustomization", "app", "sluice.dev/confirm-prune", revision).await?;
    for name in names {
        world.gone("ConfigMap", name).await?;
    }
    world.ready("app").await.map(|_| ())
}
