//! What is converged is quiet: no write, and next to no read.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use super::workloads::{deployment, make_ready};
use super::{config_map, from_git};
use crate::{Upstream, World};

/// Intervals of everything here; three of them are watched.
const INTERVAL: Duration = Duration::from_secs(10);
const WATCHED: Duration = Duration::from_secs(30);
/// Reads in that time, watches aside: 0.1 for each second.
const READS_MAX: u64 = 3;

pub(super) async fn a_converged_platform_is_quiet(world: &World) -> anyhow::Result<()> {
    let interval = json!({"interval": format!("{}s", INTERVAL.as_secs())});
    let files = [("web.yaml", deployment("web", 600)), ("one.yaml", config_map("one", "first"))];
    let upstream = Upstream::start(&files.each_ref().map(|(path, text)| (*path, text.as_str()))).await?;
    from_git(world, &upstream, interval.clone()).await?;
    world.edit("Kustomization", "app", json!({"spec": {"wait": true, "interval": interval["interval"]}})).await?;
    world.publish(&[("two.yaml", &config_map("two", "first"))]).await?;
    let mut second = json!({"dependsOn": [{"name": "app"}]});
    object::merge_patch(&mut second, &interval);
    world.kustomization("second", second).await?;
    make_ready(world, "web").await?;
    world.ready("second").await?;
    an_unreachable_neighbour(world).await?;
    tokio::time::sleep(INTERVAL).await;
    let before = world.counts();
    tokio::time::sleep(WATCHED).await;
    let after = world.counts();
    let (writes, reads) = (after.writes - before.writes, after.reads - before.reads);
    ensure!(writes == 0, "{writes} writes in {WATCHED:?} with nothing to do");
    ensure!(reads <= READS_MAX, "{reads} reads in {WATCHED:?} with nothing to do");
    Ok(())
}

/// A source that has failed and is tried again and again is quiet too.
async fn an_unreachable_neighbour(world: &World) -> anyhow::Result<()> {
    world.git("gone", "http://127.0.0.1:1/app", json!({"interval": "1s"})).await?;
    world.condition("GitRepository", "gone", "False", "SL2001").await.map(|_| ())
}
