//! Tables: the columns that `kubectl get` prints.

use serde_json::{Value, json};

use crate::registry::Resolved;
use crate::store::Stored;

/// A `Table` of objects.
pub fn table(resolved: &Resolved, objects: &[impl AsRef<Stored>], meta: &Value) -> Value {
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| {
            let value = crate::convert::read(resolved, object.as_ref());
            json!({"cells": [value["metadata"]["name"], value["metadata"]["creationTimestamp"]],
                "object": {"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": value["metadata"]}})
        })
        .collect();
    json!({"apiVersion": "meta.k8s.io/v1", "kind": "Table", "metadata": meta, "rows": rows, "columnDefinitions": [
        {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0},
        {"name": "Created At", "type": "date", "format": "", "description": "", "priority": 0}]})
}
