//! `cargo xtask tidy`: checks of the tree that a compiler does not make. A check is one file and one line in [`CHECKS`].
//!
//! Refuses to be: a formatter or a linter of expressions; rustfmt and clippy are.

mod arrows;
mod banned;
mod case_folders;
mod error_pages;
mod headers;
mod lengths;
mod links;
mod map;
mod open_ends;
mod readmes;
mod rust;
mod traces;
mod tree;

use anyhow::{Result, bail};
use tree::Tree;

use crate::workspace;

/// Something that is not tidy: where, what and what to do, in one line.
type Finding = String;

/// One check.
struct Check {
    name: &'static str,
    run: fn(&Tree) -> Vec<Finding>,
}

/// Every check. A new one is a file and a line here.
const CHECKS: &[Check] = &[
    Check { name: "arrows", run: arrows::check },
    Check { name: "map", run: map::check },
    Check { name: "headers", run: headers::check },
    Check { name: "lengths", run: lengths::check },
    Check { name: "banned", run: banned::check },
    Check { name: "readmes", run: readmes::check },
    Check { name: "error pages", run: error_pages::check },
    Check { name: "case folders", run: case_folders::check },
    Check { name: "open ends", run: open_ends::check },
    Check { name: "traces", run: traces::check },
    Check { name: "links", run: links::check },
];

/// Runs every check, and lists the longest functions and files for whoever looks for work.
pub fn run(_: &[String]) -> Result<()> {
    let tree = Tree::read(&workspace::root())?;
    let mut count = 0;
    for check in CHECKS {
        for finding in (check.run)(&tree) {
            eprintln!("{}: {finding}", check.name);
            count += 1;
        }
    }
    lengths::print_longest(&tree);
    match count {
        0 => Ok(()),
        _ => bail!("{count} findings"),
    }
}
