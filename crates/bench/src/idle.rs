//! What Sluice asks of the API server when all is converged and nothing happens.

use std::time::Duration;

use anyhow::Result;

use crate::measurement::{Bench, Figures, number};
use crate::requests::{Requests, count};
use crate::world::{World, block_on};

/// Arguments: apps (100), seconds of an interval (60). The ratio is reads per second over the 0.1 that are promised.
pub const BENCH: Bench =
    Bench { name: "idle", about: "reads per second over the 0.1 that are promised, and writes, when converged; [APPS] [SECONDS]", run };

/// Intervals that are counted.
const INTERVALS: usize = 3;
/// Reads per second that are promised at most, watches apart.
const READS_PROMISED: f64 = 0.1;
/// How long the last events and the server's own controllers may take to come to rest.
const REST: Duration = Duration::from_secs(15);

fn run(arguments: &[String]) -> Result<Figures> {
    let interval = Duration::from_secs(number(arguments, 1, 60)? as u64);
    block_on(measure(number(arguments, 0, 100)?, interval))
}

async fn measure(n: usize, interval: Duration) -> Result<Figures> {
    let world = World::start().await?;
    world.stage("bench").await?;
    let mut running = world.run_sluice().await?;
    world.converge(&mut running, "bench", n).await?;
    tokio::time::sleep(REST).await;
    let mut with = Vec::new();
    for _ in 0..INTERVALS {
        with.push(during(&world, interval).await?);
    }
    let rss_mib = running.peak_rss_mib();
    drop(running);
    tokio::time::sleep(REST).await;
    let without = during(&world, interval).await?;
    let seconds = interval.as_secs_f64();
    for (i, requests) in with.iter().enumerate() {
        let Requests { writes, reads } = requests.since(without);
        println!(
            "interval {}: {writes:+} writes, {:+.3} reads/s beside {} and {} without Sluice",
            i + 1,
            reads / seconds,
            without.writes,
            without.reads
        );
    }
    let writes = with.iter().map(|requests| requests.since(without).writes).fold(0.0, f64::max);
    let reads = with.iter().map(|requests| requests.since(without).reads).sum::<f64>() / (INTERVALS as f64 * seconds);
    let reads = reads.max(0.0);
    Ok(Figures { n, ratio: reads / READS_PROMISED, rss_mib, more: format!(" writes={writes} reads_per_second={reads:.3}") })
}

async fn during(world: &World, interval: Duration) -> Result<Requests> {
    let before = count(&world.server).await?;
    tokio::time::sleep(interval).await;
    Ok(count(&world.server).await?.since(before))
}
