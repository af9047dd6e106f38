//! Tables: the columns that `kubectl get` prints. Built-in kinds have a table of columns, custom ones bring their own.
//!
//! A column is a name and where its cell comes from; cells that need more than a path are small functions.

mod built_in;
mod cells;
mod cells_network;
mod cells_others;
mod cells_pods;
mod cells_workloads;

use serde_json::{Value, json};

use crate::convert;
use crate::registry::Resolved;
use crate::request::Include;
use crate::store::Stored;

/// One column.
struct Column {
    name: String,
    kind: String,
    format: String,
    /// 0 is always shown, 1 only in wide tables.
    priority: i64,
    cell: Cell,
}

/// Where a cell comes from.
enum Cell {
    /// A path of plain keys, and what is shown where it leads nowhere.
    Path(String, Value),
    /// A path as `additionalPrinterColumns` writes it.
    Query(String),
    /// A function of the whole object.
    Made(Made),
}

/// A cell made from the whole object.
type Made = fn(&Value) -> Value;

/// A `Table` of objects.
pub fn table(resolved: &Resolved, include: Include, objects: &[impl AsRef<Stored>], meta: &Value) -> Value {
    let columns = columns(resolved);
    let rows: Vec<Value> = objects.iter().map(|object| row(&columns, include, convert::read(resolved, object.as_ref()))).collect();
    let definitions: Vec<Value> = columns.iter().map(Column::definition).collect();
    json!({"apiVersion": "meta.k8s.io/v1", "kind": "Table", "metadata": meta, "columnDefinitions": definitions, "rows": rows})
}

fn row(columns: &[Column], include: Include, mut object: Value) -> Value {
    let cells: Vec<Value> = columns.iter().map(|column| column.value(&object)).collect();
    let shown = match include {
        Include::Metadata => {
            json!({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": object["metadata"].take()})
        }
        Include::Object => object,
        Include::Nothing => Value::Null,
    };
    json!({"cells": cells, "object": shown})
}

fn columns(resolved: &Resolved) -> Vec<Column> {
    let Some(custom) = resolved.custom() else { return built_in::columns(&resolved.resource.collection) };
    let mut columns = built_in::columns("");
    if !custom.columns.is_empty() {
        columns.truncate(1);
        columns.extend(custom.columns.iter().map(Column::custom));
    }
    columns
}

impl Column {
    /// A column of a definition's `additionalPrinterColumns`.
    fn custom(column: &Value) -> Column {
        let text = |key: &str| column[key].as_str().unwrap_or_default().to_owned();
        Column {
            name: text("name"),
            kind: text("type"),
            format: text("format"),
            priority: column["priority"].as_i64().unwrap_or(0),
            cell: Cell::Query(text("jsonPath")),
        }
    }

    fn definition(&self) -> Value {
        json!({"name": self.name, "type": self.kind, "format": self.format, "description": "", "priority": self.priority})
    }

    fn value(&self, object: &Value) -> Value {
        match &self.cell {
            Cell::Path(path, absent) => {
                let found = path.split('.').try_fold(object, |value, key| value.get(key)).filter(|found| !found.is_null());
                found.filter(|found| *found != "").unwrap_or(absent).clone()
            }
            Cell::Made(make) => make(object),
            Cell::Query(path) => {
                let found = cells::query(object, path);
                if self.kind == "date" { found.as_str().map_or(Value::Null, |time| cells::since(time).into()) } else { found }
            }
        }
    }
}

#[cfg(test)]
mod tests;
