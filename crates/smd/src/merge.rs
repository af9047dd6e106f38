//! Lays an applied value over a live one.
//!
//! Mappings merge, sets and keyed lists merge by item, everything else is replaced. Nothing is removed here: that is
//! `remove.rs`, after ownership is known.

use crate::element::Element;
use crate::typed::{Shaped, is_aligned, item_element, shaped};
use schema::{ListTopology, Type};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// `live` with everything that `applied` sets.
///
/// Items of lists keep the live order where the applied one says nothing; where both know an item, the applied order
/// wins. An applied null beside something that is owned part by part counts as empty. Cost: O(n log n).
pub fn merge(live: &Value, applied: &Value, place: Type<'_>) -> Value {
    let mut merged = live.clone();
    merge_into(&mut merged, applied, place);
    merged
}

/// As [`merge`], in place: what `applied` does not name is not touched.
pub(crate) fn merge_into(live: &mut Value, applied: &Value, place: Type<'_>) {
    match (shaped(live, place), shaped(applied, place)) {
        (Shaped::Map(_), Shaped::Map(applied)) => merge_maps(live.as_object_mut().expect("is shaped as a map"), applied, place),
        (Shaped::List(..), Shaped::List(applied, by)) => {
            merge_lists(live.as_array_mut().expect("is shaped as a list"), applied, by, place.items().unwrap_or(Type::any()));
        }
        (Shaped::Map(map), Shaped::Leaf) if applied.is_null() && !map.is_empty() => {}
        (Shaped::List(items, _), Shaped::Leaf) if applied.is_null() && !items.is_empty() => {}
        _ => live.clone_from(applied),
    }
}

fn merge_maps(live: &mut Map<String, Value>, applied: &Map<String, Value>, place: Type<'_>) {
    for (name, value) in applied {
        match live.get_mut(name) {
            Some(live) => merge_into(live, value, place.child(name)),
            None => drop(live.insert(name.clone(), value.clone())),
        }
    }
}

fn merge_lists(live: &mut Vec<Value>, applied: &[Value], by: &ListTopology, item_type: Type<'_>) {
    if is_aligned(live, applied, by) {
        live.iter_mut().zip(applied).for_each(|(live, applied)| merge_into(live, applied, item_type));
    } else {
        *live = merged_items(live, applied, by, item_type);
    }
}

/// The items of both lists, in the order that [`merge`] promises.
fn merged_items(live: &[Value], applied: &[Value], by: &ListTopology, item_type: Type<'_>) -> Vec<Value> {
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
