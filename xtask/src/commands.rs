//! The list of commands.

use anyhow::{Result, bail};

use crate::{bench, cargo, cases, generated, test, tidy};

/// One command: how it is called, what it does, and the function.
pub struct Command {
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<()>,
}

/// Every command. A new one is a line here.
pub const ALL: &[Command] = &[
    Command { usage: "test", about: "everything that must pass before a change lands", run: test::run },
    Command { usage: "tidy", about: "arrows, lengths, headers, banned calls, links (seconds)", run: tidy::run },
    Command { usage: "gen [--check]", about: "write the generated files, or name those that differ", run: generated::run },
    Command { usage: "cases", about: "the case suites of all engines, with counts", run: cases::run },
    Command {
        usage: "acceptance [--real]",
        about: "the acceptance suite: embedded API server, or a real kube-apiserver",
        run: test::acceptance,
    },
    Command { usage: "bench [NAME]", about: "measurements; results are kept under benches/results", run: bench::run },
    Command { usage: "dev [ARGUMENTS]", about: "the whole platform on the embedded API server, built for debugging", run: dev },
];

/// Runs the command that the first word names; without a word prints the list.
pub fn run(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        print_list();
        return Ok(());
    };
    match ALL.iter().find(|command| command.name() == name) {
        Some(command) => (command.run)(rest),
        None => bail!("`{name}` is no command; `cargo xtask` prints the list"),
    }
}

impl Command {
    fn name(&self) -> &str {
        self.usage.split(' ').next().unwrap_or_default()
    }
}

fn print_list() {
    println!("cargo xtask <command>\n");
    for command in ALL {
        println!("  {:<22} {}", command.usage, command.about);
    }
}

fn dev(arguments: &[String]) -> Result<()> {
    let mut words = vec!["run", "-p", "sluice", "--", "up"];
    words.extend(arguments.iter().map(String::as_str));
    cargo::run(&words)
}
