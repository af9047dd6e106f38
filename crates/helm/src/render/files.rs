//! `.Files`: the chart's own files, with the methods that templates call on them.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use base64::Engine as _;
use object::Value as Json;
use template::{Element, Fault, Map, Methods, Param, Signature, Text, Value};

use super::glob;
use crate::chart::File;

const TYPE: &str = "engine.files";

/// A map of file names to contents, as `.Files` shows it. It is made, and files are read, when it is first looked at.
pub(super) fn to_value(files: &Arc<Vec<File>>) -> Value {
    let files = files.clone();
    let entries = move || files.iter().map(|file| (Text::from(file.name.as_str()), Value::Bytes(file.data().clone()))).collect();
    Value::Map(Rc::new(Map::deferred(TYPE, Element::Bytes, Box::new(entries), Rc::new(Files))))
}

fn named(entries: BTreeMap<Text, Value>) -> Value {
    Value::Map(Rc::new(Map::named(TYPE, Element::Bytes, entries, Some(Rc::new(Files)))))
}

struct Files;

impl Methods for Files {
    fn signature(&self, name: &str) -> Option<Signature> {
        match name {
            "Get" | "GetBytes" | "Glob" | "Lines" => Some(Signature::of(&[Param::Text])),
            "AsConfig" | "AsSecrets" => Some(Signature::of(&[])),
            _ => None,
        }
    }

    fn call(&self, receiver: &Value, name: &str, arguments: Vec<Value>) -> Result<Value, Fault> {
        let Value::Map(files) = receiver else { return Err("files are a map".into()) };
        let argument = match arguments.first() {
            Some(Value::String(text)) => text.lossy().into_owned(),
            _ => String::new(),
        };
        Ok(match name {
            "Get" => Value::String(content(files, &argument)),
            "GetBytes" => Value::Bytes(content(files, &argument)),
            "Lines" => lines(&content(files, &argument)),
            "Glob" => matching(files, &argument),
            "AsSecrets" => yaml_of(files, |bytes| base64::engine::general_purpose::STANDARD.encode(bytes)),
            _ => yaml_of(files, |bytes| String::from_utf8_lossy(bytes).into_owned()),
        })
    }
}

fn content(files: &Map, name: &str) -> Text {
    match files.get(name) {
        Some(Value::Bytes(data)) => data,
        _ => Text::default(),
    }
}

fn lines(content: &Text) -> Value {
    let bytes = content.as_bytes();
    if bytes.is_empty() {
        return Value::strings(std::iter::empty::<Text>());
    }
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    Value::strings(bytes.split(|byte| *byte == b'\n').map(Text::from))
}

fn matching(files: &Map, pattern: &str) -> Value {
    let pattern = glob::Pattern::parse(pattern);
    let entries = files.entries();
    let matching = entries.iter().filter(|(name, _)| pattern.matches(&name.lossy()));
    named(matching.map(|(name, data)| (name.clone(), data.clone())).collect())
}

/// The files as a YAML mapping from the last step of their names to their content.
fn yaml_of(files: &Map, encode: impl Fn(&[u8]) -> String) -> Value {
    let entries = files.entries();
    let pairs = entries.iter().filter_map(|(name, data)| {
        let Value::Bytes(data) = data else { return None };
        let name = name.lossy();
        let base = name.rsplit('/').next().unwrap_or_default().to_owned();
        Some((base, Json::String(encode(data.as_bytes()))))
    });
    let text = yaml::to_string(&Json::Object(pairs.collect()));
    Value::text(text.strip_suffix('\n').unwrap_or(&text))
}
