//! `sluice kustomize`: overlays without a cluster, with kustomize's flags and kustomize's output.

use std::process::ExitCode;

use super::{Command, Outcome, define, parse};

mod build;

pub const COMMAND: Command = Command { define: || define::<Kustomize>("kustomize", "Build overlays"), run };

#[derive(clap::Args)]
struct Kustomize {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Build a set of objects from a Kustomization
    Build(Box<build::Build>),
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    match parse::<Kustomize>(matches).action {
        Action::Build(command) => build::run(&command)?,
    }
    Ok(ExitCode::SUCCESS)
}
