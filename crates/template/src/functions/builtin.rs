//! What Go's text/template has by itself: logic, comparison, indexing, printing and escaping.
//!
//! `and` and `or` stop early, which the evaluator sees to; their entries here answer for a plain call.

use super::arguments::{Integer, Reflected, Rest};
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::quote::is_print;
use crate::value::{Text, Uint, Value, format};

table! {
    "and" 2 and, "The first argument that is false, or the last; the others are not evaluated.";
    "or" 2 or, "The first argument that is true, or the last; the others are not evaluated.";
    "not" 1 not, "Whether the argument is false.";
    "call" 2 call, "Calls a function value; templates here have none, so it refuses as Go does.";
    "len" 1 length, "Number of bytes, items or entries.";
    "index" 2 index, "Item by index or entry by key, repeatedly.";
    "slice" 2 slice, "Part of a string or list from one index up to another.";
    "eq" 2 equal, "Whether the first argument equals any of the others.";
    "ne" 2 not_equal, "Whether two arguments differ.";
    "lt" 2 less, "Whether the first is less than the second.";
    "le" 2 less_or_equal, "Whether the first is at most the second.";
    "gt" 2 greater, "Whether the first is greater than the second.";
    "ge" 2 greater_or_equal, "Whether the first is at least the second.";
    "print" (with 1) print, "Arguments as text, with spaces between neighbours that are not strings.";
    "printf" (with 2) printf, "Arguments in a format of Go's fmt.";
    "println" (with 1) println, "Arguments as text with spaces between, and a line break.";
    "html" (with 1) html, "Text safe in HTML.";
    "js" (with 1) js, "Text safe in a JavaScript string.";
    "urlquery" (with 1) urlquery, "Text safe in a URL query.";
}

type Values = Rest<Value>;

fn and(first: Reflected, rest: Rest<Reflected>) -> Value {
    chosen(first, rest, false)
}

fn or(first: Reflected, rest: Rest<Reflected>) -> Value {
    chosen(first, rest, true)
}

fn chosen(first: Reflected, rest: Rest<Reflected>, truth: bool) -> Value {
    let mut value = first.0;
    for next in rest.0 {
        if value.truth() == truth {
            break;
        }
        value = next.0;
    }
    value
}

fn not(value: Reflected) -> bool {
    !value.0.truth()
}

/// The evaluator adds the text of the callee as the last argument.
fn call(callee: Reflected, mut rest: Rest<Reflected>) -> Result<Value, Fault> {
    let name = rest.0.pop().map(|name| name.0);
    match (callee.0, name) {
        (Value::Nil, _) => Err("call of nil".into()),
        (value, Some(Value::String(name))) => Err(format!("non-function {name} of type {}", value.type_name()).into()),
        (value, _) => Err(format!("non-function of type {}", value.type_name()).into()),
    }
}

fn length(value: Reflected) -> Result<Integer, Fault> {
    let length = match &value.0 {
        Value::Nil => return Err("len of nil pointer".into()),
        Value::String(text) | Value::Bytes(text) => text.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        // Go looks behind a pointer first.
        value => return Err(format!("len of type {}", value.type_name().trim_start_matches('*')).into()),
    };
    Ok(Integer(length as i64))
}

/// An index as Go checks it; `end` itself is let through, as in Go.
fn offset(index: &Value, end: usize) -> Result<usize, Fault> {
    let number = match index {
        Value::Int(number, _) => *number,
        Value::Uint(number, _) => *number as i64,
        Value::Nil => return Err("cannot index slice/array with nil".into()),
        value => return Err(format!("cannot index slice/array with type {}", value.type_name()).into()),
    };
    match usize::try_from(number) {
        Ok(offset) if offset <= end => Ok(offset),
        _ => Err(format!("index out of range: {number}").into()),
    }
}

fn index(item: Reflected, indexes: Rest<Reflected>) -> Result<Value, Fault> {
    if matches!(item.0, Value::Nil) {
        return Err("index of untyped nil".into());
    }
    indexes.0.iter().try_fold(item.0, |item, index| step(&item, &index.0))
}

