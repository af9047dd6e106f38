//! The map in ARCHITECTURE.md shows every crate on its floor.

use super::{Finding, Tree};
use crate::floors::{BESIDE, FLOORS};

const PAGE: &str = "ARCHITECTURE.md";

/// The map is a table whose rows begin with the floor and the crate: `| engines | [plan](crates/plan/README.md) | … |`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let rows: Vec<(&str, &str)> = tree.text(PAGE).lines().filter_map(row).collect();
    let floors = FLOORS.iter().flat_map(|floor| floor.crates.iter().map(|name| (floor.name, *name)));
    let beside = BESIDE.iter().filter(|name| tree.crates.iter().any(|member| member.name == **name)).map(|name| ("beside", *name));
    let wanted: Vec<(&str, &str)> = floors.chain(beside).collect();
    let missing =
        wanted.iter().filter(|entry| !rows.contains(entry)).map(|(floor, name)| format!("{PAGE} lacks `{name}` on the floor `{floor}`"));
    let surplus = rows
        .iter()
        .filter(|entry| !wanted.contains(entry))
        .map(|(floor, name)| format!("{PAGE} shows `{name}` on `{floor}`, xtask/src/floors.rs does not"));
    missing.chain(surplus).collect()
}

fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix("| ")?.split(" | ");
    let floor = cells.next()?;
    let name = cells.next()?.strip_prefix('[')?.split(']').next()?;
    Some((floor, name))
}
