//! A case folder is read by a test, holds something, and has a name that says what it shows.

use std::collections::BTreeSet;

use super::{Finding, Tree};

/// One finding for each folder that no test reads or whose name is a number.
pub fn check(tree: &Tree) -> Vec<Finding> {
    folders(tree).into_iter().filter_map(|(member, name)| fault(tree, member, name)).collect()
}

/// Crate and name of each folder below `crates/*/tests/cases`.
fn folders(tree: &Tree) -> BTreeSet<(&str, &str)> {
    let below = tree.paths.iter().filter_map(|path| path.strip_prefix("crates/")?.split_once("/tests/cases/"));
    below.filter_map(|(member, rest)| Some((member, rest.split_once('/')?.0))).collect()
}

fn fault(tree: &Tree, member: &str, name: &str) -> Option<Finding> {
    let path = format!("crates/{member}/tests/cases/{name}");
    if !name.contains(|c: char| c.is_ascii_alphabetic()) {
        return Some(format!("{path}: the name should say what the case shows"));
    }
    let prefix = format!("crates/{member}/");
    let reads = |text: &str| text.contains("tests/cases\"") || text.contains("join(\"cases\")") || text.contains(&format!("cases/{name}"));
    let is_read = tree.rust().any(|file| (file.path.starts_with(&prefix) || file.path.starts_with("crates/testing/")) && reads(&file.text));
    (!is_read).then(|| format!("{path}: no test reads it"))
}
