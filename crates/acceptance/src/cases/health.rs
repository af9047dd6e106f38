//! A Kustomization that waits is Ready when its objects are, and says which of them keep it waiting.

use std::time::Duration;

use anyhow::ensure;
use object::Value;
use serde_json::json;

use super::workloads::{deployment, job, make_ready, miss_deadline};
use crate::World;

/// How long a wait is watched not being over.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) async fn a_wait_is_over_when_the_deployment_is_ready(world: &World) -> anyhow::Result<()> {
    world.publish(&[("web.yaml", &deployment("web", 600))]).await?;
    world.kustomization("app", json!({"wait": true, "timeout": "5m"})).await?;
    waits(world).await?;
    make_ready(world, "web").await?;
    let ready = world.ready("app").await?;
    ensure!(ready.get("status.conditions").is_some_and(|all| all.to_string().contains("Health check passed")), "Healthy is told");
    Ok(())
}

pub(super) async fn named_objects_are_waited_for(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &super::config_map("one", "first"))]).await?;
    world.apply(super::workloads::parsed(&deployment("web", 600), &world.namespace)?).await?;
    let checks = json!([{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "namespace": world.namespace}]);
    world.kustomization("app", json!({"healthChecks": checks, "timeout": "5m"})).await?;
    world.holds("one", "first").await?;
    waits(world).await?;
    make_ready(world, "web").await?;
    world.ready("app").await.map(|_| ())
}

async fn waits(world: &World) -> anyhow::Result<()> {
    world.seen("Deployment", "web", |_| true).await?;
    world.condition("Kustomization", "app", "Unknown", "").await?;
    tokio::time::sleep(PATIENCE).await;
    let object = world.find("Kustomization", "app").await?;
    let applied = object.as_ref().and_then(|object| object.get("status.lastAppliedRevision")).cloned();
    ensure!(applied.is_none_or(|revision| revision == Value::Null || revision == ""), "the wait was over before the Deployment was ready");
    Ok(())
}

pub(super) async fn a_failed_job_is_named(world: &World) -> anyhow::Result<()> {
    world.publish(&[("seed.yaml", &job("seed", 1))]).await?;
    world.kustomization("app", json!({"wait": true, "timeout": "5m"})).await?;
    miss_deadline(world, "Job", "seed").await?;
    world.failed("app", "Job/").await?;
    world.failed("app", "SL5001").await?;
    world.event("Kustomization", "app", "SL5001").await
}

pub(super) async fn a_deployment_past_its_deadline_is_named_and_recovers(world: &World) -> anyhow::Result<()> {
    world.publish(&[("web.yaml", &deployment("web", 1))]).await?;
    world.kustomization("app", json!({"wait": true, "timeout": "5m"})).await?;
    miss_deadline(world, "Deployment", "web").await?;
    world.failed("app", "Deployment/").await?;
    world.failed("app", "SL5001").await?;
    make_ready(world, "web").await?;
    world.ready("app").await.map(|_| ())
}

pub(super) async fn a_timeout_names_what_is_not_ready(world: &World) -> anyhow::Result<()> {
    let slow = format!("{}---\n{}", deployment("web", 600), super::config_map("one", "first"));
    world.publish(&[("web.yaml", &slow)]).await?;
    world.kustomization("app", json!({"wait": true, "timeout": "30s"})).await?;
    let late = world.failed("app", "SL5002").await?;
    let message = late.get("status.conditions").map(Value::to_string).unwrap_or_default();
    let names = format!("Deployment/{}/web", world.namespace);
    ensure!(message.contains(&names) && !message.contains("ConfigMap"), "only what is not ready is named: {message}");
    make_ready(world, "web").await?;
    world.ready("app").await.map(|_| ())
}

pub(super) async fn nothing_waits_for_itself(world: &World) -> anyhow::Result<()> {
    let own = world.kustomization("app", json!({"wait": true, "timeout": "10s"})).await?;
    let spec = own.get("spec").map(Value::to_string).unwrap_or_default();
    let manifest = format!("apiVersion: {}\nkind: Kustomization\nmetadata: {{name: app}}\nspec: {spec}\n", own.api_version());
    world.publish(&[("app.yaml", &manifest), ("one.yaml", &super::config_map("one", "first"))]).await?;
    world.ready("app").await.map(|_| ())
}
