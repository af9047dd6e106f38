//! The list of measurements, and the door that picks one.
//!
//! A measurement says what it found in plain lines and gives its last line back. It judges nothing: targets stand in the documents.

use anyhow::{Result, bail};

use crate::measurement::{Bench, Figures, Skipped};
use crate::{charts, drift, idle, machine, mttp, overlays, rebuild, renders, scale, up};

/// Every measurement.
pub const ALL: &[Bench] =
    &[overlays::BENCH, charts::BENCH, rebuild::BENCH, renders::BENCH, up::BENCH, scale::BENCH, mttp::BENCH, drift::BENCH, idle::BENCH];

/// Runs what the command line names. Errors: an unknown name, or a measurement that could not be made.
pub fn run(arguments: Vec<String>) -> Result<()> {
    match arguments.split_first() {
        None => ALL.iter().try_for_each(|bench| measure(bench, &[])),
        Some((name, rest)) => match ALL.iter().find(|bench| bench.name == name) {
            Some(bench) => measure(bench, rest),
            None => bail!("no measurement `{name}`; there are:\n{}", list()),
        },
    }
}

fn measure(bench: &Bench, arguments: &[String]) -> Result<()> {
    println!("# {}: {}\n# {}", bench.name, bench.about, machine::describe());
    match (bench.run)(arguments) {
        Ok(Figures { n, ratio, rss_mib, more }) => println!("{}: n={n} ratio={ratio:.2} rss_mib={rss_mib:.1}{more}", bench.name),
        Err(error) if error.is::<Skipped>() => println!("SKIPPED: {}: {error:#}", bench.name),
        Err(error) => return Err(error.context(bench.name)),
    }
    Ok(())
}

fn list() -> String {
    ALL.iter().map(|bench| format!("  {:<10} {}\n", bench.name, bench.about)).collect()
}
