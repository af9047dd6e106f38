//! Request bodies in Kubernetes' protobuf: some kubectl commands send nothing else. Answers are always JSON.
//!
//! The messages of the stable built-in kinds are a table beside this file; decoding gives the JSON that the same object
//! would have been sent as. It refuses to encode.

mod wire;

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use wire::{Field, fields};

const TABLE: &str = include_str!("messages.txt");
const MAGIC: &[u8] = b"k8s\0";
/// How deep messages may nest.
const DEPTH_MAX: usize = 64;

/// Numbers that mean something when they are zero; in the wire form every absent number is zero.
const ZERO_COUNTS: [&str; 14] = [
    "backoffLimit",
    "completions",
    "failedJobsHistoryLimit",
    "fsGroup",
    "gracePeriodSeconds",
    "parallelism",
    "partition",
    "replicas",
    "revisionHistoryLimit",
    "runAsGroup",
    "runAsUser",
    "successfulJobsHistoryLimit",
    "terminationGracePeriodSeconds",
    "ttlSecondsAfterFinished",
];

type Message = HashMap<u64, (&'static str, &'static str)>;

static MESSAGES: LazyLock<HashMap<&'static str, Message>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(name, fields)| (name, message(fields))).collect()
});

fn message(fields: &'static str) -> Message {
    let parts = fields.split(' ').filter_map(|field| {
        let mut parts = field.splitn(3, ':');
        Some((parts.next()?.parse().ok()?, (parts.next()?, parts.next()?)))
    });
    parts.collect()
}

/// Whether a body is in this form.
pub fn is_protobuf(body: &[u8]) -> bool {
    body.starts_with(MAGIC)
}

