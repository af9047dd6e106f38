//! Real Git servers for tests: git's own `http-backend` behind a small HTTP server, and OpenSSH's `sshd`, both on loopback.
//!
//! Refuses to be: used by production, which starts no process. Where a program is missing, starting gives an error that a test
//! prints as SKIPPED.

mod http;
mod repository;
mod ssh;

pub use http::{HttpOptions, HttpServer, Seen};
pub use repository::Repository;
pub use ssh::{SshKey, SshServer};

use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Runs a program of the test machine to its end and gives what it printed.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<String> {
    let mut command = std::process::Command::new(program);
    command.args(arguments).current_dir(folder).envs(ENVIRONMENT.iter().copied());
    let output = command.output().with_context(|| format!("starting `{program}`"))?;
    ensure!(output.status.success(), "`{program} {}`: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// The same for everybody, whatever the machine's own configuration says.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_AUTHOR_NAME", "Ada"),
    ("GIT_AUTHOR_EMAIL", "ada@example.com"),
    ("GIT_COMMITTER_NAME", "Bob"),
    ("GIT_COMMITTER_EMAIL", "bob@example.com"),
    ("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"),
    ("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"),
];

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
