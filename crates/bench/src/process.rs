//! One run of a program: how long it took from start to end, and how much memory it had at its peak.
//!
//! The kernel counts in what the parent had when it started the child, so memory is measured by GNU time, which is small.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::measurement::Skipped;

/// GNU time.
const TIME: &str = "/usr/bin/time";

/// A program with its arguments.
pub struct Program<'a> {
    /// The file.
    pub path: &'a Path,
    /// What follows.
    pub arguments: Vec<String>,
}

impl Program<'_> {
    /// Its name, as results are kept: without the folders of one machine.
    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.path);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs it to its end. Errors: it does not start, or ends with a failure.
    pub fn time(&self) -> Result<Duration> {
        let start = Instant::now();
        let status = self.command().status().with_context(|| format!("{}", self.path.display()))?;
        let took = start.elapsed();
        ensure!(status.success(), "{} ended with {status}", self.name());
        Ok(took)
    }

    /// Runs it once more and gives its peak resident memory in MiB. Errors: [`Skipped`] where GNU time is missing.
    pub fn peak_mib(&self) -> Result<f64> {
        let mut command = Command::new(TIME);
        command.args(["-f", "%M"]).arg(self.path).args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null());
        let output = command.output().map_err(|error| Skipped(format!("{TIME}: {error}; install GNU time")))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "measuring {}: {errors}", self.name());
        let kib = errors.trim().lines().last().context("GNU time says nothing")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }
}
