//! JSON patch (RFC 6902) as the reference's library reads it: negative indices count from the end, `add` needs its parent, and a
//! field that is not there is null, so `replace` makes it and `copy` copies null. What stands before the first slash is not read.

use object::Value;

use crate::budget::Budget;
use crate::error::{Error, ErrorKind};

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    op: String,
    path: String,
    from: String,
    value: Value,
}

impl Operation {
    /// Whether it writes or removes the whole of a field.
    pub fn overwrites(&self, path: &str) -> bool {
        self.path == path || (self.op == "move" && self.from == path)
    }
}

/// Reads operations from JSON or YAML. What begins with a bracket must be JSON.
pub(crate) fn parse(text: &str) -> Result<Vec<Operation>, Error> {
    let malformed = |what: String| Error::new(ErrorKind::Malformed, what);
    if text.is_empty() {
        return Err(malformed("empty json patch operations".to_owned()));
    }
    let value = if text.starts_with('[') {
        serde_json::from_str(text).map_err(|error| malformed(error.to_string()).at_line(error.line()))?
    } else {
        yaml::from_str(text).map_err(|error| malformed(error.to_string()).at_line(error.line))?
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items.iter().map(operation).collect(),
        _ => Err(malformed("a JSON patch is a list of operations".to_owned())),
    }
}

fn operation(item: &Value) -> Result<Operation, Error> {
    let Value::Object(map) = item else {
        return Err(Error::new(ErrorKind::Malformed, "an operation is a mapping with `op` and `path`"));
    };
    let text = |field: &str| map.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Operation { op: text("op"), path: text("path"), from: text("from"), value: map.get("value").cloned().unwrap_or_default() })
}

/// Applies all operations in order. What they write is counted first.
pub(crate) fn apply(document: &mut Value, operations: &[Operation], budget: &mut Budget) -> Result<(), Error> {
    for operation in operations {
        let written = written(document, operation);
        if let Ok(value) = &written {
            budget.write(value, operation.path.matches('/').count())?;
        }
        let applied = written.and_then(|value| match operation.op.as_str() {
            "add" | "move" | "copy" => add(document, &operation.path, value),
            "replace" => replace(document, &operation.path, value),
            "remove" => remove(document, &operation.path).map(drop),
            "test" => test(document, operation),
            other => Err(format!("Unexpected kind: {other}")),
        });
        applied
            .map_err(|why| Error::build(format!("{} operation does not apply: {why}", operation.op)).at_field(operation.path.clone()))?;
    }
    round(document);
    Ok(())
}

/// The value that an operation writes; a move takes it away.
fn written(document: &mut Value, operation: &Operation) -> Applied<Value> {
    match operation.op.as_str() {
        "add" | "replace" => Ok(operation.value.clone()),
        "move" => remove(document, &operation.from),
        "copy" => get(document, &operation.from),
        _ => Ok(Value::Null),
    }
}

/// Whole numbers beyond this are not exact in the reference, whose JSON has no other numbers than these.
const EXACT_MAX: u64 = 1 << 53;

/// Rounds whole numbers that the reference's JSON cannot hold.
fn round(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs)).unwrap_or_default();
            if size > EXACT_MAX {
                *value = number.as_f64().map(rounded).unwrap_or_default();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(map) => map.values_mut().for_each(round),
        _ => {}
    }
}

/// The shortest digits that mean the number, filled up with zeros.
fn rounded(number: f64) -> Value {
    let digits = format!("{number:e}");
    let (digits, exponent) = digits.split_once('e').unwrap_or((&digits, "0"));
    let whole = digits.replace('.', "");
    let zeros = exponent.parse::<usize>().unwrap_or_default() + 1;
    let text = format!("{whole:0<width$}", width = zeros + usize::from(whole.starts_with('-')));
    text.parse::<u64>().map(Value::from).or_else(|_| text.parse::<i64>().map(Value::from)).unwrap_or_else(|_| Value::from(number))
}

type Applied<T> = Result<T, String>;

/// Splits a pointer into the parent's segments and the last one.
fn split(path: &str) -> Applied<(Vec<String>, String)> {
    let mut segments: Vec<String> = path.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
    let last = segments.pop().ok_or_else(|| missing_path(path))?;
    Ok((segments, last))
}

fn missing_path(path: &str) -> String {
    format!("doc is missing path: \"{path}\": missing value")
}

fn missing_key(path: &str) -> String {
    format!("doc is missing key: {path}: missing value")
}

fn parent<'a>(document: &'a mut Value, path: &str, segments: &[String]) -> Applied<&'a mut Value> {
    segments.iter().try_fold(document, |value, segment| child(value, segment).ok_or_else(|| missing_path(path)))
}

fn child<'a>(value: &'a mut Value, segment: &str) -> Option<&'a mut Value> {
    match value {
        Value::Object(map) => map.get_mut(segment),
        Value::Array(items) => {
            let at = index(segment, items.len())?;
            items.get_mut(at)
        }
        _ => None,
    }
}