fn step(item: &Value, index: &Value) -> Result<Value, Fault> {
    match item {
        Value::Nil => Err("index of nil pointer".into()),
        Value::String(text) | Value::Bytes(text) => {
            let at = offset(index, text.len())?;
            let byte = text.as_bytes().get(at).ok_or_else(|| out_of_range(item))?;
            Ok(Value::Uint(u64::from(*byte), Uint::Uint8))
        }
        Value::List(list) => list.get(offset(index, list.len())?).ok_or_else(|| out_of_range(item)),
        Value::Map(map) => match index {
            Value::String(key) => Ok(map.entries().get(key.as_bytes()).cloned().unwrap_or_else(|| map.element().zero())),
            Value::Nil => Err("value is nil; should be of type string".into()),
            index => Err(format!("value has type {}; should be string", index.type_name()).into()),
        },
        item => Err(format!("can't index item of type {}", item.type_name()).into()),
    }
}

fn out_of_range(item: &Value) -> Fault {
    let kind = if matches!(item, Value::String(_)) { "string" } else { "slice" };
    format!("reflect: {kind} index out of range").into()
}

fn slice(item: Reflected, indexes: Rest<Reflected>) -> Result<Value, Fault> {
    let item = item.0;
    let length = match &item {
        Value::Nil => return Err("slice of untyped nil".into()),
        _ if indexes.0.len() > 3 => return Err(format!("too many slice indexes: {}", indexes.0.len()).into()),
        Value::String(_) if indexes.0.len() == 3 => return Err("cannot 3-index slice a string".into()),
        Value::String(text) | Value::Bytes(text) => text.len(),
        Value::List(list) => list.len(),
        value => return Err(format!("can't slice item of type {}", value.type_name()).into()),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(&indexes.0) {
        *bound = offset(&index.0, length)?;
    }
    let [start, end, capacity] = bounds;
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}").into());
    }
    if end > capacity {
        return Err(format!("invalid slice index: {end} > {capacity}").into());
    }
    Ok(part(&item, start, end))
}

/// The part of a string or list that is known to hold the bounds.
pub(super) fn part(item: &Value, start: usize, end: usize) -> Value {
    match item {
        Value::String(text) => Value::String(text.slice(start, end)),
        Value::Bytes(bytes) => Value::Bytes(bytes.slice(start, end)),
        Value::List(list) => {
            let items = list.items()[start..end].to_vec();
            Value::List(std::rc::Rc::new(crate::value::List::typed(list.element(), items)))
        }
        value => value.clone(),
    }
}

/// The classes of values that Go compares.
#[derive(PartialEq)]
enum Class {
    Bool,
    Complex,
    Int,
    Float,
    Text,
    Uint,
    Other,
}

fn class(value: &Value) -> Class {
    match value {
        Value::Bool(_) => Class::Bool,
        Value::Complex(..) => Class::Complex,
        Value::Int(..) => Class::Int,
        Value::Uint(..) => Class::Uint,
        Value::Float(_) => Class::Float,
        Value::String(_) => Class::Text,
        _ => Class::Other,
    }
}

fn incompatible(left: &Value, right: &Value) -> Fault {
    format!("incompatible types for comparison: {} and {}", left.type_name(), right.type_name()).into()
}

fn equal(first: Reflected, rest: Rest<Reflected>) -> Result<bool, Fault> {
    if rest.0.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in &rest.0 {
        if same(&first.0, &other.0)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn same(left: &Value, right: &Value) -> Result<bool, Fault> {
    Ok(match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left, _), Value::Int(right, _)) => left == right,
        (Value::Uint(left, _), Value::Uint(right, _)) => left == right,
        (Value::Int(int, _), Value::Uint(uint, _)) | (Value::Uint(uint, _), Value::Int(int, _)) => u64::try_from(*int) == Ok(*uint),
        (Value::Float(left), Value::Float(right)) => left == right,
        (Value::Complex(a, b), Value::Complex(c, d)) => a == c && b == d,
        (Value::String(left), Value::String(right)) => left == right,
        (left, right) if class(left) != class(right) => match (left, right) {
            (Value::Nil, _) | (_, Value::Nil) => false,
            _ => return Err(incompatible(left, right)),
        },
        (left, right) => return same_other(left, right),
    })
}

