//! Defaulting.

use crate::node::{Node, Schema};
use serde_json::Value;

impl Schema {
    /// Sets every default of a field that is absent, in the object and below, defaults of defaults included.
    ///
    /// Null counts as absent where the schema does not allow it; such a null without a default is dropped.
    pub fn default(&self, object: &mut Value) {
        apply(&self.root, object);
    }
}

fn apply(node: &Node, value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|name, value| !value.is_null() || node.child(name).is_none_or(|child| child.nullable));
            for (name, child) in &node.properties {
                if let (false, Some(default)) = (map.contains_key(name), &child.default) {
                    map.insert(name.clone(), default.clone());
                }
            }
            for (name, value) in map.iter_mut() {
                if let Some(child) = node.child(name) {
                    apply(child, value);
                }
            }
        }
        Value::Array(items) => {
            if let Some(node) = &node.items {
                items.iter_mut().for_each(|item| default_item(node, item));
            }
        }
        _ => {}
    }
}

fn default_item(node: &Node, item: &mut Value) {
    if let (true, false, Some(default)) = (item.is_null(), node.nullable, &node.default) {
        *item = default.clone();
    }
    apply(node, item);
}

impl Node {
    /// The schema of a field: a named one, or that of all others.
    pub(crate) fn child(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).or(self.additional.as_deref())
    }
}
