//! Tables: the columns that `kubectl get` prints. Built-in kinds have a table of columns, custom ones bring their own.
//!
//! A column is a name and where its cell comes from; cells that need more than a path are small functions.

mod built_in;
mod cells_network;
mod cells_others;
mod cells_pods;
mod cells_workloads;
mod column;
mod path;
mod texts;

use serde_json::{Value, json};

use column::Column;

use crate::convert;
use crate::registry::Resolved;
use crate::request::Include;
use crate::store::Stored;

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

#[cfg(test)]
mod tests;
