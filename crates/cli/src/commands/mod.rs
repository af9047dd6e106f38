//! Every command is one file here and one line in [`ALL`].

use clap::{ArgMatches, Args, FromArgMatches};
use std::process::ExitCode;

mod build;
mod diff;
mod events;
mod explain;
mod get;
mod helm;
mod install;
mod kustomize;
mod reconcile;
mod run;
mod suspend;
mod tree;
mod up;

/// What a command gives back: its exit code, or a failure that the door prints with exit code 1.
pub type Outcome = anyhow::Result<ExitCode>;

/// One command: how it is called and what it does.
pub struct Command {
    /// Name and flags. Build it with [`define`].
    pub define: fn() -> clap::Command,
    /// Carries it out. Read the flags with [`parse`].
    pub run: fn(&ArgMatches) -> Outcome,
}

/// Every command, in the order of the help.
pub const ALL: &[Command] = &[
    up::COMMAND,
    run::COMMAND,
    install::COMMAND,
    get::COMMAND,
    tree::COMMAND,
    events::COMMAND,
    reconcile::COMMAND,
    suspend::SUSPEND,
    suspend::RESUME,
    diff::COMMAND,
    build::COMMAND,
    explain::COMMAND,
    helm::COMMAND,
    kustomize::COMMAND,
];

/// The whole command line. As in the reference programs, of a flag given twice the last counts.
pub fn root() -> clap::Command {
    let root = clap::Command::new("sluice")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Keeps clusters equal to what a team declared")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args_override_self(true);
    ALL.iter().fold(root, |root, command| root.subcommand((command.define)()))
}

/// Runs the command that was chosen.
pub fn run(matches: &ArgMatches) -> Outcome {
    let (name, matches) = matches.subcommand().expect("clap requires a subcommand");
    let command = ALL.iter().find(|command| (command.define)().get_name() == name);
    (command.expect("clap knows only the names in ALL").run)(matches)
}

/// A command whose flags are the fields of `A`. They are looked at when the command is chosen: the others cost a start nothing.
pub fn define<A: Args>(name: &'static str, about: &'static str) -> clap::Command {
    clap::Command::new(name).about(about).defer(augment::<A>)
}

/// The flags of `A` on a command, whose own description stays: a flattened group would put its own in its place.
fn augment<A: Args>(command: clap::Command) -> clap::Command {
    let about = command.get_about().cloned().unwrap_or_default();
    A::augment_args(command).about(about).long_about(None)
}

/// The flags of a command as the type they were defined by.
pub fn parse<A: FromArgMatches>(matches: &ArgMatches) -> A {
    A::from_arg_matches(matches).expect("the flags were defined from this type")
}

/// Runs a command that waits for a cluster, on one thread: most of its time is waiting.
pub fn block_on<T>(task: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(task)
}
