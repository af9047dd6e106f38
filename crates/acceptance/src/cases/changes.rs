//! What cannot change is refused and replaced only when asked; what did not change costs no write.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use super::config_map;
use crate::World;

/// How long the controllers are watched doing nothing.
const CALM: Duration = Duration::from_secs(3);

pub(super) async fn an_immutable_change_is_refused_until_forced(world: &World) -> anyhow::Result<()> {
    let manifest = |value: &str| format!("{}immutable: true\n", config_map("one", value));
    world.publish(&[("one.yaml", &manifest("first"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    world.publish(&[("one.yaml", &manifest("second"))]).await?;
    world.failed("app", "SL4003").await?;
    world.kustomization("app", json!({"force": true})).await?;
    world.holds("one", "second").await?;
    world.ready("app").await.map(|_| ())
}

pub(super) async fn a_converged_object_costs_no_write(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first")), ("two.yaml", &config_map("two", "first"))]).await?;
    world.kustomization("app", json!({"interval": "1s"})).await?;
    world.ready("app").await?;
    tokio::time::sleep(CALM).await;
    let before = world.counts().writes;
    tokio::time::sleep(CALM).await;
    let writes = world.counts().writes - before;
    ensure!(writes == 0, "{writes} writes in {CALM:?} with an interval of one second and nothing to do");
    Ok(())
}

pub(super) async fn a_dependent_runs_as_soon_as_its_dependency_is_ready(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one/one.yaml", &config_map("one", "first")), ("two/two.yaml", &config_map("two", "first"))]).await?;
    world.kustomization("second", json!({"path": "./two", "dependsOn": [{"name": "first"}], "retryInterval": "1h"})).await?;
    world.failed("second", "SL1003").await?;
    world.kustomization("first", json!({"path": "./one"})).await?;
    world.ready("second").await.map(|_| ())
}

pub(super) async fn a_cycle_of_dependencies_is_named(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one/one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("first", json!({"path": "./one", "dependsOn": [{"name": "second"}]})).await?;
    world.kustomization("second", json!({"path": "./one", "dependsOn": [{"name": "first"}]})).await?;
    world.failed("second", "SL1004").await.map(|_| ())
}
