//! Every crate has a README.

use super::{Finding, Tree};

/// One finding for each crate without one.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let members = tree.crates.iter().filter(|member| member.name != "xtask");
    let bare = members.filter(|member| !tree.paths.contains(&format!("crates/{}/README.md", member.name)));
    bare.map(|member| format!("crates/{} has no README.md: what is inside, what is promised, where to begin", member.name)).collect()
}
