//! Helm's own type of values, `common.Values`, and the methods that templates may call on it.

use std::collections::BTreeMap;
use std::rc::Rc;

use template::{Element, Fault, Limits, Map, Methods, Param, Signature, Text, Value};

/// A map of Helm's own type with these entries.
pub(super) fn to_value(entries: BTreeMap<Text, Value>) -> Value {
    Value::Map(Rc::new(Map::named("common.Values", Element::Any, entries, Some(Rc::new(Table)))))
}

/// The same map under Helm's own type.
pub(super) fn view(map: &Map) -> Rc<Map> {
    Rc::new(map.converted(Some(("common.Values", Rc::new(Table)))))
}

struct Table;

impl Methods for Table {
    fn signature(&self, name: &str) -> Option<Signature> {
        match name {
            "AsMap" | "YAML" => Some(Signature::of(&[])),
            "Table" | "PathValue" => Some(Signature::of(&[Param::Text])),
            _ => None,
        }
    }

    fn call(&self, receiver: &Value, name: &str, arguments: Vec<Value>) -> Result<Value, Fault> {
        let path = match arguments.first() {
            Some(Value::String(path)) => path.lossy().into_owned(),
            _ => String::new(),
        };
        match name {
            "AsMap" => Ok(as_map(receiver)),
            "Table" => table(receiver, &path),
            "PathValue" => path_value(receiver, &path),
            _ => Ok(Value::text(yaml::to_string(&receiver.to_json(&Limits::default()).map_err(|_| "values nest too deep for YAML")?))),
        }
    }
}

/// The plain map behind the type; a new one where there is nothing in it, as in Helm.
fn as_map(receiver: &Value) -> Value {
    match receiver {
        Value::Map(map) if !map.is_empty() => Value::Map(Rc::new(map.converted(None))),
        _ => Value::map::<Text>([]),
    }
}

fn table(receiver: &Value, path: &str) -> Result<Value, Fault> {
    let mut table = receiver.clone();
    for step in path.split('.') {
        table = match table.get(step) {
            Some(inner @ Value::Map(_)) => inner,
            _ => return Err(format!("{step:?} is not a table").into()),
        };
    }
    match &table {
        Value::Map(map) => Ok(Value::Map(view(map))),
        _ => Ok(table),
    }
}

fn path_value(receiver: &Value, path: &str) -> Result<Value, Fault> {
    if path.is_empty() {
        return Err("YAML path cannot be empty".into());
    }
    let (holder, key) = match path.rsplit_once('.') {
        Some((tables, key)) => (table(receiver, tables).ok(), key),
        None => (Some(receiver.clone()), path),
    };
    let found = holder.and_then(|holder| holder.get(key)).filter(|value| !matches!(value, Value::Map(_)));
    found.ok_or_else(|| format!("{key:?} is not a value").into())
}
