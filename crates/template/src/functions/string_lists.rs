//! Between strings and lists of strings.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::arguments::Answer;
use super::cast::{to_text, to_texts};
use super::strings::{find, room};
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Element, List, Map, Text, Value};

table! {
    "join" (with 2) join, "The items as strings with a separator between.";
    "splitList" 2 split_list, "The parts of a string between separators.";
    "split" 2 split, "The parts of a string as a map of `_0`, `_1` and on.";
    "splitn" 3 splitn, "At most n parts of a string as a map of `_0`, `_1` and on.";
    "toStrings" 1 to_strings, "The items of a list as strings.";
    "sortAlpha" 1 sort_alpha, "The items as strings in order.";
}

/// A list of strings.
pub(crate) struct Texts(pub Vec<Text>);

impl Answer for Texts {
    fn value(self) -> Result<Value, Fault> {
        Ok(Value::strings(self.0))
    }
}

fn join(render: &mut Render<'_>, separator: Text, value: Value) -> Result<Text, Fault> {
    let texts = to_texts(&value)?;
    let bytes = texts.iter().fold(0usize, |sum, text| sum.saturating_add(text.len() + separator.len()));
    room(render, bytes)?;
    let parts: Vec<&[u8]> = texts.iter().map(Text::as_bytes).collect();
    Ok(parts.join(separator.as_bytes()).into())
}

/// Go's `strings.SplitN`: no limit where `count` is negative; characters where the separator is empty.
fn parts(text: &Text, separator: &Text, count: i64) -> Vec<Text> {
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    if limit == 0 {
        return Vec::new();
    }
    if separator.is_empty() {
        return characters(text, limit);
    }
    let mut rest = text.as_bytes();
    let mut parts = Vec::new();
    while parts.len() + 1 < limit {
        let Some(at) = find(rest, separator.as_bytes()) else {
            break;
        };
        parts.push(Text::from(&rest[..at]));
        rest = &rest[at + separator.len()..];
    }
    parts.push(Text::from(rest));
    parts
}

fn characters(text: &Text, limit: usize) -> Vec<Text> {
    let text = text.lossy();
    let mut parts = Vec::new();
    let mut rest = &*text;
    while let Some(c) = rest.chars().next() {
        if parts.len() + 1 == limit {
            parts.push(rest.into());
            break;
        }
        parts.push(rest[..c.len_utf8()].into());
        rest = &rest[c.len_utf8()..];
    }
    parts
}

fn split_list(separator: Text, text: Text) -> Texts {
    Texts(parts(&text, &separator, -1))
}

fn split(separator: Text, text: Text) -> Rc<Map> {
    numbered(parts(&text, &separator, -1))
}

fn splitn(separator: Text, count: i64, text: Text) -> Rc<Map> {
    numbered(parts(&text, &separator, count))
}

fn numbered(parts: Vec<Text>) -> Rc<Map> {
    let entries = parts.into_iter().enumerate();
    let entries: BTreeMap<_, _> = entries.map(|(index, part)| (Text::from(format!("_{index}")), Value::String(part))).collect();
    Rc::new(Map::typed(Element::Text, entries))
}

fn to_strings(value: Value) -> Result<Value, Fault> {
    match &value {
        Value::List(list) if list.element() == Element::Text => Ok(value),
        value => Ok(Value::strings(to_texts(value)?)),
    }
}

/// A list of strings is sorted where it lies, as in Go; other lists are copied.
fn sort_alpha(value: Value) -> Result<Value, Fault> {
    match &value {
        Value::List(list) => {
            let mut texts = to_texts(&value)?;
            texts.sort();
            if list.element() == Element::Text {
                *list.items_mut() = texts.into_iter().map(Value::String).collect();
                return Ok(value.clone());
            }
            Ok(Value::strings(texts))
        }
        Value::Bytes(_) => {
            let mut texts = to_texts(&value)?;
            texts.sort();
            Ok(Value::strings(texts))
        }
        value => Ok(Value::List(Rc::new(List::typed(Element::Text, vec![Value::String(to_text(value)?)])))),
    }
}
