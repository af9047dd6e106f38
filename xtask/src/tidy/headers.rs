//! Every file of Rust opens with a `//!` paragraph.

use super::{Finding, Tree};

/// One finding for each file that opens with something else.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let bare = tree.rust().filter(|file| !file.text.starts_with("//!"));
    bare.map(|file| format!("{}: open with a `//!` paragraph: what it is, what it refuses to be, where to begin", file.path)).collect()
}
