//! Every page under docs/errors belongs to a code. That every code has its page, the compiler checks already.

use super::{Finding, Tree};

const CODES: &str = "crates/failure/src/code.rs";

/// One finding for each page without a code.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let codes = tree.text(CODES);
    let pages = tree.paths.iter().filter_map(|path| path.strip_prefix("docs/errors/")?.strip_suffix(".md"));
    let orphans = pages.filter(|page| *page != "README" && !codes.contains(&format!("\"{page}\"")));
    orphans.map(|page| format!("docs/errors/{page}.md: no code of this name in {CODES}")).collect()
}
