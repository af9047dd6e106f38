//! RFC 6902 as kube-apiserver carries it out: `replace` of an absent key adds it, and indices may count from the end.
//!
//! Refuses to guess: an operation that does not fit fails the whole patch.

use object::json_kind;
use serde_json::{Map, Value};

use crate::decode;
use crate::status::Status;

/// Operations in one patch at most, as kube-apiserver has it.
const OPERATIONS_MAX: usize = 10_000;

/// Applies a patch; where it fails the target is left half patched.
pub fn json(target: &mut Value, body: &[u8]) -> Result<(), Status> {
    let operations = operations(body)?;
    if operations.len() > OPERATIONS_MAX {
        let message = format!("The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {}", operations.len());
        return Err(Status::new(413, "RequestEntityTooLarge", message));
    }
    // kube-apiserver does not say which operation failed, and why.
    operations.iter().try_for_each(|operation| apply(target, operation)).ok_or_else(Status::unprocessable)
}

fn operations(body: &[u8]) -> Result<Vec<Map<String, Value>>, Status> {
    let refuse = |why: String| Status::bad_request(format!("error decoding patch: {why}"));
    let value: Value = serde_json::from_slice(body).map_err(|error| refuse(decode::syntax_fault(body, &error)))?;
    let go_type = "[]handlers.jsonPatchOp";
    let Value::Array(items) = value else {
        return Err(refuse(format!("json: cannot unmarshal {} into Go value of type {go_type}", json_kind(&value))));
    };
    let operation = |item: Value| match item {
        Value::Object(operation) => Ok(operation),
        other => Err(refuse(format!("json: cannot unmarshal {} into Go value of type handlers.jsonPatchOp", json_kind(&other)))),
    };
    items.into_iter().map(operation).collect()
}

fn apply(target: &mut Value, operation: &Map<String, Value>) -> Option<()> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str).unwrap_or_default();
    let value = || operation.get("value").cloned().unwrap_or(Value::Null);
    let (path, from) = (text("path"), text("from"));
    match text("op") {
        "add" => add(target, path, value()),
        "remove" => take(target, path).map(drop),
        "replace" => replace(target, path, value()),
        "test" => (get(target, path)? == value()).then_some(()),
        "move" => take(target, from).and_then(|moved| add(target, path, moved)),
        "copy" => get(target, from).and_then(|copied| add(target, path, copied)),
        _ => None,
    }
}

/// The mapping or list that holds the last step of a path, and that step.
fn parent<'v>(target: &'v mut Value, path: &str) -> Option<(&'v mut Value, String)> {
    let (parents, last) = path.rsplit_once('/')?;
    let mut found = target;
    for step in parents.split('/').skip(1).map(unescape) {
        found = match found {
            Value::Object(map) => map.get_mut(&step)?,
            Value::Array(items) => {
                let at = place(&step, items.len())?;
                items.get_mut(at)?
            }
            _ => return None,
        };
    }
    (found.is_object() || found.is_array()).then(|| (found, unescape(last)))
}

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The index that a step means in a list; one that is negative counts from the end.
fn place(step: &str, length: usize) -> Option<usize> {
    let index: i64 = step.parse().ok()?;
    let from_start = if index < 0 { index + i64::try_from(length).ok()? } else { index };
    usize::try_from(from_start).ok().filter(|at| *at < length)
}

fn add(target: &mut Value, path: &str, value: Value) -> Option<()> {
    let (parent, last) = parent(target, path)?;
    let Value::Array(items) = parent else {
        parent[last] = value;
        return Some(());
    };
    let at = if last == "-" { items.len() } else { place(&last, items.len() + 1)? };
    items.insert(at, value);
    Some(())
}

fn replace(target: &mut Value, path: &str, value: Value) -> Option<()> {
    if path.is_empty() {
        *target = value;
        return Some(());
    }
    let (parent, last) = parent(target, path)?;
    match parent {
        Value::Array(items) => {
            let at = place(&last, items.len())?;
            items[at] = value;
        }
        map => map[last] = value,
    }
    Some(())
}

fn take(target: &mut Value, path: &str) -> Option<Value> {
    let (parent, last) = parent(target, path)?;
    match parent {
        Value::Array(items) => Some(items.remove(place(&last, items.len())?)),
        map => map.as_object_mut()?.remove(&last),
    }
}

/// What is at a path. A key that is not there is null.
fn get(target: &mut Value, path: &str) -> Option<Value> {
    if path.is_empty() {
        return Some(target.clone());
    }
    let (parent, last) = parent(target, path)?;
    match parent {
        Value::Array(items) => items.get(place(&last, items.len())?).cloned(),
        map => Some(map.get(&last).cloned().unwrap_or(Value::Null)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as tree;

    fn patched(patch: &Value) -> Result<Value, Status> {
        let mut target = tree!({"a": {"b": 1}, "list": [1, 2, 3]});
        json(&mut target, patch.to_string().as_bytes()).map(|()| target)
    }

    #[test]
    fn operations_do_what_kube_apiserver_does() {
        for (patch, expected) in [
            (tree!([{"op": "replace", "path": "/a/new", "value": 2}]), tree!({"a": {"b": 1, "new": 2}, "list": [1, 2, 3]})),
            (tree!([{"op": "add", "path": "/list/-", "value": 4}]), tree!({"a": {"b": 1}, "list": [1, 2, 3, 4]})),
            (tree!([{"op": "remove", "path": "/list/-1"}]), tree!({"a": {"b": 1}, "list": [1, 2]})),
            (tree!([{"op": "move", "from": "/a/b", "path": "/c"}]), tree!({"a": {}, "c": 1, "list": [1, 2, 3]})),
            (
                tree!([{"op": "test", "path": "/a/x", "value": null}, {"op": "copy", "from": "/a", "path": "/d"}]),
                tree!({"a": {"b": 1}, "d": {"b": 1}, "list": [1, 2, 3]}),
            ),
        ] {
            assert_eq!(patched(&patch), Ok(expected), "{patch}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for patch in [
            tree!([{"op": "remove", "path": "/a/x"}]),
            tree!([{"op": "add", "path": "/x/y", "value": 1}]),
            tree!([{"op": "add", "path": "/list/9", "value": 1}]),
            tree!([{"op": "test", "path": "/a/b", "value": 2}]),
            tree!([{"op": "turn", "path": "/a"}]),
        ] {
            assert_eq!(patched(&patch).unwrap_err().code, 422, "{patch}");
        }
        assert_eq!(patched(&tree!({"a": 1})).unwrap_err().code, 400);
    }
}
