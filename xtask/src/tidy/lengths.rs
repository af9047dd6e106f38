//! Files past 500 lines and functions past 70 are asked for their seam. What is longer today stands in an allowance that may only shrink.

use std::collections::BTreeMap;

use super::rust::{functions, masked};
use super::{Finding, Tree};

/// Lines of a file.
const FILE_LINES_MAX: usize = 500;
/// Lines of a function.
const FUNCTION_LINES_MAX: usize = 70;
/// What may be longer, each line `LINES WHAT`.
const ALLOWANCE: &str = "xtask/tidy-allowance.txt";
/// From here on a length is shown to whoever looks for work.
const SHOWN_FROM: usize = 60;
/// How many are shown.
const SHOWN_MAX: usize = 10;

/// One finding for each file or function that is longer than the ceiling and than its allowance.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let allowance = allowance(tree.text(ALLOWANCE));
    let mut findings = Vec::new();
    for (name, lines, ceiling) in lengths(tree) {
        let allowed = allowance.get(name.as_str()).copied().unwrap_or(0).max(ceiling);
        if lines > allowed {
            findings.push(format!("{name} has {lines} lines, {allowed} are allowed; find its seam"));
        } else if allowance.get(name.as_str()).is_some_and(|allowed| *allowed > lines.max(ceiling)) {
            println!("lengths: {name} is down to {lines} lines; lower it in {ALLOWANCE}");
        }
    }
    findings
}

/// The longest functions, worst first.
pub fn print_longest(tree: &Tree) {
    let mut longest: Vec<(String, usize, usize)> =
        lengths(tree).into_iter().filter(|(_, lines, ceiling)| *ceiling == FUNCTION_LINES_MAX && *lines >= SHOWN_FROM).collect();
    longest.sort_by_key(|(_, lines, _)| std::cmp::Reverse(*lines));
    for (name, lines, _) in longest.iter().take(SHOWN_MAX) {
        println!("lengths: {lines} lines in {name}");
    }
}

/// Every file and function: its name, its lines and its ceiling.
fn lengths(tree: &Tree) -> Vec<(String, usize, usize)> {
    let mut lengths = Vec::new();
    for file in tree.rust() {
        lengths.push((file.path.clone(), file.text.lines().count(), FILE_LINES_MAX));
        let functions = functions(&masked(&file.text)).into_iter();
        lengths.extend(functions.map(|function| (format!("{}::{}", file.path, function.name), function.lines, FUNCTION_LINES_MAX)));
    }
    lengths
}

fn allowance(text: &str) -> BTreeMap<&str, usize> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).filter_map(|(lines, name)| Some((name, lines.parse().ok()?))).collect()
}
