//! `sluice run` is killed in the middle of its work, and what it left behind is put right by the next one.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::ensure;
use object::Value;
use serde_json::json;

use super::{config_map, from_git};
use crate::{Sluice, Upstream, World};

/// ConfigMaps that are in every round, with another value each time, and such as are in one round alone.
const LASTING: usize = 16;
const PASSING: usize = 8;
/// How often a moment is looked for.
const PAUSE: Duration = Duration::from_millis(3);

/// When the process is killed, counted in ConfigMaps of the round that are there; none means as soon as it is asked.
const MOMENTS: [Option<usize>; 6] = [Some(1), None, Some(1), Some(PASSING / 2), Some(PASSING), Some(PASSING + 1)];

pub(super) async fn a_killed_process_leaves_nothing_behind(world: &World) -> anyhow::Result<()> {
    let storage = tempfile::tempdir()?;
    // Every second time the storage is empty, as that of a new Pod.
    let folder = |round: usize| storage.path().join((round / 2).to_string());
    let start = async |round: usize| Sluice::start(&world.kubeconfig, &world.namespace, &folder(round)).await;
    let upstream = Upstream::start(&borrowed(&files(0))).await?;
    let mut sluice = start(0).await?;
    from_git(world, &upstream, json!({})).await?;
    for (round, moment) in MOMENTS.into_iter().enumerate() {
        let (killed, next) = (2 * round, 2 * round + 1);
        if round > 0 {
            upstream.push(&borrowed(&files(killed)))?;
            world.reconcile("GitRepository", "repository").await?;
        }
        until(world, killed, moment).await?;
        sluice.kill()?;
        let commit = upstream.push(&borrowed(&files(next)))?;
        world.reconcile("GitRepository", "repository").await?;
        sluice = start(round).await?;
        world.ready_at("app", &commit).await?;
        ensure_exactly(world, next).await?;
    }
    drop(sluice);
    Ok(())
}

pub(super) async fn a_process_killed_while_it_deletes_finishes_afterwards(world: &World) -> anyhow::Result<()> {
    let storage = tempfile::tempdir()?;
    let upstream = Upstream::start(&borrowed(&files(0))).await?;
    let sluice = Sluice::start(&world.kubeconfig, &world.namespace, storage.path()).await?;
    from_git(world, &upstream, json!({})).await?;
    world.ready("app").await?;
    let all = owned(world).await?.len();
    world.delete("Kustomization", "app").await?;
    while owned(world).await?.len() == all {
        tokio::time::sleep(PAUSE).await;
    }
    sluice.kill()?;
    let _sluice = Sluice::start(&world.kubeconfig, &world.namespace, storage.path()).await?;
    world.gone("Kustomization", "app").await?;
    let left = owned(world).await?;
    ensure!(left.is_empty(), "orphaned: {left:?}");
    Ok(())
}

/// The files of a round: lasting and passing ConfigMaps, and one with a hash of its content in its name.
fn files(round: usize) -> Vec<(String, String)> {
    let value = format!("round-{round}");
    let names = (0..LASTING).map(|at| format!("lasting-{at:02}")).chain((0..PASSING).map(|at| format!("z-{value}-{at}")));
    let mut files: Vec<(String, String)> = names.map(|name| (format!("{name}.yaml"), config_map(&name, &value))).collect();
    let resources: String = files.iter().map(|(path, _)| format!("- {path}\n")).collect();
    let generator = format!("configMapGenerator:\n- name: settings\n  literals: [key={value}]\n");
    files.push(("kustomization.yaml".into(), format!("resources:\n{resources}{generator}")));
    files
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

/// Waits for the moment of a round: so many of its passing ConfigMaps, or one more for the end of the pass.
async fn until(world: &World, round: usize, moment: Option<usize>) -> anyhow::Result<()> {
    let Some(count) = moment else { return Ok(()) };
    if count > PASSING {
        return world.until("the round to be over", || async { Ok(is_exactly(&owned(world).await?, round).then_some(())) }).await;
    }
    let prefix = format!("z-round-{round}-");
    let begin = std::time::Instant::now();
    while owned(world).await?.keys().filter(|name| name.starts_with(&prefix)).count() < count {
        ensure!(begin.elapsed() < Duration::from_secs(60), "round {round} did not begin");
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// What the Kustomization owns, by name, with its value.
async fn owned(world: &World) -> anyhow::Result<BTreeMap<String, String>> {
    let objects = world.list("ConfigMap").await?;
    let ours = objects.into_iter().filter(|object| object.label(api::names::KUSTOMIZATION_NAME) == Some("app"));
    let value = |object: &object::Object| object.get("data.key").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(ours.map(|object| (object.name().to_owned(), value(&object))).collect())
}

fn is_exactly(found: &BTreeMap<String, String>, round: usize) -> bool {
    let value = format!("round-{round}");
    let passing = found.keys().filter(|name| name.starts_with(&format!("z-{value}-"))).count();
    found.len() == LASTING + PASSING + 1 && passing == PASSING && found.values().all(|found| *found == value)
}

async fn ensure_exactly(world: &World, round: usize) -> anyhow::Result<()> {
    let found = owned(world).await?;
    ensure!(is_exactly(&found, round), "after round {round} there is {found:?}");
    Ok(())
}
