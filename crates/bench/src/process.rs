//! One run of a program: how long it took from start to end, and how much memory it had at its peak.
//!
//! The kernel keeps the peak of ended children only as the highest of all, and counts in what the parent had when it started
//! the child. So memory is measured by a fresh copy of this program ([`PEAK`]), which is small and has one child.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};

/// The hidden word on the command line: run the program that follows, print its peak in KiB.
pub const PEAK: &str = "peak-of";

/// A program with its arguments.
pub struct Program<'a> {
    /// The file.
    pub path: &'a Path,
    /// What follows.
    pub arguments: Vec<String>,
}

impl Program<'_> {
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
        ensure!(status.success(), "{} {} ended with {status}", self.path.display(), self.arguments.join(" "));
        Ok(took)
    }

    /// Runs it once more and gives its peak resident memory in MiB.
    pub fn peak_mib(&self) -> Result<f64> {
        let mut helper = Command::new(std::env::current_exe()?);
        let output = helper.arg(PEAK).arg(self.path).args(&self.arguments).output()?;
        ensure!(output.status.success(), "measuring {}: {}", self.path.display(), String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().parse::<f64>()? / 1024.0)
    }
}

/// The copy's side of [`Program::peak_mib`].
pub fn report_peak(program: &[String]) -> Result<()> {
    let (path, arguments) = program.split_first().context("name a program")?;
    Program { path: Path::new(path), arguments: arguments.to_vec() }.time()?;
    println!("{}", getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss());
    Ok(())
}
