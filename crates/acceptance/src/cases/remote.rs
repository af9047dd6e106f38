//! `spec.kubeConfig`: objects live on another cluster, and everything that holds here holds there.

use anyhow::ensure;
use serde_json::{Value, json};

use super::config_map;
use crate::{Controllers, Target, World};

pub(super) async fn objects_of_another_cluster_are_kept_as_declared(world: &World) -> anyhow::Result<()> {
    let cluster = Target::embedded().await?;
    let elsewhere = join(world, &cluster).await?;
    world.publish(&[("one.yaml", &config_map("one", "first")), ("two.yaml", &config_map("two", "first"))]).await?;
    world.kustomization("app", remote()).await?;
    world.ready("app").await?;
    ensure!(world.find("ConfigMap", "one").await?.is_none(), "ConfigMap/one was applied here too");
    elsewhere.edit("ConfigMap", "one", json!({"data": {"key": "edited"}})).await?;
    elsewhere.holds("one", "first").await?;
    elsewhere.delete("ConfigMap", "one").await?;
    elsewhere.holds("one", "first").await?;
    world.publish(&[("one.yaml", &config_map("one", "second"))]).await?;
    elsewhere.holds("one", "second").await?;
    elsewhere.gone("ConfigMap", "two").await?;
    world.delete("Kustomization", "app").await?;
    world.gone("Kustomization", "app").await?;
    ensure!(elsewhere.find("ConfigMap", "one").await?.is_none(), "ConfigMap/one stayed behind");
    Ok(())
}

pub(super) async fn a_tenant_of_another_cluster_has_its_rights_there(world: &World) -> anyhow::Result<()> {
    let cluster = Target::embedded().await?;
    let elsewhere = join(world, &cluster).await?;
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    let mut spec = remote();
    spec["serviceAccountName"] = "deployer".into();
    world.kustomization("app", spec).await?;
    world.failed("app", "SL4002").await?;
    elsewhere.make("ServiceAccount", "deployer", json!({})).await?;
    elsewhere.make("RoleBinding", "deployer", super::tenants::administrator("deployer", &world.namespace)).await?;
    world.ready("app").await?;
    elsewhere.holds("one", "first").await.map(|_| ())
}

pub(super) async fn another_cluster_that_is_away_harms_nobody_and_is_caught_up_with(world: &World) -> anyhow::Result<()> {
    let mut cluster = Target::embedded().await?.durable().await?;
    let elsewhere = join(world, &cluster).await?;
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("away", remote()).await?;
    world.ready("away").await?;
    cluster.stop().await;
    world.publish(&[("one.yaml", &config_map("one", "second"))]).await?;
    world.kustomization("neighbour", json!({})).await?;
    world.failed("away", "SL6001").await?;
    world.ready("neighbour").await?;
    cluster.start().await?;
    elsewhere.holds("one", "second").await?;
    world.ready("away").await.map(|_| ())
}

/// Makes another cluster known under the Secret `elsewhere`, and gives a view of it.
async fn join(world: &World, cluster: &Target) -> anyhow::Result<World> {
    let kubeconfig = std::fs::read_to_string(cluster.kubeconfig())?;
    world.make("Secret", "elsewhere", json!({"stringData": {"value.yaml": kubeconfig}})).await?;
    World::start(cluster, &world.namespace, Controllers::None).await
}

fn remote() -> Value {
    json!({"kubeConfig": {"secretRef": {"name": "elsewhere"}}})
}
