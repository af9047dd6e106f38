//! Dictionaries. Changes happen in place: whoever holds the map sees them.

use std::rc::Rc;

use super::arguments::Rest;
use super::cast::to_text;
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::limits::with_stack;
use crate::value::{Element, List, Map, Text, Value};

table! {
    "dict" 1 dict, "A map of keys and values in turn; a missing last value is an empty string.";
    "get" 2 get, "The entry of a key, or an empty string.";
    "set" (with 3) set, "Sets an entry in place and gives the map.";
    "unset" 2 unset, "Removes an entry in place and gives the map.";
    "hasKey" 2 has_key, "Whether the map has the key.";
    "pluck" 2 pluck, "The entries of a key in each of the maps that has it.";
    "keys" 1 keys, "The keys of all maps.";
    "values" 1 values, "The values of a map.";
    "pick" 2 pick, "A new map of only the given keys.";
    "omit" 2 omit, "A new map without the given keys.";
    "merge" (with 2) merge, "Fills empty entries of the first map from the others, in place.";
    "mustMerge" (with 2) merge, "As merge.";
    "mergeOverwrite" (with 2) merge_overwrite, "Overwrites entries of the first map from the others, in place.";
    "mustMergeOverwrite" (with 2) merge_overwrite, "As mergeOverwrite.";
    "deepCopy" (with 1) deep_copy, "A copy that shares nothing.";
    "mustDeepCopy" (with 1) deep_copy, "As deepCopy.";
    "dig" 1 dig, "The entry at a path of keys, or a default.";
}

fn dict(values: Rest<Value>) -> Result<Rc<Map>, Fault> {
    let map = Map::default();
    for pair in values.0.chunks(2) {
        map.set(to_text(&pair[0])?, pair.get(1).cloned().unwrap_or_else(|| Value::text("")));
    }
    Ok(Rc::new(map))
}

fn entry(map: &Map, key: &Text) -> Option<Value> {
    map.entries().get(key.as_bytes()).cloned()
}

fn get(map: Rc<Map>, key: Text) -> Value {
    entry(&map, &key).unwrap_or_else(|| Value::text(""))
}

fn set(render: &mut Render<'_>, map: Rc<Map>, key: Text, value: Value) -> Result<Rc<Map>, Fault> {
    if map.is_nil() {
        return Err("assignment to entry in nil map".into());
    }
    if matches!(value, Value::Map(_) | Value::List(_)) {
        render.changed(&map);
    }
    map.set(key, value);
    Ok(unnamed(map))
}

fn unset(map: Rc<Map>, key: Text) -> Rc<Map> {
    map.entries_mut().remove(key.as_bytes());
    unnamed(map)
}

/// The same map under the type that the functions declare: what they return has lost its name and methods.
fn unnamed(map: Rc<Map>) -> Rc<Map> {
    if map.name().is_some() { Rc::new(map.converted(None)) } else { map }
}

fn has_key(map: Rc<Map>, key: Text) -> bool {
    map.entries().contains_key(key.as_bytes())
}

fn pluck(key: Text, maps: Rest<Rc<Map>>) -> Value {
    Value::list(maps.0.iter().filter_map(|map| entry(map, &key)).collect())
}

fn keys(maps: Rest<Rc<Map>>) -> Value {
    Value::strings(maps.0.iter().flat_map(|map| map.entries().keys().cloned().collect::<Vec<_>>()))
}

fn values(map: Rc<Map>) -> Value {
    Value::list(map.entries().values().cloned().collect())
}

fn pick(map: Rc<Map>, keys: Rest<Text>) -> Value {
    Value::map(keys.0.into_iter().filter_map(|key| entry(&map, &key).map(|value| (key, value))))
}

fn omit(map: Rc<Map>, keys: Rest<Text>) -> Value {
    let entries = map.entries();
    Value::map(entries.iter().filter(|(key, _)| !keys.0.contains(key)).map(|(key, value)| (key.clone(), value.clone())))
}

fn merge(render: &mut Render<'_>, into: Rc<Map>, from: Rest<Rc<Map>>) -> Result<Rc<Map>, Fault> {
    merge_all(render, into, from, false)
}

fn merge_overwrite(render: &mut Render<'_>, into: Rc<Map>, from: Rest<Rc<Map>>) -> Result<Rc<Map>, Fault> {
    merge_all(render, into, from, true)
}

fn merge_all(render: &mut Render<'_>, into: Rc<Map>, from: Rest<Rc<Map>>, overwrite: bool) -> Result<Rc<Map>, Fault> {
    let into = if into.is_nil() { Rc::new(Map::default()) } else { into };
    for from in &from.0 {
        merge_maps(render, &into, from, overwrite, 0)?;
    }
    Ok(unnamed(into))
}

