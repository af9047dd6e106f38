//! How soon an edit to an applied object is undone.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::apps::{self, OBJECTS_PER_APP};
use crate::measurement::{Bench, Figures, number};
use crate::numbers::{median, percentile};
use crate::world::{World, block_on};

/// Arguments: edits (100), applied objects (2000). The ratio is the 99th percentile over the second that is promised.
pub const BENCH: Bench =
    Bench { name: "drift", about: "p99 seconds until an edit is undone over the 1 s that is promised; [EDITS] [OBJECTS]", run };

/// A label that every object of the workload is applied with.
const LABEL: &str = "app.kubernetes.io/version";
const EDITOR: &str = "kubectl-edit";
const EDITED: &str = "edited";
/// How often an edited object is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// How long an edit may stand before the measurement gives up.
const UNDONE_WITHIN: Duration = Duration::from_secs(60);

fn run(arguments: &[String]) -> Result<Figures> {
    block_on(measure(number(arguments, 0, 100)?, number(arguments, 1, 2000)?))
}

async fn measure(edits: usize, objects: usize) -> Result<Figures> {
    let world = World::start().await?;
    world.stage("bench").await?;
    let mut running = world.run_sluice().await?;
    let n = objects.div_ceil(OBJECTS_PER_APP).max(1);
    world.converge(&mut running, "bench", n).await?;
    let mut seconds = Vec::new();
    for edit in 0..edits.max(1) {
        // A prime step spreads the edits over apps, the remainder over kinds.
        seconds.push(undone(&world, edit % OBJECTS_PER_APP, edit * 7919 % n).await?.as_secs_f64());
    }
    let (p50, p99, slowest) = (median(&mut seconds), percentile(&mut seconds, 99), percentile(&mut seconds, 100));
    println!("edits undone after: p50 {:.0} ms, p99 {:.0} ms, slowest {:.0} ms", p50 * 1e3, p99 * 1e3, slowest * 1e3);
    let more = format!(" objects={objects} p50_ms={:.0} p99_ms={:.0}", p50 * 1e3, p99 * 1e3);
    Ok(Figures { n: seconds.len(), ratio: p99, rss_mib: running.peak_rss_mib(), more })
}

/// Edits one object of app `i` and gives the time until its label is as applied.
async fn undone(world: &World, kind: usize, i: usize) -> Result<Duration> {
    let (resource, name) = (&apps::applied()[kind], apps::applied_name(i));
    let edit = json!({"metadata": {"labels": {LABEL: EDITED}}});
    world.client.merge(resource, "bench", &name, &edit, EDITOR).await?;
    let start = Instant::now();
    while world.client.get(resource, "bench", &name).await?.label(LABEL) == Some(EDITED) {
        ensure!(start.elapsed() < UNDONE_WITHIN, "{}/bench/{name} was still edited after {UNDONE_WITHIN:?}", resource.gvk.kind);
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Ok(start.elapsed())
}
