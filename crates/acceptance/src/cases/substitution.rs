//! Variables come from the spec, from ConfigMaps and from Secrets.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::World;

const MANIFEST: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  key: ${value}\n";

pub(super) async fn inline_variables_win_over_secrets_over_config_maps(world: &World) -> anyhow::Result<()> {
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  key: ${a}-${b}-${c}-${d:=default}\n";
    world.publish(&[("one.yaml", manifest)]).await?;
    world.make("ConfigMap", "settings", json!({"data": {"a": "map", "b": "map", "c": "map"}})).await?;
    world.make("Secret", "settings", json!({"stringData": {"b": "secret", "c": "secret"}})).await?;
    let from = json!([{"kind": "ConfigMap", "name": "settings"}, {"kind": "Secret", "name": "settings"}]);
    world.kustomization("app", json!({"postBuild": {"substitute": {"c": "inline"}, "substituteFrom": from}})).await?;
    world.holds("one", "map-secret-inline-default").await.map(|_| ())
}

pub(super) async fn a_missing_optional_reference_is_left_out(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", MANIFEST)]).await?;
    let from = json!([{"kind": "ConfigMap", "name": "absent", "optional": true}]);
    world.kustomization("app", json!({"postBuild": {"substitute": {"value": "inline"}, "substituteFrom": from}})).await?;
    world.holds("one", "inline").await.map(|_| ())
}

pub(super) async fn a_missing_required_reference_is_named_and_recovers(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", MANIFEST)]).await?;
    world.kustomization("app", from_settings(false, "1h")).await?;
    world.failed("app", "SL1008").await?;
    world.failed("app", "settings").await?;
    ensure!(world.find("ConfigMap", "one").await?.is_none(), "nothing is applied without the variables");
    world.make("ConfigMap", "settings", json!({"data": {"value": "first"}})).await?;
    world.holds("one", "first").await.map(|_| ())
}

pub(super) async fn a_changed_variable_is_taken_in_at_the_interval(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", MANIFEST)]).await?;
    world.make("ConfigMap", "settings", json!({"data": {"value": "first"}})).await?;
    world.kustomization("app", from_settings(false, "1s")).await?;
    world.holds("one", "first").await?;
    world.make("ConfigMap", "settings", json!({"data": {"value": "second"}})).await?;
    world.holds("one", "second").await.map(|_| ())
}

pub(super) async fn a_changed_variable_of_a_labelled_object_is_taken_in_at_once(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", MANIFEST)]).await?;
    let labels = json!({"labels": {"reconcile.fluxcd.io/watch": "Enabled"}});
    for (kind, data, first, second) in [("ConfigMap", "data", "a", "b"), ("Secret", "stringData", "c", "d")] {
        world.make(kind, "settings", json!({"metadata": labels, data: {"value": first}})).await?;
        world.kustomization("app", json!({"postBuild": {"substituteFrom": [{"kind": kind, "name": "settings"}]}})).await?;
        world.holds("one", first).await?;
        world.make(kind, "settings", json!({"metadata": labels, data: {"value": second}})).await?;
        world.holds("one", second).await?;
    }
    Ok(())
}

fn from_settings(is_optional: bool, interval: &str) -> Value {
    let from = json!([{"kind": "ConfigMap", "name": "settings", "optional": is_optional}]);
    json!({"interval": interval, "postBuild": {"substituteFrom": from}})
}