/// What to do with one entry of the source.
enum Step {
    Keep,
    Take(Value),
    Descend(Rc<Map>, Rc<Map>),
}

fn merge_maps(render: &mut Render<'_>, into: &Rc<Map>, from: &Rc<Map>, overwrite: bool, depth: usize) -> Result<(), Fault> {
    if Rc::ptr_eq(into, from) {
        return Ok(());
    }
    if depth > render.options.limits.value_depth {
        return Err(Fault::limit("value_depth", "merging maps"));
    }
    let entries: Vec<_> = from.entries().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    render.spend(entries.len())?;
    render.changed(into);
    for (key, value) in entries {
        match merge_step(entry(into, &key), value, overwrite) {
            Step::Keep => {}
            Step::Take(value) => into.set(key, value),
            Step::Descend(into, from) => with_stack(|| merge_maps(render, &into, &from, overwrite, depth + 1))?,
        }
    }
    Ok(())
}

/// The rules of mergo for maps: empty entries count as absent, maps are merged, lists are taken whole.
fn merge_step(old: Option<Value>, new: Value, overwrite: bool) -> Step {
    let full = old.as_ref().is_some_and(Value::truth);
    match (old, &new) {
        (_, Value::Nil) if overwrite => Step::Take(new),
        (_, Value::Nil) => Step::Keep,
        (Some(Value::Map(old)), Value::Map(new)) if !old.is_empty() => Step::Descend(old, new.clone()),
        (Some(Value::Map(old)), Value::Map(from)) if !old.is_nil() && !from.is_empty() => Step::Descend(old, from.clone()),
        _ if overwrite || !full => Step::Take(new),
        _ => Step::Keep,
    }
}

fn deep_copy(render: &mut Render<'_>, value: Value) -> Result<Value, Fault> {
    if matches!(value, Value::Nil) {
        return Err("reflect: call of reflect.Value.Type on zero Value".into());
    }
    copy(render, &value, 0)
}

fn copy(render: &mut Render<'_>, value: &Value, depth: usize) -> Result<Value, Fault> {
    if depth > render.options.limits.value_depth {
        return Err(Fault::limit("value_depth", "copying a value"));
    }
    match value {
        Value::List(list) if !list.is_nil() => {
            render.spend(list.len())?;
            let items = list.items().clone();
            let items = items.iter().map(|item| with_stack(|| copy(render, item, depth + 1)));
            let items = items.collect::<Result<Vec<_>, _>>()?;
            Ok(Value::List(Rc::new(List::typed(list.element(), items))))
        }
        Value::Map(map) if !map.is_nil() => {
            render.spend(map.len())?;
            let entries = map.entries().clone();
            let entries = entries.iter().map(|(key, item)| Ok((key.clone(), with_stack(|| copy(render, item, depth + 1))?)));
            let entries = entries.collect::<Result<_, Fault>>()?;
            Ok(Value::Map(Rc::new(map.with_entries(entries))))
        }
        value => Ok(value.clone()),
    }
}

fn not_a_map(value: &Value) -> Fault {
    match value {
        Value::Nil => "interface conversion: interface {} is nil, not map[string]interface {}".into(),
        value => {
            let name = value.type_name();
            format!("interface conversion: interface {{}} is {name}, not map[string]interface {{}}").into()
        }
    }
}

fn plain_map(value: &Value) -> Result<Rc<Map>, Fault> {
    match value {
        Value::Map(map) if map.element() == Element::Any && map.name().is_none() => Ok(map.clone()),
        value => Err(not_a_map(value)),
    }
}

fn dig(values: Rest<Value>) -> Result<Value, Fault> {
    let [path @ .., default, map] = values.0.as_slice() else {
        return Err("dig needs at least three arguments".into());
    };
    if path.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut map = plain_map(map)?;
    let keys = path.iter().map(|key| match key {
        Value::String(key) => Ok(key),
        Value::Nil => Err(Fault::from("interface conversion: interface {} is nil, not string")),
        key => Err(format!("interface conversion: interface {{}} is {}, not string", key.type_name()).into()),
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let Some((last, path)) = keys.split_last() else {
        return Ok(default.clone());
    };
    for key in path {
        match entry(&map, key) {
            Some(step) => map = plain_map(&step)?,
            None => return Ok(default.clone()),
        }
    }
    Ok(entry(&map, last).unwrap_or_else(|| default.clone()))
}
