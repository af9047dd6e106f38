//! What somebody else changes comes back at once, not at the next interval.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::json;

use super::config_map;
use super::workloads::{job, miss_deadline};
use crate::World;

/// Longest time until an edit is corrected.
const CORRECTION_MAX: Duration = Duration::from_secs(1);

pub(super) async fn an_edited_field_comes_back(world: &World) -> anyhow::Result<()> {
    applied(world).await?;
    let begin = Instant::now();
    world.edit("ConfigMap", "one", json!({"data": {"key": "edited"}})).await?;
    world.holds("one", "first").await?;
    ensure!(begin.elapsed() < CORRECTION_MAX, "the correction took {:?}", begin.elapsed());
    Ok(())
}

pub(super) async fn a_deleted_object_comes_back(world: &World) -> anyhow::Result<()> {
    applied(world).await?;
    let old = world.seen("ConfigMap", "one", |_| true).await?;
    world.delete("ConfigMap", "one").await?;
    world.seen("ConfigMap", "one", |object| object.uid() != old.uid()).await.map(|_| ())
}

pub(super) async fn what_a_person_added_goes_unless_the_object_asks_for_merge(world: &World) -> anyhow::Result<()> {
    let merged = config_map("merged", "first").replace("metadata:", "metadata:\n  annotations: {kustomize.toolkit.fluxcd.io/ssa: Merge}");
    world.publish(&[("merged.yaml", &merged), ("owned.yaml", &config_map("owned", "first"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    for (name, left) in [("merged", Some(&json!("added"))), ("owned", None)] {
        world.edit("ConfigMap", name, json!({"data": {"key": "edited", "extra": "added"}})).await?;
        let is_corrected = |object: &object::Object| object.get("data.key") == Some(&json!("first")) && object.get("data.extra") == left;
        world.seen("ConfigMap", name, is_corrected).await?;
    }
    Ok(())
}

pub(super) async fn notes_of_other_tools_go_when_an_object_is_taken_over(world: &World) -> anyhow::Result<()> {
    let notes = json!({"kubectl.kubernetes.io/last-applied-configuration": "{}", "mine": "stays"});
    let before = json!({"metadata": {"annotations": notes}, "data": {"key": "first"}});
    world.make("ConfigMap", "one", before).await?;
    applied(world).await?;
    let annotations = |object: &object::Object| object.get("metadata.annotations").cloned();
    world.seen("ConfigMap", "one", |object| annotations(object) == Some(json!({"mine": "stays"}))).await.map(|_| ())
}

async fn applied(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await.map(|_| ())
}

/// How long somebody undoes every correction at once.
const FIGHT: Duration = Duration::from_secs(8);
/// Writes of ours in that time, for corrections of which a few come at once, then fewer and fewer.
const WRITES_MAX: u64 = 50;

pub(super) async fn a_fight_over_a_field_does_not_become_a_storm(world: &World) -> anyhow::Result<()> {
    applied(world).await?;
    let (begin, before) = (Instant::now(), world.counts());
    while begin.elapsed() < FIGHT {
        world.edit("ConfigMap", "one", json!({"data": {"key": "edited"}})).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let writes = world.counts().writes - before.writes;
    ensure!(writes <= WRITES_MAX, "{writes} writes in {FIGHT:?} of a fight over one field");
    world.holds("one", "first").await?;
    world.ready("app").await.map(|_| ())
}

pub(super) async fn a_finished_job_that_went_is_no_drift(world: &World) -> anyhow::Result<()> {
    let passing = job("seed", 1).replace("spec:\n  active", "spec:\n  ttlSecondsAfterFinished: 0\n  active");
    world.publish(&[("seed.yaml", &passing), ("one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.ready("app").await?;
    miss_deadline(world, "Job", "seed").await?;
    if !world.has_controllers {
        world.delete("Job", "seed").await?;
    }
    world.gone("Job", "seed").await?;
    world.edit("ConfigMap", "one", json!({"data": {"key": "edited"}})).await?;
    world.holds("one", "first").await?;
    ensure!(world.find("Job", "seed").await?.is_none(), "a finished Job was made again");
    world.publish(&[("seed.yaml", &passing), ("one.yaml", &config_map("one", "second"))]).await?;
    world.seen("Job", "seed", |_| true).await.map(|_| ())
}