fn same_other(left: &Value, right: &Value) -> Result<bool, Fault> {
    let nil = |value: &Value| matches!(value, Value::Nil);
    if left.kind() != right.kind() && !nil(left) && !nil(right) {
        let (shown, name) = (as_text(left), left.type_name());
        return Err(format!("non-comparable types {shown}: {name}, {}: {}", right.type_name(), self::shown(right)).into());
    }
    if left.is_nil() || right.is_nil() {
        return Ok(left.is_nil() == right.is_nil());
    }
    match (left, right) {
        (Value::Struct(left), Value::Struct(right)) if left.pointer && right.pointer => Ok(std::rc::Rc::ptr_eq(left, right)),
        (Value::Time(left), Value::Time(right)) => Ok(left.instant == right.instant),
        _ => Err(format!("non-comparable type {}: {}", as_text(right), right.type_name()).into()),
    }
}

/// A value as `%s` shows it, which is how Go's message has it.
fn as_text(value: &Value) -> String {
    let bytes = format::printf(b"%s", std::slice::from_ref(value), &Default::default()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn shown(value: &Value) -> String {
    let bytes = format::display(value, &Default::default()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn not_equal(left: Reflected, right: Reflected) -> Result<bool, Fault> {
    same(&left.0, &right.0).map(|same| !same)
}

fn below(left: &Value, right: &Value) -> Result<bool, Fault> {
    let invalid = || Err(Fault::from("invalid type for comparison"));
    Ok(match (left, right) {
        (Value::Int(left, _), Value::Int(right, _)) => left < right,
        (Value::Uint(left, _), Value::Uint(right, _)) => left < right,
        (Value::Int(left, _), Value::Uint(right, _)) => *left < 0 || (*left as u64) < *right,
        (Value::Uint(left, _), Value::Int(right, _)) => *right >= 0 && *left < *right as u64,
        (Value::Float(left), Value::Float(right)) => left < right,
        (Value::String(left), Value::String(right)) => left < right,
        (left, right) if class(left) == Class::Other || class(right) == Class::Other => return invalid(),
        (left, right) if class(left) != class(right) => return Err(incompatible(left, right)),
        _ => return invalid(),
    })
}

fn less(left: Reflected, right: Reflected) -> Result<bool, Fault> {
    below(&left.0, &right.0)
}

fn less_or_equal(left: Reflected, right: Reflected) -> Result<bool, Fault> {
    Ok(below(&left.0, &right.0)? || same(&left.0, &right.0)?)
}

fn greater(left: Reflected, right: Reflected) -> Result<bool, Fault> {
    less_or_equal(left, right).map(|other| !other)
}

fn greater_or_equal(left: Reflected, right: Reflected) -> Result<bool, Fault> {
    below(&left.0, &right.0).map(|other| !other)
}

fn print(render: &mut Render<'_>, values: Values) -> Result<Text, Fault> {
    format::print(&values.0, &render.options.limits).map(Text::from)
}

fn printf(render: &mut Render<'_>, layout: Text, values: Values) -> Result<Text, Fault> {
    format::printf(layout.as_bytes(), &values.0, &render.options.limits).map(Text::from)
}

fn println(render: &mut Render<'_>, values: Values) -> Result<Text, Fault> {
    format::println(&values.0, &render.options.limits).map(Text::from)
}

/// Arguments as `print` shows them, with nothing as `<no value>`.
fn joined(render: &Render<'_>, values: Values) -> Result<Text, Fault> {
    let shown = |value| if matches!(value, Value::Nil) { Value::text("<no value>") } else { value };
    match values.0.as_slice() {
        [Value::String(text)] => Ok(text.clone()),
        _ => {
            let values: Vec<_> = values.0.into_iter().map(shown).collect();
            format::print(&values, &render.options.limits).map(Text::from)
        }
    }
}

fn html(render: &mut Render<'_>, values: Values) -> Result<String, Fault> {
    let text = joined(render, values)?;
    let mut out = String::with_capacity(text.len());
    for c in text.lossy().chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    Ok(out)
}

fn js(render: &mut Render<'_>, values: Values) -> Result<String, Fault> {
    let text = joined(render, values)?;
    let mut out = String::with_capacity(text.len());
    for c in text.lossy().chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' | '\0'..' ' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c if c.is_ascii() || is_print(c) => out.push(c),
            c => out.push_str(&format!("\\u{:04X}", u32::from(c))),
        }
    }
    Ok(out)
}

fn urlquery(render: &mut Render<'_>, values: Values) -> Result<String, Fault> {
    let text = joined(render, values)?;
    let mut out = String::with_capacity(text.len());
    for byte in text.as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(*byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(out)
}
