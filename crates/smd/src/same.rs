//! Whether a write changed anything that counts.

use serde_json::{Map, Value};

/// Whether two states of an object differ in nothing but the times of managed fields and the resource version.
pub fn same_but_times(old: &Value, new: &Value) -> bool {
    same_beside(old, new, "", |name, old, new| if name == "metadata" { same_metadata(old, new) } else { old == new })
}

fn same_metadata(old: &Value, new: &Value) -> bool {
    same_beside(old, new, "resourceVersion", |name, old, new| match (name, old, new) {
        ("managedFields", Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same_beside(old, new, "time", |_, old, new| old == new))
        }
        _ => old == new,
    })
}

/// Whether two mappings have the same fields beside one, each of them the same by `is_same`.
fn same_beside(old: &Value, new: &Value, apart: &str, is_same: impl Fn(&str, &Value, &Value) -> bool) -> bool {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return old == new };
    let mut counted = old.iter().filter(|(name, _)| *name != apart);
    let size = |map: &Map<String, Value>| map.len() - usize::from(map.contains_key(apart));
    size(old) == size(new) && counted.all(|(name, value)| new.get(name).is_some_and(|new| is_same(name, value, new)))
}
