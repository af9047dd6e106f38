//! What becomes of the objects when their Kustomization is deleted is what its deletion policy says.

use anyhow::ensure;
use serde_json::{Value, json};

use super::config_map;
use crate::World;

/// A finalizer that only the case takes off.
const HOLD: &str = "acceptance.sluice.dev/hold";

pub(super) async fn deletion_mirrors_prune_unless_told_otherwise(world: &World) -> anyhow::Result<()> {
    let files = ["mirror", "kept", "deleted", "orphaned"].map(|name| (format!("{name}/{name}.yaml"), config_map(name, "first")));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    world.publish(&files).await?;
    let cases = [
        ("mirror", json!({"prune": true, "deletionPolicy": "MirrorPrune"}), false),
        ("kept", json!({"prune": false}), true),
        ("deleted", json!({"prune": false, "deletionPolicy": "Delete"}), false),
        ("orphaned", json!({"prune": true, "deletionPolicy": "Orphan"}), true),
    ];
    for (name, spec, _) in &cases {
        let mut spec = spec.clone();
        object::merge_patch(&mut spec, &json!({"path": format!("./{name}")}));
        world.kustomization(name, spec).await?;
    }
    for (name, _, stays) in cases {
        world.ready(name).await?;
        world.delete("Kustomization", name).await?;
        world.gone("Kustomization", name).await?;
        let is_there = world.find("ConfigMap", name).await?.is_some();
        ensure!(is_there == stays, "ConfigMap/{name}: there is {is_there}, expected {stays}");
    }
    Ok(())
}

pub(super) async fn a_kustomization_waits_for_the_end_of_its_objects(world: &World) -> anyhow::Result<()> {
    held(world, "WaitForTermination").await?;
    world.seen("ConfigMap", "one", |object| object.is_terminating()).await?;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    ensure!(world.find("Kustomization", "app").await?.is_some(), "the Kustomization went before ConfigMap/one");
    release(world).await?;
    world.gone("ConfigMap", "one").await?;
    world.gone("Kustomization", "app").await
}

pub(super) async fn a_kustomization_goes_after_its_objects_were_told_to(world: &World) -> anyhow::Result<()> {
    held(world, "Delete").await?;
    world.gone("Kustomization", "app").await?;
    let left = world.find("ConfigMap", "one").await?;
    ensure!(left.is_some_and(|object| object.is_terminating()), "ConfigMap/one was told to go before the finalizer was taken off");
    release(world).await
}

/// Applies a ConfigMap that somebody else holds, and deletes its Kustomization.
async fn held(world: &World, policy: &str) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("app", json!({"deletionPolicy": policy, "timeout": "5m"})).await?;
    world.ready("app").await?;
    world.edit_as_controller("ConfigMap", "one", json!({"metadata": {"finalizers": [HOLD]}})).await?;
    world.delete("Kustomization", "app").await
}

async fn release(world: &World) -> anyhow::Result<()> {
    world.edit_as_controller("ConfigMap", "one", json!({"metadata": {"finalizers": Value::Null}})).await.map(|_| ())
}

pub(super) async fn a_suspended_kustomization_leaves_its_objects(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    world.edit("Kustomization", "app", json!({"spec": {"suspend": true}})).await?;
    world.delete("Kustomization", "app").await?;
    world.gone("Kustomization", "app").await?;
    ensure!(world.find("ConfigMap", "one").await?.is_some(), "the objects of a suspended Kustomization went");
    Ok(())
}
