//! One step of a path: a field, an item by key, an item by value, an item by index.
//!
//! An element is kept in the form in which FieldsV1 writes it (`f:spec`, `k:{"name":"a"}`, `v:3`, `i:0`), normalised so
//! that equal elements are equal texts. Refuses to hold a whole path: that is [`crate::Path`].

use crate::canonical;
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;
use std::fmt;

/// What most keys take as text.
const KEY_BYTES_USUAL: usize = 64;

/// A step of a path, as FieldsV1 spells it. Ordered: fields, keys, values, indices.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Element(Box<str>);

/// A text that is no element.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementError {
    /// The text does not begin with `f:`, `k:`, `v:` or `i:`.
    #[error("`{0}` has no known prefix (f:, k:, v:, i:)")]
    Prefix(String),
    /// What follows the prefix is no JSON of the wanted kind.
    #[error("`{0}` does not hold what its prefix promises")]
    Content(String),
}

impl Element {
    /// A named field of an object, or a key of a map.
    pub fn field(name: &str) -> Element {
        Element(["f:", name].concat().into())
    }

    /// An item of a keyed list. The keys are kept sorted by name.
    pub fn key(keys: Map<String, Value>) -> Element {
        Element::keyed(&mut keys.iter().map(|(name, value)| (name.as_str(), value)).collect::<Vec<_>>())
    }

    /// An item of a keyed list, by names and values that are written without a copy.
    pub(crate) fn keyed(keys: &mut [(&str, &Value)]) -> Element {
        keys.sort_unstable_by_key(|(name, _)| *name);
        let mut text = String::with_capacity(KEY_BYTES_USUAL);
        text += "k:{";
        for (at, (name, value)) in keys.iter().enumerate() {
            text += if at == 0 { "" } else { "," };
            push_text(&mut text, name);
            text += ":";
            push_value(&mut text, value);
        }
        text += "}";
        Element(text.into())
    }

    /// An item of a set.
    pub fn value(value: &Value) -> Element {
        let mut text = String::from("v:");
        push_value(&mut text, value);
        Element(text.into())
    }

    /// An item by its place.
    pub fn index(index: i64) -> Element {
        Element(format!("i:{index}").into())
    }

    /// Reads the form that FieldsV1 uses.
    pub fn parse(text: &str) -> Result<Element, ElementError> {
        let wrong = || ElementError::Content(text.into());
        match text.split_at_checked(2) {
            Some(("f:", _)) => Ok(Element(text.into())),
            Some(("i:", index)) => Ok(Element::index(index.parse().map_err(|_| wrong())?)),
            Some(("v:", json)) if canonical::is_scalar(json) => Ok(Element(text.into())),
            Some(("k:", json)) if canonical::is_key(json) => Ok(Element(text.into())),
            Some(("v:", json)) => Ok(Element::value(&serde_json::from_str(json).map_err(|_| wrong())?)),
            Some(("k:", json)) => Ok(Element::key(serde_json::from_str(json).map_err(|_| wrong())?)),
            _ => Err(ElementError::Prefix(text.into())),
        }
    }

    /// The form that FieldsV1 uses.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, if this is a field.
    pub fn field_name(&self) -> Option<&str> {
        self.0.strip_prefix("f:")
    }
}

/// JSON text; only what needs escapes goes the long way.
fn push_text(into: &mut String, text: &str) {
    if canonical::is_plain(text) {
        into.push('"');
        into.push_str(text);
        into.push('"');
    } else {
        *into += &Value::from(text).to_string();
    }
}

fn push_value(into: &mut String, value: &Value) {
    match value {
        Value::String(text) => push_text(into, text),
        other => *into += &normal(other).to_string(),
    }
}

/// One spelling for equal numbers: `1.0` and `1` are the same key.
fn normal(value: &Value) -> Value {
    match value.as_f64() {
        Some(number) if value.is_f64() && number.fract() == 0.0 && number.abs() < 9e15 => Value::Number(Number::from(number as i64)),
        _ => value.clone(),
    }
}

impl Ord for Element {
    fn cmp(&self, other: &Element) -> Ordering {
        let is_index = |element: &Element| element.0.starts_with("i:");
        is_index(self).cmp(&is_index(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Element {
    fn partial_cmp(&self, other: &Element) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Element {
    /// As kube-apiserver prints it in messages: `.name`, `[name="a",port=80]`, `["v"]`, `[0]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at(2) {
            ("f:", name) => write!(f, ".{name}"),
            ("v:", json) => write!(f, "[={json}]"),
            ("k:", json) => {
                let keys: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
                let keys: Vec<String> = keys.iter().map(|(name, value)| format!("{name}={value}")).collect();
                write!(f, "[{}]", keys.join(","))
            }
            (_, index) => write!(f, "[{index}]"),
        }
    }
}
