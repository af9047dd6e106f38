//! Mean time to production: n sources and n Kustomizations until all are Ready, over the time of a bare client's writes.

use std::time::Duration;

use anyhow::Result;

use crate::bare;
use crate::measurement::{Bench, Figures, number};
use crate::world::{World, block_on};

/// Arguments: apps (500).
pub const BENCH: Bench =
    Bench { name: "mttp", about: "time to all Ready over a bare client's writes, on a real kube-apiserver; [APPS]", run };

/// How long the server's own controllers may take to come to rest.
const REST: Duration = Duration::from_secs(5);

fn run(arguments: &[String]) -> Result<Figures> {
    block_on(measure(number(arguments, 0, 500)?))
}

async fn measure(n: usize) -> Result<Figures> {
    let world = World::start().await?;
    world.stage("bench").await?;
    world.stage("bare").await?;
    let mut running = world.run_sluice().await?;
    let sluice = world.converge(&mut running, "bench", n).await?;
    let rss_mib = running.peak_rss_mib();
    // The bare client comes last, alone and on a server that is warm: whatever that changes is in its favour.
    drop(running);
    tokio::time::sleep(REST).await;
    let bare = bare::write(&world, "bare", n).await?;
    let (sluice, bare) = (sluice.as_secs_f64(), bare.as_secs_f64());
    println!("bare client {bare:.2} s, Sluice {sluice:.2} s");
    let more = format!(" seconds={sluice:.2} bare_seconds={bare:.2}");
    Ok(Figures { n, ratio: sluice / bare, rss_mib, more })
}
