//! Sets and keyed lists: items that are there twice, and which old item a new one continues.

use crate::error::{FieldError, Reason};
use crate::node::{List, Node};
use serde_json::{Map, Value};

/// Reports the first repetition of every item or key.
pub(crate) fn duplicates(node: &Node, items: &[Value], path: &str, errors: &mut Vec<FieldError>) {
    let names: Vec<Value> = match &node.list {
        List::Atomic => return,
        List::Set => items.to_vec(),
        List::Map(keys) => items.iter().map(|item| key(item, keys)).collect(),
    };
    for (index, name) in names.iter().enumerate() {
        if names[..index].iter().filter(|known| *known == name).count() == 1 {
            errors.push(FieldError::with_value(&format!("{path}[{index}]"), Reason::Duplicate, name, ""));
        }
    }
}

/// The old item that `item` continues: the one with its key. Items of other lists have no past.
pub(crate) fn past<'v>(node: &Node, item: &Value, old: Option<&'v Value>) -> Option<&'v Value> {
    let (List::Map(keys), Some(Value::Array(old))) = (&node.list, old) else { return None };
    let name = key(item, keys);
    old.iter().find(|old| key(old, keys) == name)
}

fn key(item: &Value, keys: &[String]) -> Value {
    let found = keys.iter().filter_map(|key| Some((key.clone(), item.get(key)?.clone())));
    Value::Object(found.collect::<Map<_, _>>())
}
