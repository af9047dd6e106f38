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

pub(super) async fn fields_that_a_kind_does_not_know_are_left_out_and_told(world: &World) -> anyhow::Result<()> {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, prot: x}], selectr: {app: web}}\n";
    world.publish(&[("one.yaml", &format!("{}immutabel: true\n", config_map("one", "first"))), ("service.yaml", service)]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    world.holds("one", "first").await?;
    for field in ["immutabel", "spec.ports[0].prot, spec.selectr"] {
        world.event("Kustomization", "app", field).await?;
    }
    Ok(())
}

pub(super) async fn a_secret_of_numbers_is_refused(world: &World) -> anyhow::Result<()> {
    let secret = |port: &str| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: one}}\nstringData: {{port: {port}}}\n");
    world.publish(&[("one.yaml", &secret("8080"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.failed("app", "SL4004").await?;
    world.failed("app", "port").await?;
    world.publish(&[("one.yaml", &secret("'8080'"))]).await?;
    world.ready("app").await.map(|_| ())
}
