//! Lays an applied value over a live one.
//!
//! Mappings merge, sets and keyed lists merge by item, everything else is replaced. Nothing is removed here: that is
//! `remove.rs`, after ownership is known.

use crate::element::Element;
use crate::typed::{Shaped, item_element, shaped};
use schema::{ListTopology, Type};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// `live` with everything that `applied` sets.
///
/// Items of lists keep the live order where the applied one says nothing; where both know an item, the applied order
/// wins. An applied null beside something that is owned part by part counts as empty. Cost: O(n log n).
pub fn merge(live: &Value, applied: &Value, place: Type<'_>) -> Value {
    match (shaped(live, place), shaped(applied, place)) {
        (Shaped::Map(live), Shaped::Map(applied)) => Value::Object(merge_maps(live, applied, place)),
        (Shaped::List(live, by), Shaped::List(applied, _)) => Value::Array(merge_lists(live, applied, by, place)),
        (Shaped::Map(map), Shaped::Leaf) if applied.is_null() && !map.is_empty() => live.clone(),
        (Shaped::List(items, _), Shaped::Leaf) if applied.is_null() && !items.is_empty() => live.clone(),
        _ => applied.clone(),
    }
}

fn merge_maps(live: &Map<String, Value>, applied: &Map<String, Value>, place: Type<'_>) -> Map<String, Value> {
    let both = |(name, value): (&String, &Value)| {
        let merged = applied.get(name).map(|applied| merge(value, applied, place.child(name)));
        (name.clone(), merged.unwrap_or_else(|| value.clone()))
    };
    let mut merged: Map<String, Value> = live.iter().map(both).collect();
    let new = applied.iter().filter(|(name, _)| !live.contains_key(*name));
    merged.extend(new.map(|(name, value)| (name.clone(), value.clone())));
    merged
}

fn merge_lists(live: &[Value], applied: &[Value], by: &ListTopology, place: Type<'_>) -> Vec<Value> {
    let item_type = place.items().unwrap_or(Type::any());
    let live = named(live, by, item_type);
    let applied = named(applied, by, item_type);
    let known: BTreeMap<&Element, &Value> = live.iter().rev().map(|(element, item)| (element, *item)).collect();
    let wanted: BTreeSet<&Element> = applied.iter().map(|(element, _)| element).collect();
    let mut merged = Vec::with_capacity(live.len() + applied.len());
    let mut rest = live.iter().peekable();
    for (element, item) in &applied {
        while let Some((other, kept)) = rest.next_if(|(other, _)| !wanted.contains(other) || other == element) {
            if other != element {
                merged.push((*kept).clone());
            } else {
                break;
            }
        }
        let both = known.get(element).map(|live| merge(live, item, item_type));
        merged.push(both.unwrap_or_else(|| (*item).clone()));
    }
    merged.extend(rest.filter(|(element, _)| !wanted.contains(element)).map(|(_, item)| (*item).clone()));
    merged
}

fn named<'v>(items: &'v [Value], by: &ListTopology, item_type: Type<'_>) -> Vec<(Element, &'v Value)> {
    let element = |(index, item): (usize, &'v Value)| {
        (item_element(item, index, by, item_type).unwrap_or_else(|_| Element::index(index as i64)), item)
    };
    items.iter().enumerate().map(element).collect()
}
