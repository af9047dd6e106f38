//! The one door where an error chain is printed.

use std::process::ExitCode;

/// Prints `error:`, then each cause on its own line, to standard error.
pub fn print(failure: &anyhow::Error) -> ExitCode {
    eprintln!("error: {failure}");
    let mut last = failure.to_string();
    for cause in failure.chain().skip(1).map(ToString::to_string) {
        if !last.contains(&cause) {
            eprintln!("  cause: {cause}");
        }
        last = cause;
    }
    ExitCode::FAILURE
}

/// Prints what clap says: help to standard output with 0, mistakes to standard error with 2.
pub fn usage(usage: &clap::Error) -> ExitCode {
    // A closed pipe leaves nobody to tell.
    let _ = usage.print();
    if usage.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
