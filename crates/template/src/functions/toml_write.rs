//! Values as TOML, laid out as Helm's encoder does: plain keys first, then tables, two spaces a level.

use crate::error::Fault;
use crate::limits::{Limits, with_stack};
use crate::value::quote::quote;
use crate::value::{Text, Value, format_float};

/// The value as TOML.
pub(super) fn write(value: &Value, limits: &Limits) -> Result<String, Fault> {
    let mut writer = Writer { out: String::new(), limits, begun: false };
    match (entries(value), value) {
        (Some(entries), _) => writer.table(&[], &entries)?,
        (None, Value::Nil) => return Err("toml: cannot encode a nil value".into()),
        (None, value) => writer.value(value, 0)?,
    }
    Ok(writer.out)
}

struct Writer<'l> {
    out: String,
    limits: &'l Limits,
    begun: bool,
}

/// How an entry is written.
enum Shape {
    Skipped,
    Plain,
    Table(Entries),
    Tables(Vec<Entries>),
}

/// What a table holds, in the order in which it is written.
type Entries = Vec<(Text, Value)>;

/// The entries of a map by key, or the public fields of a struct as they are declared.
fn entries(value: &Value) -> Option<Entries> {
    match value {
        Value::Map(map) => Some(map.entries().iter().map(|(key, value)| (key.clone(), value.clone())).collect()),
        Value::Struct(fields) => {
            let public = fields.fields.iter().filter(|(name, _)| name.starts_with(|first: char| first.is_ascii_uppercase()));
            Some(public.map(|(name, value)| (Text::from(*name), value.clone())).collect())
        }
        _ => None,
    }
}

fn shape(value: &Value) -> Shape {
    match value {
        Value::Nil => Shape::Skipped,
        Value::Map(map) if map.is_nil() => Shape::Skipped,
        Value::List(list) if list.is_nil() => Shape::Skipped,
        Value::List(list) => {
            let items = list.items();
            let tables: Option<Vec<Entries>> = items.iter().map(entries).collect();
            tables.filter(|tables| !tables.is_empty()).map_or(Shape::Plain, Shape::Tables)
        }
        value => entries(value).map_or(Shape::Plain, Shape::Table),
    }
}

fn key(name: &Text) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.as_bytes().iter().all(|byte| bare(*byte)) {
        return name.to_string();
    }
    string(&name.lossy())
}

fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\0'..' ' | '\x7f' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl Writer<'_> {
    fn check(&self, depth: usize) -> Result<(), Fault> {
        if depth > self.limits.value_depth {
            return Err(Fault::limit("value_depth", "writing TOML"));
        }
        if self.out.len() > self.limits.string_bytes {
            return Err(Fault::limit("string_bytes", "writing TOML"));
        }
        Ok(())
    }

    fn table(&mut self, path: &[String], entries: &[(Text, Value)]) -> Result<(), Fault> {
        self.check(path.len())?;
        let indent = "  ".repeat(path.len().saturating_sub(1) + usize::from(!path.is_empty()));
        let mut later = Vec::new();
        for (name, value) in entries {
            match shape(value) {
                Shape::Skipped => {}
                Shape::Plain => {
                    self.begun = true;
                    self.out.push_str(&format!("{indent}{} = ", key(name)));
                    self.value(value, path.len())?;
                    self.out.push('\n');
                }
                shape => later.push((key(name), shape)),
            }
        }
        for (name, shape) in later {
            let mut path = path.to_vec();
            path.push(name);
            match shape {
                Shape::Table(table) => with_stack(|| self.section(&path, &table, false))?,
                Shape::Tables(tables) => {
                    tables.iter().try_for_each(|table| with_stack(|| self.section(&path, table, true)))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A table under its header. A blank line goes before tables at the top, and before each table of a list.
    fn section(&mut self, path: &[String], entries: &[(Text, Value)], listed: bool) -> Result<(), Fault> {
        if self.begun && (path.len() == 1 || listed) {
            self.out.push('\n');
        }
        self.begun = true;
        let (open, close) = if listed { ("[[", "]]") } else { ("[", "]") };
        let indent = "  ".repeat(path.len() - 1);
        self.out.push_str(&format!("{indent}{open}{}{close}\n", path.join(".")));
        self.table(path, entries)
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Fault> {
        self.check(depth)?;
        match value {
            Value::Bool(flag) => self.out.push_str(&flag.to_string()),
            Value::Int(number, _) => self.out.push_str(&number.to_string()),
            Value::Uint(number, _) => self.out.push_str(&number.to_string()),
            Value::Float(number) => self.out.push_str(&float(*number)),
            Value::String(text) => self.out.push_str(&string(&text.lossy())),
            Value::Bytes(bytes) => {
                let items: Vec<_> = bytes.as_bytes().iter().map(ToString::to_string).collect();
                self.out.push_str(&format!("[{}]", items.join(", ")));
            }
            Value::Time(time) => self.out.push_str(&time.format("2006-01-02T15:04:05.999999999Z07:00")),
            Value::List(list) => with_stack(|| self.array(&list.items(), depth))?,
            Value::Nil => return Err("toml: cannot encode array with nil element".into()),
            value => match entries(value) {
                Some(entries) => with_stack(|| self.inline(&entries, depth))?,
                None => return Err(format!("unsupported type for key '': {}", value.kind()).into()),
            },
        }
        Ok(())
    }

    fn array(&mut self, items: &[Value], depth: usize) -> Result<(), Fault> {
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.value(item, depth + 1)?;
        }
        self.out.push(']');
        Ok(())
    }

    fn inline(&mut self, entries: &[(Text, Value)], depth: usize) -> Result<(), Fault> {
        self.out.push('{');
        let entries = entries.iter().filter(|(_, value)| !matches!(shape(value), Shape::Skipped));
        for (index, (name, value)) in entries.enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.out.push_str(&format!("{} = ", key(name)));
            self.value(value, depth + 1)?;
        }
        self.out.push('}');
        Ok(())
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let text = format_float(number);
    if text.contains(['.', 'e']) { text } else { text + ".0" }
}

/// A name for messages.
pub(super) fn quoted(text: &str) -> String {
    quote(text.as_bytes(), false)
}
