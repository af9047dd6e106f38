//! Work that is left open has an owner line in docs/parity.md, or it is not left open.

use super::{Finding, Tree};

/// The words, split so that this file does not find itself.
const WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
const LIST: &str = "docs/parity.md";

/// One finding for each mark whose text is not in the list.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let list = tree.text(LIST);
    let mut findings = Vec::new();
    for file in tree.ours().filter(|file| file.path != LIST && is_source(&file.path)) {
        for (number, line) in file.text.lines().enumerate() {
            let open = WORDS.iter().find_map(|word| line.split_once(word)).map(|(_, what)| what.trim_matches([':', ' ']));
            if open.is_some_and(|what| what.is_empty() || !list.contains(what)) {
                findings.push(format!("{}:{}: do it now, or give it a line with an owner in {LIST}", file.path, number + 1));
            }
        }
    }
    findings
}

fn is_source(path: &str) -> bool {
    [".rs", ".md", ".toml", ".go", ".yaml"].iter().any(|end| path.ends_with(end)) || path == ".ci/run"
}
