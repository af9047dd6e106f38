//! YAML in and out, as sigs.k8s.io/yaml reads and writes it.

use super::json::{as_list, as_map, error_list, error_map};
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Duration, Int, Text, Unconvertible, Value};
use serde_json::Value as Json;

table! {
    "toYaml" (with 1) to_yaml, "The value as YAML without a final line break; empty where it has no form.";
    "mustToYaml" (with 1) must_to_yaml, "The value as YAML without a final line break.";
    "toYamlPretty" (with 1) to_yaml_pretty, "The value as YAML with lists indented under their keys.";
    "fromYaml" 1 from_yaml, "A YAML mapping as a map; an entry `Error` says what is wrong.";
    "fromYamlArray" 1 from_yaml_array, "A YAML sequence as a list; its only item says what is wrong.";
}

fn tree(render: &Render<'_>, value: &Value) -> Result<Option<Json>, Fault> {
    match value.to_json(&render.options.limits) {
        Ok(tree) => Ok(Some(tree)),
        Err(Unconvertible::Number(_)) => Ok(None),
        Err(Unconvertible::Depth) => Err(Fault::limit("value_depth", "writing YAML")),
        Err(Unconvertible::Size) => Err(Fault::limit("string_bytes", "writing YAML")),
    }
}

fn without_break(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
    }
    text
}

fn to_yaml(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    Ok(tree(render, &value)?.map_or_else(String::new, |tree| without_break(yaml::to_string(&tree))))
}

fn must_to_yaml(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    match value.to_json(&render.options.limits) {
        Err(error @ Unconvertible::Number(_)) => Err(format!("error marshaling into JSON: {error}").into()),
        _ => to_yaml(render, value),
    }
}

fn to_yaml_pretty(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    // This encoder, unlike the other, writes a duration as people do.
    let value = match value {
        Value::Int(number, Int::Duration) => Value::text(Duration(number).to_string()),
        value => value,
    };
    Ok(tree(render, &value)?.map_or_else(String::new, |tree| without_break(yaml::to_string_v3(&tree))))
}

/// Text to a value, with the words that sigs.k8s.io/yaml puts before a failure of each stage.
fn read(text: &Text, shape: fn(Value) -> Result<Value, String>) -> Result<Value, String> {
    let tree = yaml::from_str(&text.lossy()).map_err(|error| format!("error converting YAML to JSON: {error}"))?;
    let decoding = |message| format!("error unmarshaling JSON: while decoding JSON: {message}");
    shape(Value::decoded(&tree)).map_err(decoding)
}

fn from_yaml(text: Text) -> Value {
    match read(&text, as_map) {
        Ok(Value::Map(map)) if map.is_nil() => Value::Map(Default::default()),
        result => result.unwrap_or_else(error_map),
    }
}

fn from_yaml_array(text: Text) -> Value {
    match read(&text, as_list) {
        Ok(Value::List(list)) if list.is_nil() => Value::list(Vec::new()),
        result => result.unwrap_or_else(error_list),
    }
}
