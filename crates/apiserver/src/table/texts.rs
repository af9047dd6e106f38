//! What cells are made of: words, lists, ages, conditions and selectors as text.

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

/// A text, empty if absent.
pub fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The items of a list, none if absent.
pub fn list(value: &Value) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// How many items or fields there are.
pub fn size(value: &Value) -> usize {
    value.as_array().map(Vec::len).or_else(|| value.as_object().map(serde_json::Map::len)).unwrap_or(0)
}

/// Words with commas between them.
pub fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<&str>>().join(",")
}

/// A text, or `<none>` for an empty one.
pub fn or_none(text: String) -> Value {
    if text.is_empty() { "<none>".into() } else { text.into() }
}

/// The status of a condition, empty if it is not there.
pub fn condition<'a>(object: &'a Value, kind: &str) -> &'a str {
    let found = list(&object["status"]["conditions"]).find(|condition| condition["type"] == kind);
    found.map_or("", |condition| word(&condition["status"]))
}

/// The first few words, and how many more there are.
pub fn first_of(words: &[String], shown: usize, between: &str) -> String {
    let told = words.iter().take(shown).cloned().collect::<Vec<_>>().join(between);
    if words.len() > shown { format!("{told} + {} more...", words.len() - shown) } else { told }
}

/// A label selector, or a plain mapping of labels, in text form.
pub fn selector(selector: &Value) -> Value {
    let is_plain = selector.get("matchLabels").is_none() && selector.get("matchExpressions").is_none();
    let labels = if is_plain { selector } else { &selector["matchLabels"] };
    let equal = labels.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), format!("{key}={}", word(value))));
    let expressions = list(&selector["matchExpressions"]).map(|expression| (word(&expression["key"]), expression_text(expression)));
    let mut terms: Vec<(&str, String)> = equal.chain(expressions).collect();
    terms.sort();
    or_none(join(terms.iter().map(|(_, term)| term.as_str())))
}

fn expression_text(expression: &Value) -> String {
    let key = word(&expression["key"]);
    let values = join(list(&expression["values"]).map(word));
    match word(&expression["operator"]) {
        "In" => format!("{key} in ({values})"),
        "NotIn" => format!("{key} notin ({values})"),
        "DoesNotExist" => format!("!{key}"),
        _ => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_print_as_text() {
        let value =
            serde_json::json!({"matchLabels": {"b": "c"}, "matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]}]});
        assert_eq!(selector(&value), "a in (x,y),b=c");
        assert_eq!(selector(&Value::Null), "<none>");
    }
}
