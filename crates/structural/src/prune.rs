//! Pruning of fields that the schema does not know.

use crate::node::{Node, Schema};
use serde_json::Value;

/// What an object of a kind has of its own.
const OWN: [&str; 3] = ["apiVersion", "kind", "metadata"];

impl Schema {
    /// Drops every field that the schema does not know. Gives their paths, sorted, such as `spec.ports[0].nmae`.
    ///
    /// Kept: `apiVersion`, `kind` and `metadata` of the object and of embedded resources, and everything under
    /// `x-kubernetes-preserve-unknown-fields`.
    pub fn prune(&self, object: &mut Value) -> Vec<String> {
        let mut dropped = Vec::new();
        prune(&self.root, object, true, "", &mut dropped);
        dropped
    }
}

fn prune(node: &Node, value: &mut Value, is_resource: bool, path: &str, dropped: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            map.retain(|name, value| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let own = is_resource && OWN.contains(&name.as_str());
                match node.child(name) {
                    _ if own => true,
                    Some(child) => {
                        prune(child, value, child.embedded, &path, dropped);
                        true
                    }
                    None => {
                        if !node.preserve {
                            dropped.push(path);
                        }
                        node.preserve
                    }
                }
            });
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                if let Some(node) = &node.items {
                    prune(node, item, node.embedded, &format!("{path}[{index}]"), dropped);
                }
            }
        }
        _ => {}
    }
}
