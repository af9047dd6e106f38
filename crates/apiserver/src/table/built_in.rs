//! The columns of built-in kinds: the reader of `columns.txt`. What a cell needs beyond a path is in `cells_*.rs`.

use std::sync::LazyLock;

use super::column::{Cell, Column, Made};
use super::{cells_network, cells_others, cells_pods, cells_workloads};

const TABLE: &str = include_str!("columns.txt");

/// Columns whose format is `name` although they are not the first: a slip of kube-apiserver that clients see.
const NAMED: &str = "Attacher";

/// The columns of a collection; kinds that are not listed show name and age.
pub fn columns(collection: &str) -> Vec<Column> {
    let listed = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    let found = listed.into_iter().find(|(known, _)| *known == collection);
    found.map_or("Name = #name | Age = #age", |(_, columns)| columns).split(" | ").map(column).collect()
}

fn column(text: &str) -> Column {
    let (name, source) = text.split_once(" = ").expect("the table is part of the source; a test reads all of it");
    let (name, priority) = name.strip_suffix('+').map_or((name, 0), |name| (name, 1));
    let (name, kind) = name.split_once('!').unwrap_or((name, "string"));
    let format = if name == "Name" || name == NAMED { "name" } else { "" };
    Column { name: name.into(), kind: kind.into(), format: format.into(), priority, cell: cell(source) }
}

fn cell(source: &str) -> Cell {
    if let Some(name) = source.strip_prefix('#') {
        return Cell::Made(made(name).expect("the table names known cells; a test reads all of it"));
    }
    let (path, absent) = source.split_once(" ? ").unwrap_or((source, "\"\""));
    Cell::Path(path.into(), serde_json::from_str(absent).unwrap_or_else(|_| absent.into()))
}

/// Every cell by name.
static CELLS: LazyLock<Vec<(&'static str, Made)>> =
    LazyLock::new(|| [cells_pods::CELLS, cells_workloads::CELLS, cells_network::CELLS, cells_others::CELLS].concat());

fn made(name: &str) -> Option<Made> {
    CELLS.iter().find(|(known, _)| *known == name).map(|(_, made)| *made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;

    #[test]
    fn the_whole_table_can_be_read_and_every_cell_is_used() {
        let index = Registry::new().index();
        for (collection, _) in TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": ")) {
            assert!(index.by_collection(collection).is_some(), "{collection}");
            assert!(!columns(collection).is_empty());
        }
        for (name, _) in CELLS.iter() {
            assert!(TABLE.contains(&format!("= #{name}")), "{name}");
        }
    }
}
