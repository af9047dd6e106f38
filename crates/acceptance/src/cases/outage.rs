//! An API server that fails for a while: nothing is deleted, and everything converges by itself when it is back.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use super::{config_map, from_git};
use crate::{Outage, Upstream, World};

/// How long an outage lasts.
const OUTAGE: Duration = Duration::from_secs(5);

pub(super) async fn errors_of_the_server_delete_nothing_and_pass(world: &World) -> anyhow::Result<()> {
    survives(world, Outage::Answers(&[429, 500, 503, 504])).await
}

pub(super) async fn a_server_that_is_away_deletes_nothing_and_passes(world: &World) -> anyhow::Result<()> {
    survives(world, Outage::Unreachable).await
}

/// Converged, then an outage in which files are pushed and objects are touched.
async fn survives(world: &World, outage: Outage) -> anyhow::Result<()> {
    let names = ["one", "two", "three", "four"];
    let files = |value: &str| names.map(|name| (format!("{name}.yaml"), config_map(name, value)));
    let upstream = Upstream::start(&borrowed(&files("first"))).await?;
    from_git(world, &upstream, json!({"interval": "1s"})).await?;
    world.ready("app").await?;
    world.door.close(outage);
    upstream.push(&borrowed(&files("second")[..3]))?;
    world.delete("ConfigMap", "one").await?;
    world.edit("ConfigMap", "two", json!({"data": {"key": "edited"}})).await?;
    world.reconcile("Kustomization", "app").await?;
    tokio::time::sleep(OUTAGE).await;
    ensure!(world.counts().refused > 0, "the controllers did not notice the outage");
    for name in &names[1..] {
        ensure!(world.find("ConfigMap", name).await?.is_some(), "the outage deleted ConfigMap/{name}");
    }
    world.door.open();
    for name in &names[..3] {
        world.holds(name, "second").await?;
    }
    world.gone("ConfigMap", "four").await?;
    world.ready("app").await.map(|_| ())
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

pub(super) async fn answers_that_get_lost_do_no_harm(world: &World) -> anyhow::Result<()> {
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.door.close(Outage::LostAnswers);
    from_git(world, &upstream, json!({"interval": "1s"})).await?;
    tokio::time::sleep(OUTAGE).await;
    world.door.open();
    world.ready("app").await?;
    world.door.close(Outage::LostAnswers);
    upstream.push(&[("two.yaml", &config_map("two", "first"))])?;
    world.edit("ConfigMap", "one", json!({"data": {"key": "edited"}})).await?;
    tokio::time::sleep(OUTAGE).await;
    world.door.open();
    world.holds("two", "first").await?;
    world.gone("ConfigMap", "one").await?;
    world.ready("app").await.map(|_| ())
}
