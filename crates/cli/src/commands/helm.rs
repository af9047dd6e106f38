//! `sluice helm`: charts without a cluster, with helm's flags and helm's output.

use std::process::ExitCode;

use super::{Command, Outcome, define, parse};

mod host;
mod input;
mod keys;
mod lint;
mod pem;
mod show;
mod template;
mod verify;

pub const COMMAND: Command = Command { define: || define::<Helm>("helm", "Render, lint and show Helm charts"), run };

#[derive(clap::Args)]
struct Helm {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Render a chart's templates locally
    Template(Box<template::Template>),
    /// Examine a chart for possible issues
    Lint(lint::Lint),
    /// Show what a chart contains
    Show(show::Show),
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    match parse::<Helm>(matches).action {
        Action::Template(command) => template::run(&command)?,
        Action::Lint(command) => return lint::run(&command),
        Action::Show(command) => show::run(&command)?,
    }
    Ok(ExitCode::SUCCESS)
}