/// The object that a body holds, or why it cannot be read.
pub fn decode(body: &[u8]) -> Result<Value, String> {
    let envelope = body.strip_prefix(MAGIC).ok_or("the body does not begin as Kubernetes' protobuf does")?;
    let (mut api_version, mut kind, mut raw) = (String::new(), String::new(), &[][..]);
    for (number, field) in fields(envelope)? {
        match (number, field) {
            (1, Field::Bytes(bytes)) => (api_version, kind) = type_of(bytes)?,
            (2, Field::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let name = message_name(&api_version, &kind);
    let mut object = Map::new();
    read(&name, raw, &mut object, 0)?;
    object.insert("apiVersion".into(), api_version.into());
    object.insert("kind".into(), kind.into());
    Ok(Value::Object(object))
}

fn type_of(bytes: &[u8]) -> Result<(String, String), String> {
    let mut names = (String::new(), String::new());
    for (number, field) in fields(bytes)? {
        match (number, field) {
            (1, Field::Bytes(bytes)) => names.0 = text(bytes)?,
            (2, Field::Bytes(bytes)) => names.1 = text(bytes)?,
            _ => {}
        }
    }
    Ok(names)
}

/// `apps/v1` and `Deployment` are `apps.v1.Deployment`; options of requests have a package of their own.
fn message_name(api_version: &str, kind: &str) -> String {
    if kind.ends_with("Options") {
        return format!("meta.{kind}");
    }
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    format!("{}.{version}.{kind}", group.split('.').next().unwrap_or_default())
}

fn read(name: &str, bytes: &[u8], object: &mut Map<String, Value>, depth: usize) -> Result<(), String> {
    let message = MESSAGES.get(name).ok_or_else(|| format!("{name} cannot be read as protobuf; send it as JSON"))?;
    if depth > DEPTH_MAX {
        return Err("messages nest too deeply".into());
    }
    for (number, field) in fields(bytes)? {
        let Some((json_name, kind)) = message.get(&number) else { continue };
        if json_name.is_empty() {
            if let Field::Bytes(bytes) = field {
                read(kind, bytes, object, depth + 1)?;
            }
            continue;
        }
        add(object, json_name, kind, &field, depth)?;
    }
    Ok(())
}

fn add(object: &mut Map<String, Value>, name: &str, kind: &str, field: &Field<'_>, depth: usize) -> Result<(), String> {
    if let Some(kind) = kind.strip_prefix('*') {
        let item = value(kind, field, depth)?;
        if let Value::Array(list) = object.entry(name).or_insert_with(|| json!([])) {
            list.push(item);
        }
    } else if let Some(kind) = kind.strip_prefix('%') {
        let (key, item) = entry(kind, field, depth)?;
        if let Value::Object(map) = object.entry(name).or_insert_with(|| json!({})) {
            map.insert(key, item);
        }
    } else {
        let value = value(kind, field, depth)?;
        let absent = value.is_null() || value == "" || (value == 0 && !ZERO_COUNTS.contains(&name));
        if !absent {
            object.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

fn entry(kind: &str, field: &Field<'_>, depth: usize) -> Result<(String, Value), String> {
    let Field::Bytes(bytes) = field else { return Err("a map entry is no message".into()) };
    let (mut key, mut item) = (String::new(), Value::Null);
    for (number, field) in fields(bytes)? {
        match (number, &field) {
            (1, Field::Bytes(bytes)) => key = text(bytes)?,
            (2, field) => item = value(kind, field, depth)?,
            _ => {}
        }
    }
    if item.is_null() && kind == "s" {
        item = "".into();
    }
    Ok((key, item))
}

fn value(kind: &str, field: &Field<'_>, depth: usize) -> Result<Value, String> {
    match (kind, field) {
        ("i", Field::Number(number)) => Ok((*number as i64).into()),
        ("b", Field::Number(number)) => Ok((*number != 0).into()),
        ("f", Field::Fixed(bits)) => Ok(json!(f64::from_bits(*bits))),
        ("s", Field::Bytes(bytes)) => text(bytes).map(Value::String),
        ("bytes", Field::Bytes(bytes)) => Ok(encode(bytes).into()),
        ("raw", Field::Bytes(bytes)) => raw(bytes),
        ("time", Field::Bytes(bytes)) => time(bytes),
        ("quantity", Field::Bytes(bytes)) => first_text(bytes),
        ("intstr", Field::Bytes(bytes)) => int_or_string(bytes),
        ("list", Field::Bytes(bytes)) => list(bytes),
        ("duration", Field::Bytes(bytes)) => Ok(format!("{}ns", numbers(bytes)?.first().copied().unwrap_or(0)).into()),
        (name, Field::Bytes(bytes)) => {
            let mut object = Map::new();
            read(name, bytes, &mut object, depth + 1)?;
            Ok(Value::Object(object))
        }
        _ => Err(format!("a field of type {kind} has another wire type")),
    }
}

fn text(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "a text is not UTF-8".to_owned())
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn raw(bytes: &[u8]) -> Result<Value, String> {
    let inner = fields(bytes)?.into_iter().find_map(|(_, field)| if let Field::Bytes(bytes) = field { Some(bytes) } else { None });
    serde_json::from_slice(inner.unwrap_or(b"null")).map_err(|error| error.to_string())
}

fn numbers(bytes: &[u8]) -> Result<Vec<i64>, String> {
    let numbers =
        fields(bytes)?.into_iter().filter_map(|(_, field)| if let Field::Number(number) = field { Some(number as i64) } else { None });
    Ok(numbers.collect())
}

/// An empty time is none.
fn time(bytes: &[u8]) -> Result<Value, String> {
    let Some(seconds) = numbers(bytes)?.first().copied() else { return Ok(Value::Null) };
    let time = Timestamp::from_second(seconds).map_err(|error| error.to_string())?;
    Ok(crate::meta::timestamp(time).into())
}

fn first_text(bytes: &[u8]) -> Result<Value, String> {
    Ok(list(bytes)?.get(0).cloned().unwrap_or_else(|| "".into()))
}

fn list(bytes: &[u8]) -> Result<Value, String> {
    let texts = fields(bytes)?
        .into_iter()
        .filter_map(|(_, field)| if let Field::Bytes(bytes) = field { Some(text(bytes).map(Value::String)) } else { None });
    texts.collect::<Result<Vec<Value>, String>>().map(Value::Array)
}

fn int_or_string(bytes: &[u8]) -> Result<Value, String> {
    let (mut is_text, mut number, mut words) = (false, 0, String::new());
    for (at, field) in fields(bytes)? {
        match (at, field) {
            (1, Field::Number(kind)) => is_text = kind == 1,
            (2, Field::Number(found)) => number = found as i64,
            (3, Field::Bytes(bytes)) => words = text(bytes)?,
            _ => {}
        }
    }
    Ok(if is_text { words.into() } else { number.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One length-delimited field.
    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![number << 3 | 2, u8::try_from(content.len()).unwrap()];
        bytes.extend_from_slice(content);
        bytes
    }

    fn body(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
        let kind = [field(1, api_version.as_bytes()), field(2, kind.as_bytes())].concat();
        [MAGIC.to_vec(), field(1, &kind), field(2, raw)].concat()
    }

    #[test]
    fn a_config_map_reads_as_its_json() {
        let metadata = [field(1, b"settings"), field(8, b"")].concat();
        let data = [field(1, b"a"), field(2, b"b")].concat();
        let raw = [field(1, &metadata), field(2, &data)].concat();
        let expected = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "b"}});
        assert_eq!(decode(&body("v1", "ConfigMap", &raw)), Ok(expected));
    }

    #[test]
    fn a_broken_body_is_an_error() {
        assert!(decode(b"{}").is_err());
        assert!(decode(&body("v1", "ConfigMap", &[0x0a, 0x7f])).is_err());
        assert!(decode(&body("v1", "Nothing", b"")).is_err());
        assert!(decode(&[MAGIC, &[0xff; 12]].concat()).is_err());
    }

    #[test]
    fn every_type_of_the_table_is_known() {
        let simple = ["s", "i", "b", "f", "bytes", "time", "duration", "quantity", "intstr", "raw", "list"];
        for (name, message) in MESSAGES.iter() {
            for (_, kind) in message.values() {
                let kind = kind.trim_start_matches(['*', '%']);
                assert!(simple.contains(&kind) || MESSAGES.contains_key(kind), "{name}: {kind}");
            }
        }
    }
}
