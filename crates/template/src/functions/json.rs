//! JSON in and out, as Go's encoding/json reads and writes it.

use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::json_read::{self, Failure};
use crate::value::json_write::{Layout, write};
use crate::value::{Element, List, Map, Text, Value};
use std::rc::Rc;

table! {
    "toJson" (with 1) to_json, "The value as JSON; empty where it has no form.";
    "mustToJson" (with 1) must_to_json, "The value as JSON.";
    "toPrettyJson" (with 1) to_pretty, "The value as JSON on several lines.";
    "mustToPrettyJson" (with 1) must_to_pretty, "The value as JSON on several lines.";
    "toRawJson" (with 1) must_to_raw, "The value as JSON with `<`, `>` and `&` as they are.";
    "mustToRawJson" (with 1) must_to_raw, "The value as JSON with `<`, `>` and `&` as they are.";
    "fromJson" 1 from_json, "A JSON object as a map; an entry `Error` says what is wrong.";
    "fromJsonArray" 1 from_json_array, "A JSON array as a list; its only item says what is wrong.";
    "mustFromJson" 1 must_from_json, "Any JSON as a value.";
}

fn written(render: &Render<'_>, value: &Value, layout: Layout) -> Result<String, Fault> {
    write(value, layout, &render.options.limits)
}

/// Limits are refusals; what JSON cannot express is an empty string.
fn or_empty(result: Result<String, Fault>) -> Result<String, Fault> {
    match result {
        Err(fault) if fault.kind != crate::ErrorKind::Limit => Ok(String::new()),
        result => result,
    }
}

fn to_json(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    or_empty(written(render, &value, Layout::Compact))
}

fn must_to_json(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    written(render, &value, Layout::Compact)
}

fn to_pretty(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    or_empty(written(render, &value, Layout::Pretty))
}

fn must_to_pretty(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    written(render, &value, Layout::Pretty)
}

fn must_to_raw(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    written(render, &value, Layout::Raw)
}

/// A map whose only entry says what went wrong.
pub(super) fn error_map(message: String) -> Value {
    Value::map([("Error", Value::text(message))])
}

/// A list whose only item says what went wrong.
pub(super) fn error_list(message: String) -> Value {
    Value::list(vec![Value::text(message)])
}

/// What Go says when it decodes one kind of JSON into another.
pub(super) fn mismatch(value: &Value, wanted: &str) -> String {
    let found = match value {
        Value::Bool(_) => "bool",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    };
    format!("json: cannot unmarshal {found} into Go value of type {wanted}")
}

/// The value as a map, as decoding into a map leaves it.
pub(super) fn as_map(value: Value) -> Result<Value, String> {
    match value {
        Value::Map(_) => Ok(value),
        Value::Nil => Ok(Value::Map(Rc::new(Map::nil(Element::Any)))),
        value => Err(mismatch(&value, "map[string]interface {}")),
    }
}

/// The value as a list, as decoding into a slice leaves it.
pub(super) fn as_list(value: Value) -> Result<Value, String> {
    match value {
        Value::List(_) => Ok(value),
        Value::Nil => Ok(Value::List(Rc::new(List::nil(Element::Any)))),
        value => Err(mismatch(&value, "[]interface {}")),
    }
}

fn from_json(text: Text) -> Value {
    json_read::read(&text.lossy()).map_err(|Failure(message)| message).and_then(as_map).unwrap_or_else(error_map)
}

fn from_json_array(text: Text) -> Value {
    json_read::read(&text.lossy()).map_err(|Failure(message)| message).and_then(as_list).unwrap_or_else(error_list)
}

fn must_from_json(text: Text) -> Result<Value, Fault> {
    json_read::read(&text.lossy()).map_err(|Failure(message)| message.into())
}
