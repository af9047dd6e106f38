//! Values as text in many hands: JSON, flow, block; quotes, comments, anchors, merge keys, scalars of YAML 1.1.

use serde_json::{Map, Value};

use crate::random::Random;

/// In front of a text that is written as it is, without quotes.
pub const RAW: char = '\u{7}';

/// Several documents in one text.
pub fn documents(random: &mut Random, objects: &[Value]) -> String {
    if random.once_in(12) {
        let items: Vec<String> = objects.iter().map(json).collect();
        let kind = random.one(&["List", "ConfigMapList"]);
        return format!("{{\"apiVersion\": \"v1\", \"kind\": \"{kind}\", \"items\": [{}]}}", items.join(","));
    }
    let texts: Vec<String> = objects.iter().map(|object| write(random, object, &["null", "~", ""])).collect();
    let line = random.one(&["---\n", "---\n", "--- # next\n", "---\n# only a comment\n---\n"]);
    format!("{}{}", random.one(&["", "---\n", "# head\n"]), texts.join(line))
}

/// One document. A null is never a blank here: what the reference makes of one depends on the style of what it is merged into
/// (docs/parity.md).
pub fn document(random: &mut Random, value: &Value) -> String {
    write(random, value, &["null", "~"])
}

fn write(random: &mut Random, value: &Value, nulls: &'static [&'static str]) -> String {
    if random.once_in(4) {
        return json(value) + "\n";
    }
    let mut writer = Writer { random, nulls, anchors: Vec::new(), text: String::new() };
    writer.block(value, 0);
    writer.text
}

/// The value as JSON, with raw texts as texts.
fn json(value: &Value) -> String {
    value.to_string().replace("\\u0007", "")
}

struct Writer<'a> {
    random: &'a mut Random,
    nulls: &'static [&'static str],
    anchors: Vec<(String, Map<String, Value>)>,
    text: String,
}

impl Writer<'_> {
    /// A value at the start of lines of its own.
    fn block(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Object(map) if !map.is_empty() => self.mapping(map, indent),
            Value::Array(items) if !items.is_empty() => self.list(items, indent),
            scalar => {
                let text = self.scalar(scalar);
                self.line(indent, &text);
            }
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(text);
        if self.random.once_in(25) && !text.contains(['|', '>']) {
            self.text.push_str(" # said beside");
        }
        self.text.push('\n');
    }

    fn mapping(&mut self, map: &Map<String, Value>, indent: usize) {
        let mut keys: Vec<&String> = map.keys().collect();
        if self.random.once_in(2) {
            keys.reverse();
        }
        if let Some(name) = self.part_of(map) {
            self.line(indent, &format!("<<: *{name}"));
        }
        let inherited = self.part(map);
        for key in keys.into_iter().filter(|key| !inherited.contains_key(*key)) {
            if self.random.once_in(40) {
                self.line(indent, "# said before");
            }
            self.entry(key, &map[key], indent);
        }
    }

    /// An anchored mapping all of whose entries are in this one, with something left over.
    fn part_of(&self, map: &Map<String, Value>) -> Option<&str> {
        let is_part = |part: &Map<String, Value>| part.len() < map.len() && part.iter().all(|(key, value)| map.get(key) == Some(value));
        self.anchors.iter().rev().find(|(_, part)| is_part(part)).map(|(name, _)| name.as_str())
    }

    fn part(&self, map: &Map<String, Value>) -> Map<String, Value> {
        let name = self.part_of(map);
        self.anchors.iter().find(|(other, _)| Some(other.as_str()) == name).map(|(_, part)| part.clone()).unwrap_or_default()
    }

    fn entry(&mut self, key: &str, value: &Value, indent: usize) {
        let key = text_of(key);
        match value {
            Value::Object(map) if !map.is_empty() => self.mapping_entry(&key, map, indent),
            Value::Array(items) if !items.is_empty() && !self.random.once_in(5) => {
                self.line(indent, &format!("{key}:"));
                let deeper = 2 * self.random.below(2);
                self.list(items, indent + deeper);
            }
            Value::String(text) if text.contains('\n') && !text.contains(RAW) && self.random.once_in(2) => {
                self.literal(&key, text, indent);
            }
            other => {
                let text = self.scalar(other);
                self.line(indent, &format!("{key}: {text}"));
            }
        }
    }

    fn mapping_entry(&mut self, key: &str, map: &Map<String, Value>, indent: usize) {
        if let Some((name, _)) = self.anchors.iter().find(|(_, anchored)| anchored == map) {
            let text = format!("{key}: *{name}");
            return self.line(indent, &text);
        }
        if self.random.once_in(8) {
            let text = flow(&Value::Object(map.clone()));
            return self.line(indent, &format!("{key}: {text}"));
        }
        let has_scalars_only = map.values().all(Value::is_string);
        let anchor = (has_scalars_only && self.random.once_in(3)).then(|| format!("a{}", self.anchors.len()));
        let mark = anchor.as_ref().map(|name| format!(" &{name}")).unwrap_or_default();
        self.line(indent, &format!("{key}:{mark}"));
        let deeper = 2 + 2 * self.random.below(2);
        self.mapping(map, indent + deeper);
        if let Some(name) = anchor {
            self.anchors.push((name, map.clone()));
        }
    }

    fn list(&mut self, items: &[Value], indent: usize) {
        for item in items {
            let start = self.text.len();
            self.block(item, indent + 2);
            let dash = start + indent;
            // A comment in front of the first entry would take the dash.
            if self.text[start..].trim_start().starts_with('#') {
                self.text.truncate(start);
                let text = flow(item);
                self.line(indent, &format!("- {text}"));
            } else {
                self.text.replace_range(dash..=dash, "-");
            }
        }
    }

    fn literal(&mut self, key: &str, text: &str, indent: usize) {
        let chomp = if text.ends_with('\n') { "" } else { "-" };
        if text.ends_with("\n\n") || text.starts_with([' ', '\n']) || text.contains('\t') || text.contains('\r') {
            return self.line(indent, &format!("{key}: {}", Value::from(text)));
        }
        self.line(indent, &format!("{key}: |{chomp}"));
        for line in text.lines() {
            let spaces = if line.is_empty() { 0 } else { indent + 2 };
            self.text.push_str(&" ".repeat(spaces));
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn scalar(&mut self, value: &Value) -> String {
        match value {
            Value::String(text) => match text.strip_prefix(RAW) {
                Some(raw) => raw.to_owned(),
                None if is_plain(text) && self.random.once_in(2) => text.clone(),
                None if self.random.once_in(2) && !text.contains(['\n', '\\']) => format!("'{}'", text.replace('\'', "''")),
                None => Value::from(text.as_str()).to_string(),
            },
            Value::Null => self.random.one(self.nulls).to_owned(),
            other => flow(other),
        }
    }
}

/// The value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => text.strip_prefix(RAW).map_or_else(|| value.to_string(), |raw| format!("{raw} ")),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| format!("{}: {}", text_of(key), flow(value));
            format!("{{{}}}", map.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn text_of(key: &str) -> String {
    if is_plain(key) { key.to_owned() } else { Value::from(key).to_string() }
}

/// Whether the text means itself without quotes, whoever reads it.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-./_".contains(c))
        && !WORDS.contains(&text)
}
