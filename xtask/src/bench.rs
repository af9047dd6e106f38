//! `cargo xtask bench [NAME]`: measurements, built for release.

use anyhow::{Result, bail};

use crate::{cargo, workspace};

/// The package that holds the measurements.
const PACKAGE: &str = "sluice-bench";

/// Runs one measurement, or without a name all of them.
pub fn run(arguments: &[String]) -> Result<()> {
    if !workspace::crates()?.iter().any(|member| member.package == PACKAGE) {
        bail!("the workspace has no package `{PACKAGE}`");
    }
    let mut words = vec!["run", "--release", "-p", PACKAGE, "--"];
    words.extend(arguments.iter().map(String::as_str));
    cargo::run(&words)
}
