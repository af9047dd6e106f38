//! Paths as definitions write them for their columns: `.status.conditions[?(@.type=="Ready")].status`.

use serde_json::Value;

/// The first value that a path such as `.status.conditions[?(@.type=="Ready")].status` finds, or null.
pub fn query(object: &Value, path: &str) -> Value {
    steps(path).iter().try_fold(object, |value, step| step.walk(value)).cloned().unwrap_or(Value::Null)
}

enum Step {
    Key(String),
    Index(usize),
    Filter(String, String),
}

impl Step {
    fn walk<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Step::Key(key) => value.get(key),
            Step::Index(at) => value.get(at),
            Step::Filter(key, wanted) => value.as_array()?.iter().find(|item| item[key.as_str()].as_str() == Some(wanted)),
        }
    }
}

fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path.trim().trim_start_matches('{').trim_end_matches('}');
    while !rest.is_empty() {
        rest = rest.trim_start_matches('.');
        if let Some(inner) = rest.strip_prefix('[') {
            let (bracket, tail) = inner.split_once(']').unwrap_or((inner, ""));
            steps.extend(bracket_step(bracket));
            rest = tail;
        } else {
            let end = key_end(rest);
            steps.push(Step::Key(rest[..end].replace('\\', "")));
            rest = &rest[end..];
        }
    }
    steps
}

/// A key ends at a dot or bracket that no backslash protects.
fn key_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    (1..bytes.len()).find(|at| matches!(bytes[*at], b'.' | b'[') && bytes[*at - 1] != b'\\').unwrap_or(bytes.len())
}

fn bracket_step(text: &str) -> Option<Step> {
    if let Some(condition) = text.strip_prefix("?(@.").and_then(|text| text.strip_suffix(')')) {
        let (key, wanted) = condition.split_once("==")?;
        return Some(Step::Filter(key.trim().into(), wanted.trim().trim_matches(['"', '\'']).into()));
    }
    if text == "*" {
        return Some(Step::Index(0));
    }
    text.parse().map(Step::Index).ok().or_else(|| Some(Step::Key(text.trim_matches(['"', '\'']).replace('\\', ""))))
}
