//! Cargo as a child: run through, or with its output followed line by line.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::thread;

use crate::totals::{Lines, Totals};
use crate::workspace;

/// Cargo with these arguments, in the root of the workspace.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(workspace::root());
    command
}

/// Runs cargo with our own input and output.
pub fn run(arguments: &[&str]) -> Result<()> {
    let status = command(arguments).status().context("cannot run cargo")?;
    match status.success() {
        true => Ok(()),
        false => bail!("`cargo {}` failed", arguments.join(" ")),
    }
}

/// Runs cargo, shows its output as it comes and counts tests in it. The flag says whether it ended well.
pub fn counted(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(bool, Totals)> {
    let mut child = command(arguments)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let output = child.stdout.take().context("the child was given a pipe as its output")?;
    let errors = child.stderr.take().context("the child was given a pipe for its errors")?;
    let errors = thread::spawn(move || follow(errors, |line| eprintln!("{line}")));
    let mut totals = follow(output, |line| println!("{line}"));
    totals.add(errors.join().unwrap_or_default());
    Ok((child.wait()?.success(), totals))
}

fn follow(stream: impl Read, show: impl Fn(&str)) -> Totals {
    let mut lines = Lines::default();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if lines.take(&line) {
            show(&line);
        }
    }
    lines.totals
}
