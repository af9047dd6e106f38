//! A column: its name, and where its cells come from.

use serde_json::{Value, json};

use super::path::query;
use super::texts::since;

/// One column.
pub struct Column {
    /// What stands above it.
    pub name: String,
    /// The type of its cells.
    pub kind: String,
    /// What its cells are beside their type, such as `name`.
    pub format: String,
    /// 0 is always shown, 1 only in wide tables.
    pub priority: i64,
    /// Where its cells come from.
    pub cell: Cell,
}

/// Where a cell comes from.
pub enum Cell {
    /// A path of plain keys, and what is shown where it leads nowhere.
    Path(String, Value),
    /// A path as `additionalPrinterColumns` writes it.
    Query(String),
    /// A function of the whole object.
    Made(Made),
}

/// A cell made from the whole object.
pub type Made = fn(&Value) -> Value;

impl Column {
    /// A column of a definition's `additionalPrinterColumns`.
    pub fn custom(column: &Value) -> Column {
        let text = |key: &str| column[key].as_str().unwrap_or_default().to_owned();
        Column {
            name: text("name"),
            kind: text("type"),
            format: text("format"),
            priority: column["priority"].as_i64().unwrap_or(0),
            cell: Cell::Query(text("jsonPath")),
        }
    }

    /// What the table says of the column.
    pub fn definition(&self) -> Value {
        json!({"name": self.name, "type": self.kind, "format": self.format, "description": "", "priority": self.priority})
    }

    /// The cell of an object.
    pub fn value(&self, object: &Value) -> Value {
        match &self.cell {
            Cell::Path(path, absent) => {
                let found = path.split('.').try_fold(object, |value, key| value.get(key)).filter(|found| !found.is_null());
                found.filter(|found| *found != "").unwrap_or(absent).clone()
            }
            Cell::Made(make) => make(object),
            Cell::Query(path) => {
                let found = query(object, path);
                if self.kind == "date" { found.as_str().map_or(Value::Null, |time| since(time).into()) } else { found }
            }
        }
    }
}
