//! Values to text, as Go's YAML libraries print them, byte for byte.

mod analysis;
mod scalar;
mod writer;

use crate::{Value, float, key_order};
use writer::Writer;

/// The longest key that is written without `?`, in bytes.
const SIMPLE_KEY_BYTES_MAX: usize = 128;
/// How much deeper a collection stands than what holds it.
const INDENT: usize = 2;

/// Whose output to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// `sigs.k8s.io/yaml.Marshal`: lists stand at their key's own column.
    #[default]
    Sigs,
    /// go-yaml v3 with an indent of two, as Helm's `toYamlPretty`: lists are indented below their key.
    V3,
    /// As `Sigs`, with keys by their bytes: what Flux digests.
    Bytewise,
}

/// What may vary in writing. The default is what [`to_string`] prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Whose output to print.
    pub style: Style,
    /// Lines of text are folded at the first blank past this column; `None` never folds.
    pub width: Option<usize>,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { style: Style::Sigs, width: Some(80) }
    }
}

/// What Go's `sigs.k8s.io/yaml.Marshal` prints: keys sorted as people count, lists not indented, long lines folded at 80.
pub fn to_string(value: &Value) -> String {
    to_string_with(value, &WriteOptions::default())
}

/// What go-yaml v3 prints with an indent of two: lists indented, no folding.
pub fn to_string_v3(value: &Value) -> String {
    to_string_with(value, &WriteOptions { style: Style::V3, width: None })
}

/// Prints one document with a line break at its end.
pub fn to_string_with(value: &Value, options: &WriteOptions) -> String {
    let mut writer = Writer::new(options);
    node(&mut writer, value, Place::Root);
    writer.finish()
}

/// What holds the node that is being written.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Item,
    Value,
}

fn node(writer: &mut Writer, value: &Value, place: Place) {
    match value {
        Value::Null => writer.plain("null"),
        Value::Bool(true) => writer.plain("true"),
        Value::Bool(false) => writer.plain("false"),
        Value::Number(number) => writer.plain(&number_text(number)),
        Value::String(text) => scalar::write(writer, text, scalar::Role::Value),
        Value::Array(items) if items.is_empty() => writer.indicator("[]"),
        Value::Object(map) if map.is_empty() => writer.indicator("{}"),
        Value::Array(items) => sequence(writer, items, place),
        Value::Object(map) => mapping(writer, map),
    }
}

fn number_text(number: &serde_json::Number) -> String {
    let float = number.as_f64().filter(|_| number.is_f64());
    match float.map(float::to_json) {
        None => number.to_string(),
        Some(Some(Value::Number(whole))) if !whole.is_f64() => whole.to_string(),
        Some(_) => float::to_yaml(float.unwrap_or_default()),
    }
}

fn sequence(writer: &mut Writer, items: &[Value], place: Place) {
    let outer = writer.indent;
    writer.indent = match place {
        Place::Root => Some(0),
        Place::Value if writer.options.style != Style::V3 && !writer.is_indentation => outer,
        _ => deeper(outer),
    };
    for item in items {
        writer.new_line();
        writer.block_indicator("-");
        node(writer, item, Place::Item);
    }
    writer.indent = outer;
}

fn mapping(writer: &mut Writer, map: &crate::Map<String, Value>) {
    let outer = writer.indent;
    writer.indent = deeper(outer);
    let mut pairs: Vec<(&String, &Value)> = map.iter().collect();
    if writer.options.style != Style::Bytewise {
        key_order::sort(&mut pairs);
    }
    for (key, value) in pairs {
        writer.new_line();
        if is_simple_key(key) {
            scalar::write(writer, key, scalar::Role::Key);
            writer.key_end();
        } else {
            writer.block_indicator("?");
            scalar::write(writer, key, scalar::Role::Value);
            writer.new_line();
            writer.block_indicator(":");
        }
        node(writer, value, Place::Value);
    }
    writer.indent = outer;
}

fn is_simple_key(key: &str) -> bool {
    key.len() <= SIMPLE_KEY_BYTES_MAX && !key.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}

/// The column of what is held by a block at `indent`.
fn deeper(indent: Option<usize>) -> Option<usize> {
    Some(indent.map_or(0, |indent| indent + INDENT))
}

#[cfg(test)]
mod tests;
