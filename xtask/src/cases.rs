//! `cargo xtask cases`: the case suites of the engines, each with its counts.

use anyhow::{Result, bail};

use crate::cargo;
use crate::totals::Totals;

/// Package and test target of each suite.
const SUITES: &[(&str, &str)] = &[
    ("sluice-yaml", "parity"),
    ("sluice-kustomize", "cases"),
    ("sluice-build", "tables"),
    ("sluice-template", "it"),
    ("sluice-helm", "cases"),
    ("sluice-helm", "tables"),
    ("sluice-semver", "tables"),
    ("sluice-smd", "tables"),
    ("sluice-structural", "messages"),
    ("sluice-health", "shared_tables"),
];

/// Runs every suite, also after one that failed.
pub fn run(_: &[String]) -> Result<()> {
    let mut totals = Totals::default();
    let mut summary = Vec::new();
    let mut failed = Vec::new();
    for (package, target) in SUITES {
        let (is_ok, mut counted) = cargo::counted(&["test", "-q", "-p", package, "--test", target, "--", "--nocapture"], &[])?;
        // A suite that does not build has no failed test, and is one failure.
        counted.failed += u64::from(!is_ok && counted.failed == 0);
        totals.add(counted);
        summary.push(format!("{package} {target}: {counted}"));
        if !is_ok {
            failed.push(format!("{package} {target}"));
        }
    }
    println!("\n{}\n\n{totals}", summary.join("\n"));
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}
