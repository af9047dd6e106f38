//! The columns of built-in kinds: the reader of `columns.txt`. What a cell needs beyond a path is in `cells_*.rs`.

use std::sync::LazyLock;

use serde_json::Value;

use super::{Cell, Column, Made, cells_network, cells_others, cells_pods, cells_workloads};

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

/// A text, empty if absent.
pub(super) fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The items of a list, none if absent.
pub(super) fn list(value: &Value) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// How many items or fields there are.
pub(super) fn size(value: &Value) -> usize {
    value.as_array().map(Vec::len).or_else(|| value.as_object().map(serde_json::Map::len)).unwrap_or(0)
}

/// Words with commas between them.
pub(super) fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<&str>>().join(",")
}

/// A text, or `<none>` for an empty one.
pub(super) fn or_none(text: String) -> Value {
    if text.is_empty() { "<none>".into() } else { text.into() }
}

/// The status of a condition, empty if it is not there.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> &'a str {
    let found = list(&object["status"]["conditions"]).find(|condition| condition["type"] == kind);
    found.map_or("", |condition| word(&condition["status"]))
}

/// The first few words, and how many more there are.
pub(super) fn first_of(words: &[String], shown: usize, between: &str) -> String {
    let told = words.iter().take(shown).cloned().collect::<Vec<_>>().join(between);
    if words.len() > shown { format!("{told} + {} more...", words.len() - shown) } else { told }
}

/// A label selector, or a plain mapping of labels, in text form.
pub(super) fn selector(selector: &Value) -> Value {
    let is_plain = selector.get("matchLabels").is_none() && selector.get("matchExpressions").is_none();
    let labels = if is_plain { selector } else { &selector["matchLabels"] };
    let equal = labels.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), format!("{key}={}", word(value))));
    let expressions = list(&selector["matchExpressions"]).map(|expression| (word(&expression["key"]), expression_text(expression)));
    let mut terms: Vec<(&str, String)> = equal.chain(expressions).collect();
    terms.sort();
    or_none(join(terms.iter().map(|(_, term)| term.as_str())))
}

fn expression_text(expression: &Value) -> String {
    let key = word(&expression["key"]);
    let values = join(list(&expression["values"]).map(word));
    match word(&expression["operator"]) {
        "In" => format!("{key} in ({values})"),
        "NotIn" => format!("{key} notin ({values})"),
        "DoesNotExist" => format!("!{key}"),
        _ => key.to_owned(),
    }
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

    #[test]
    fn selectors_print_as_text() {
        let value =
            serde_json::json!({"matchLabels": {"b": "c"}, "matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]}]});
        assert_eq!(selector(&value), "a in (x,y),b=c");
        assert_eq!(selector(&Value::Null), "<none>");
    }
}
