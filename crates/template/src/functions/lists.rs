//! Lists. Every function gives a new list and leaves the old one as it was.

use std::rc::Rc;

use super::arguments::Rest;
use super::builtin::part;
use super::cast::{deep_equal, is_empty, to_int};
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Element, List, Uint, Value};

table! {
    "list" 1 list, "A list of the arguments.";
    "tuple" 1 list, "Old name of list.";
    "append" 2 append, "The list with one more item at its end.";
    "push" 2 append, "As append.";
    "mustAppend" 2 append, "As append.";
    "mustPush" 2 append, "As append.";
    "prepend" 2 prepend, "The list with one more item at its beginning.";
    "mustPrepend" 2 prepend, "As prepend.";
    "first" 1 first, "The first item, or nil.";
    "mustFirst" 1 first, "As first.";
    "rest" 1 rest, "All but the first item.";
    "mustRest" 1 rest, "As rest.";
    "last" 1 last, "The last item, or nil.";
    "mustLast" 1 last, "As last.";
    "initial" 1 initial, "All but the last item.";
    "mustInitial" 1 initial, "As initial.";
    "reverse" 1 reverse, "The items from last to first.";
    "mustReverse" 1 reverse, "As reverse.";
    "uniq" (with 1) uniq, "Each item once.";
    "mustUniq" (with 1) uniq, "As uniq.";
    "without" (with 2) without, "The items that equal none of the arguments.";
    "mustWithout" (with 2) without, "As without.";
    "has" 2 has, "Whether the list has the item.";
    "mustHas" 2 has, "As has.";
    "compact" 1 compact, "The items that are not empty.";
    "mustCompact" 1 compact, "As compact.";
    "slice" 2 slice, "The items from one index up to another.";
    "mustSlice" 2 slice, "As slice.";
    "concat" (with 1) concat, "The items of all lists in one.";
    "chunk" 2 chunk, "The items in lists of at most n.";
    "mustChunk" 2 chunk, "As chunk.";
}

/// The items of a list of any type; other values are refused by kind, nil as Go's reflection does.
fn items(value: &Value, refusal: &str) -> Result<Vec<Value>, Fault> {
    match value {
        Value::List(list) => Ok(list.items().clone()),
        Value::Bytes(bytes) => Ok(bytes.as_bytes().iter().map(|byte| Value::Uint(u64::from(*byte), Uint::Uint8)).collect()),
        Value::Nil => Err("runtime error: invalid memory address or nil pointer dereference".into()),
        value => Err(format!("{refusal} {}", value.kind()).into()),
    }
}

fn nil_list() -> Value {
    Value::List(Rc::new(List::nil(Element::Any)))
}

fn list(values: Rest<Value>) -> Value {
    Value::list(values.0)
}

fn append(value: Value, item: Value) -> Result<Value, Fault> {
    let mut items = items(&value, "Cannot push on type")?;
    items.push(item);
    Ok(Value::list(items))
}

fn prepend(value: Value, item: Value) -> Result<Value, Fault> {
    let mut items = items(&value, "Cannot prepend on type")?;
    items.insert(0, item);
    Ok(Value::list(items))
}

fn first(value: Value) -> Result<Value, Fault> {
    Ok(items(&value, "Cannot find first on type")?.into_iter().next().unwrap_or_default())
}

fn last(value: Value) -> Result<Value, Fault> {
    Ok(items(&value, "Cannot find last on type")?.pop().unwrap_or_default())
}

fn rest(value: Value) -> Result<Value, Fault> {
    let mut items = items(&value, "Cannot find rest on type")?;
    if items.is_empty() {
        return Ok(nil_list());
    }
    items.remove(0);
    Ok(Value::list(items))
}

fn initial(value: Value) -> Result<Value, Fault> {
    let mut items = items(&value, "Cannot find initial on type")?;
    Ok(if items.pop().is_none() { nil_list() } else { Value::list(items) })
}

fn reverse(value: Value) -> Result<Value, Fault> {
    let mut items = items(&value, "Cannot find reverse on type")?;
    items.reverse();
    Ok(Value::list(items))
}

fn holds(items: &[Value], item: &Value) -> bool {
    items.iter().any(|other| deep_equal(item, other))
}

fn uniq(render: &mut Render<'_>, value: Value) -> Result<Value, Fault> {
    let items = items(&value, "Cannot find uniq on type")?;
    let mut kept: Vec<Value> = Vec::with_capacity(items.len());
    for item in items {
        render.spend(kept.len())?;
        if !holds(&kept, &item) {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn without(render: &mut Render<'_>, value: Value, omit: Rest<Value>) -> Result<Value, Fault> {
    let mut items = items(&value, "Cannot find without on type")?;
    render.spend(items.len().saturating_mul(omit.0.len()))?;
    items.retain(|item| !holds(&omit.0, item));
    Ok(Value::list(items))
}

fn has(needle: Value, haystack: Value) -> Result<bool, Fault> {
    match haystack {
        Value::Nil => Ok(false),
        haystack => Ok(holds(&items(&haystack, "Cannot find has on type")?, &needle)),
    }
}

fn compact(value: Value) -> Result<Value, Fault> {
    let mut items = items(&value, "Cannot compact on type")?;
    items.retain(|item| !is_empty(item));
    Ok(Value::list(items))
}

fn slice(value: Value, indexes: Rest<Value>) -> Result<Value, Fault> {
    let length = items(&value, "list should be type of slice or array but")?.len();
    if length == 0 {
        return Ok(Value::Nil);
    }
    let start = indexes.0.first().map_or(0, to_int);
    let end = indexes.0.get(1).map_or(length as i64, to_int);
    match (usize::try_from(start), usize::try_from(end)) {
        (Ok(start), Ok(end)) if start <= end && end <= length => Ok(part(&value, start, end)),
        _ => Err("reflect.Value.Slice: slice index out of bounds".into()),
    }
}

fn concat(render: &mut Render<'_>, lists: Rest<Value>) -> Result<Value, Fault> {
    let mut all = Vec::new();
    for list in &lists.0 {
        let items = match list {
            Value::List(_) | Value::Bytes(_) | Value::Nil => items(list, "")?,
            list => return Err(format!("Cannot concat type {} as list", list.kind()).into()),
        };
        render.spend(items.len())?;
        all.extend(items);
    }
    Ok(if all.is_empty() { nil_list() } else { Value::list(all) })
}

fn chunk(size: i64, value: Value) -> Result<Value, Fault> {
    let items = items(&value, "Cannot chunk type")?;
    let chunks = match usize::try_from(size) {
        Ok(size) if size > 0 => items.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect(),
        // Go divides and rounds down, which for a negative size leaves one item as it is and drops a few.
        Err(_) if items.len() == 1 && size < -1 => vec![Value::list(items)],
        Err(_) if items.len() > 1 && items.len() as u64 <= size.unsigned_abs() + 1 => Vec::new(),
        _ => return Err("runtime error: makeslice: len out of range".into()),
    };
    Ok(Value::List(Rc::new(List::typed(Element::List, chunks))))
}
