//! The scripts of the project, in Rust: `cargo xtask` prints the list.
//!
//! Refuses to be: a place of rules about Kubernetes. Begin with [`commands::ALL`].

mod bench;
mod cargo;
mod cases;
mod commands;
mod crds;
mod floors;
mod generated;
mod reference;
mod schema;
mod test;
mod tidy;
mod totals;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match commands::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