/// An index, from the end if negative.
fn index(segment: &str, length: usize) -> Option<usize> {
    let index: i64 = segment.parse().ok()?;
    if index < 0 { length.checked_sub(usize::try_from(-index).ok()?) } else { usize::try_from(index).ok() }
}

/// The value at a path; null for a field that is not there.
fn get(document: &mut Value, path: &str) -> Applied<Value> {
    let (segments, last) = split(path)?;
    match parent(document, path, &segments)? {
        Value::Object(map) => Ok(map.get(&last).cloned().unwrap_or_default()),
        list => child(list, &last).cloned().ok_or_else(|| missing_key(path)),
    }
}

fn add(document: &mut Value, path: &str, value: Value) -> Applied<()> {
    let (segments, last) = split(path)?;
    match parent(document, path, &segments)? {
        Value::Object(map) => {
            map.insert(last, value);
            Ok(())
        }
        Value::Array(items) => {
            let at = if last == "-" { Some(items.len()) } else { index(&last, items.len() + 1) };
            let at = at
                .filter(|at| *at <= items.len())
                .ok_or_else(|| format!("Unable to access invalid index: {last}: invalid index referenced"))?;
            items.insert(at, value);
            Ok(())
        }
        _ => Err(missing_path(path)),
    }
}

fn remove(document: &mut Value, path: &str) -> Applied<Value> {
    let (segments, last) = split(path)?;
    let missing = || format!("Unable to remove nonexistent key: {last}: missing value");
    match parent(document, path, &segments)? {
        Value::Object(map) => map.remove(&last).ok_or_else(missing),
        Value::Array(items) => match index(&last, items.len()).filter(|at| *at < items.len()) {
            Some(at) => Ok(items.remove(at)),
            None => Err(format!("Unable to access invalid index: {last}: invalid index referenced")),
        },
        _ => Err(missing()),
    }
}

fn replace(document: &mut Value, path: &str, value: Value) -> Applied<()> {
    if path.is_empty() && (value.is_object() || value.is_array()) {
        *document = value;
        return Ok(());
    }
    let (segments, last) = split(path)?;
    match parent(document, path, &segments)? {
        Value::Object(map) => {
            map.insert(last, value);
        }
        list => *child(list, &last).ok_or_else(|| missing_key(path))? = value,
    }
    Ok(())
}

fn test(document: &mut Value, operation: &Operation) -> Applied<()> {
    let found = if operation.path.is_empty() { document.clone() } else { get(document, &operation.path)? };
    if found == operation.value { Ok(()) } else { Err(format!("testing value {} failed: test failed", operation.path)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(patch: &str, expected: Value) {
        let mut value = json!({"a": {"b/c": 1}, "l": [1, 2]});
        apply(&mut value, &parse(patch).unwrap(), &mut Budget::default()).unwrap();
        assert_eq!(value, expected, "{patch}");
    }

    #[test]
    fn operations_apply() {
        check("- {op: add, path: /l/-, value: 3}", json!({"a": {"b/c": 1}, "l": [1, 2, 3]}));
        check("- {op: add, path: /l/0, value: 3}", json!({"a": {"b/c": 1}, "l": [3, 1, 2]}));
        check("- {op: replace, path: /a/b~1c, value: null}", json!({"a": {"b/c": null}, "l": [1, 2]}));
        check("- {op: remove, path: /l/-1}", json!({"a": {"b/c": 1}, "l": [1]}));
        check("- {op: replace, path: /x, value: 1}", json!({"a": {"b/c": 1}, "l": [1, 2], "x": 1}));
        check("- {op: copy, from: /y, path: /x}", json!({"a": {"b/c": 1}, "l": [1, 2], "x": null}));
        check("- {op: test, path: /x, value: null}", json!({"a": {"b/c": 1}, "l": [1, 2]}));
        check(r#"[{"op": "move", "from": "/l", "path": "/a/l"}]"#, json!({"a": {"b/c": 1, "l": [1, 2]}}));
        check("- {op: copy, from: /l/0, path: /x}\n- {op: test, path: /x, value: 1}", json!({"a": {"b/c": 1}, "l": [1, 2], "x": 1}));
    }

    #[test]
    fn what_is_not_there_is_refused() {
        for patch in [
            "- {op: remove, path: /x}",
            "- {op: replace, path: /x/y, value: 1}",
            "- {op: replace, path: /l/1, value: 1}",
            "- {op: test, path: /x/y, value: null}",
            "- {op: add, path: /x/y, value: 1}",
            "- {op: add, path: /l/5, value: 1}",
            "- {op: test, path: /l/0, value: 9}",
            "- {op: nonsense, path: /l}",
        ] {
            let mut value = json!({"l": [1]});
            assert!(apply(&mut value, &parse(patch).unwrap(), &mut Budget::default()).is_err(), "{patch}");
        }
        assert!(parse("a: b").is_err());
    }
}
