//! The list of measurements, and the door that picks one.
//!
//! A measurement says what it found in plain lines and gives its last line back. It judges nothing: targets stand in the documents.

use anyhow::{Result, bail};

use crate::{charts, drift, idle, machine, mttp, overlays, rebuild, renders, scale, up};

/// One measurement.
pub struct Bench {
    /// The word on the command line and at the head of the last line.
    pub name: &'static str,
    /// What is measured, and its arguments.
    pub about: &'static str,
    /// Measures and gives the figures of the last line. The arguments follow the name.
    pub run: fn(&[String]) -> Result<Figures>,
}

/// The figures of a last line: `n=… ratio=… rss_mib=…` and what else there is to say.
pub struct Figures {
    /// How many things were measured.
    pub n: usize,
    /// The ratio that the bench is about; which one, its `about` says.
    pub ratio: f64,
    /// Peak resident memory of Sluice.
    pub rss_mib: f64,
    /// More figures, as ` name=value` each.
    pub more: String,
}

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

/// Something that this machine lacks: the measurement is left out, aloud.
#[derive(Debug)]
pub struct Skipped(pub String);

impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Skipped {}

/// The argument at a place as a number, or its default. Errors: no number.
pub fn number(arguments: &[String], at: usize, default: usize) -> Result<usize> {
    match arguments.get(at) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| anyhow::anyhow!("`{text}` is no number")),
    }
}
