//! `cargo xtask test`: the one test command, and the acceptance suite on its own.
//!
//! Every step runs, also after one that failed, so that one run shows everything. The last line holds the totals.

use anyhow::{Result, bail};
use std::time::Instant;

use crate::totals::Totals;
use crate::workspace::{self, Crate};
use crate::{cargo, generated, schema, tidy};

/// The name of the test target that holds the acceptance suite.
const ACCEPTANCE: &str = "acceptance";
/// Tells the acceptance suite which API server to use: `embedded` or `real`.
const ACCEPTANCE_VARIABLE: &str = "SLUICE_ACCEPTANCE";

/// A step by its name.
type Step = (&'static str, fn() -> Outcome);

/// What is run, in order: the quick refusals first.
const STEPS: &[Step] = &[
    ("format", || cargo_step(&["fmt", "--all", "--check"])),
    ("tidy", || plain_step(tidy::run(&[]))),
    ("clippy", || cargo_step(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    ("generated files", generated_step),
    ("build of the tests", || cargo_step(&["test", "--workspace", "--no-run"])),
    ("unit, cases, laws and acceptance on the embedded API server", || {
        counted_step(&["test", "--workspace", "--no-fail-fast", "--", "--show-output"], &[])
    }),
    ("acceptance on a real kube-apiserver", || accept("real")),
];

/// How a step ended.
struct Outcome {
    is_ok: bool,
    totals: Totals,
}

/// Runs all steps and prints the summary.
pub fn run(_: &[String]) -> Result<()> {
    let mut totals = Totals::default();
    let mut summary = Vec::new();
    for (name, step) in STEPS {
        println!("\n=== {name}");
        let began = Instant::now();
        let outcome = step();
        // A step that fails without a failed test, such as a warning of clippy, is one failure.
        let unseen = u64::from(!outcome.is_ok && outcome.totals.failed == 0);
        totals.add(outcome.totals);
        totals.failed += unseen;
        let word = if outcome.is_ok { "ok    " } else { "FAILED" };
        summary.push(format!("{word} {name} ({:.0} s)", began.elapsed().as_secs_f64()));
    }
    println!("\n=== summary\n{}\n\n{totals}", summary.join("\n"));
    if totals.failed > 0 {
        // The totals stay the last line of the output; the exit code says the rest.
        std::process::exit(1);
    }
    Ok(())
}

/// `cargo xtask acceptance [--real]`.
pub fn acceptance(arguments: &[String]) -> Result<()> {
    let server = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => "embedded",
        ["--real"] => "real",
        _ => bail!("usage: cargo xtask acceptance [--real]"),
    };
    let outcome = accept(server);
    println!("{}", outcome.totals);
    if outcome.is_ok { Ok(()) } else { bail!("the acceptance suite failed on the {server} API server") }
}

fn accept(server: &str) -> Outcome {
    let crates = match workspace::crates() {
        Ok(crates) => crates,
        Err(error) => return plain_step(Err(error)),
    };
    if !crates.iter().any(has_acceptance) {
        println!("SKIPPED: no test target is named `{ACCEPTANCE}`");
        return Outcome { is_ok: true, totals: Totals { skipped: 1, ..Totals::default() } };
    }
    // The whole workspace is named, so that dependencies keep the features they were built with for the other tests.
    let words = ["test", "--workspace", "--test", ACCEPTANCE, "--no-fail-fast", "--", "--show-output"];
    counted_step(&words, &[(ACCEPTANCE_VARIABLE, server)])
}

fn has_acceptance(package: &Crate) -> bool {
    package.tests.iter().any(|name| name == ACCEPTANCE)
}

/// The table of built-in kinds is made from a Go module; where that is missing, one thing was not checked.
fn generated_step() -> Outcome {
    let mut outcome = plain_step(generated::run(&["--check".to_owned()]));
    outcome.totals.skipped = u64::from(schema::module().is_err());
    outcome
}

fn cargo_step(arguments: &[&str]) -> Outcome {
    plain_step(cargo::run(arguments))
}

fn plain_step(result: Result<()>) -> Outcome {
    if let Err(error) = &result {
        eprintln!("{error:#}");
    }
    Outcome { is_ok: result.is_ok(), totals: Totals::default() }
}

fn counted_step(arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    match cargo::counted(arguments, environment) {
        Ok((is_ok, totals)) => Outcome { is_ok, totals },
        Err(error) => plain_step(Err(error)),
    }
}
