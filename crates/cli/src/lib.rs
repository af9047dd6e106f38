//! The command line: one file per command, and no rule that is not in a room above.
//!
//! Begin with [`commands::ALL`].

pub mod commands;
mod connection;
mod disk;
mod error;
mod gates;
mod install;
mod kinds;
mod local;
mod place;
mod request;
mod up;
mod view;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs one command and says how it ended: 0 done, 1 failed, 2 wrong usage.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match commands::root().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(usage) => return error::usage(&usage),
    };
    match commands::run(&matches) {
        Ok(code) => code,
        Err(failure) => error::print(&failure),
    }
}
