//! The `sluice` command, built with the tests, so that what a case starts and kills is never an older one.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(std::env::args_os())
}
