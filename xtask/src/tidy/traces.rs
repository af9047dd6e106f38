//! No trace of the machine that a file was written on: no home folder, no private registry.

use super::{Finding, Tree};

/// Beginnings of paths that exist on one machine only, split so that this file does not find itself.
const FOLDERS: &[&str] = &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];
/// Where a path on another machine is data and no trace.
const DATA: &[&str] = &["go.sum", "Cargo.lock"];
/// The only registry of the lock file.
const REGISTRY: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// One finding for each trace.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.ours().filter(|file| !DATA.iter().any(|name| file.path.ends_with(name))) {
        for (number, line) in file.text.lines().enumerate() {
            let folder = FOLDERS.iter().find(|folder| is_path(line, folder));
            findings.extend(folder.map(|folder| format!("{}:{}: `{folder}` is a path of one machine", file.path, number + 1)));
        }
    }
    let sources = tree.text("Cargo.lock").lines().filter(|line| line.starts_with("source = ") && *line != REGISTRY);
    findings.extend(sources.map(|line| format!("Cargo.lock: {line}")));
    let config = tree.text(".cargo/config.toml");
    findings.extend(
        ["[source", "[registries", "[registry"]
            .iter()
            .filter(|table| config.contains(*table))
            .map(|table| format!(".cargo/config.toml: {table}")),
    );
    findings
}

/// Whether the folder stands at the beginning of a path, not in the middle of one.
fn is_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || ".-_/~}*".contains(c)))
}
