//! `sluice up --once` on the bundled example fleet: from the start of the process until everything is Ready and it has ended.

use anyhow::Result;

use crate::measurement::{Bench, Figures, number};
use crate::numbers::{median, percentile};
use crate::process::Program;
use crate::programs;

/// Arguments: rounds (5). The ratio is the time over what is promised.
pub const BENCH: Bench = Bench { name: "up", about: "seconds of `sluice up --once` over the 3 s that are promised; [ROUNDS]", run };

/// What is promised from start to Ready.
const SECONDS_PROMISED: f64 = 3.0;

fn run(arguments: &[String]) -> Result<Figures> {
    let sluice = programs::sluice()?;
    let folder = tempfile::tempdir()?;
    let kubeconfig = folder.path().join("kubeconfig").display().to_string();
    let up = Program { path: &sluice, arguments: ["up", "--once", "--kubeconfig-out", &kubeconfig].map(str::to_owned).to_vec() };
    let rounds = number(arguments, 0, 5)?.max(1);
    let mut seconds = (0..rounds).map(|_| Ok(up.time()?.as_secs_f64())).collect::<Result<Vec<f64>>>()?;
    let (middle, slowest) = (median(&mut seconds), percentile(&mut seconds, 100));
    let binary_mb = std::fs::metadata(&sluice)?.len() as f64 / 1e6;
    println!("start to Ready: median {middle:.2} s, slowest {slowest:.2} s; binary {binary_mb:.1} MB");
    let more = format!(" seconds={middle:.2} slowest={slowest:.2} binary_mb={binary_mb:.1}");
    Ok(Figures { n: rounds, ratio: middle / SECONDS_PROMISED, rss_mib: up.peak_mib()?, more })
}
