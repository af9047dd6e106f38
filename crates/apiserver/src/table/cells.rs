//! Cells: ages, counts, and what JSON paths of definitions find.

use jiff::Timestamp;
use serde_json::Value;

/// The age of an object.
pub fn age(object: &Value) -> Value {
    object["metadata"]["creationTimestamp"].as_str().map_or_else(|| "<unknown>".into(), |time| since(time).into())
}

/// How long ago a time was, in kubectl's short form.
pub fn since(time: &str) -> String {
    let Ok(time) = time.parse::<Timestamp>() else { return "<invalid>".into() };
    short(Timestamp::now().as_second() - time.as_second())
}

/// Seconds as kubectl prints durations: one unit, or two where the first is small.
pub fn short(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    let two = |first: i64, unit: char, second: i64, below: char| {
        if second == 0 { format!("{first}{unit}") } else { format!("{first}{unit}{second}{below}") }
    };
    match seconds {
        i64::MIN..0 => "0s".into(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => format!("{days}d"),
        _ => two(days / 365, 'y', days % 365, 'd'),
    }
}

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
