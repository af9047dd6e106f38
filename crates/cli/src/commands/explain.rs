//! `sluice explain CODE`: what a code means and what to do.

use std::process::ExitCode;

use failure::Code;

use super::{Command, Outcome, define, parse};

pub const COMMAND: Command = Command { define: || define::<Explain>("explain", "Say what an error code means and what to do"), run };

#[derive(clap::Args)]
struct Explain {
    /// The code, such as SL4003; without one, all codes are listed
    code: Option<Code>,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    match parse::<Explain>(matches).code {
        Some(code) => println!("{}", code.page().trim_end()),
        None => Code::ALL.iter().for_each(|code| println!("{code}  {}", code.title())),
    }
    Ok(ExitCode::SUCCESS)
}
