//! Takes fields out of a value, or keeps only some.
//!
//! Refuses to decide what goes: the set does.

use crate::element::Element;
use crate::set::FieldSet;
use crate::typed::{Shaped, is_declared, item_element, shaped};
use schema::{ListTopology, Type};
use serde_json::{Map, Value};

/// `value` without the members of `gone` and all that is below them. Declared fields that become empty go too.
pub fn remove(value: &Value, place: Type<'_>, gone: &FieldSet) -> Value {
    Cut { set: gone, keeps: false }.value(value, place).unwrap_or(Value::Null)
}

/// Only those parts of `value` that are members of `kept` or lead to one.
pub fn extract(value: &Value, place: Type<'_>, kept: &FieldSet) -> Value {
    Cut { set: kept, keeps: true }.value(value, place).unwrap_or(Value::Null)
}

struct Cut<'s> {
    set: &'s FieldSet,
    keeps: bool,
}

impl Cut<'_> {
    fn value(&self, value: &Value, place: Type<'_>) -> Option<Value> {
        match shaped(value, place) {
            Shaped::Map(map) => {
                let cut = self.fields(map, place);
                (!cut.is_empty() || map.is_empty()).then_some(Value::Object(cut))
            }
            Shaped::List(items, by) => {
                let cut = self.items(items, by, place);
                (!cut.is_empty() || items.is_empty()).then_some(Value::Array(cut))
            }
            Shaped::Leaf => Some(value.clone()),
        }
    }

    fn fields(&self, map: &Map<String, Value>, place: Type<'_>) -> Map<String, Value> {
        let mut cut = Map::new();
        for (name, value) in map {
            let element = Element::field(name);
            match self.below(&element, value, place.child(name)) {
                Some(value) => drop(cut.insert(name.clone(), value)),
                // The key of a map that is not itself removed stays, with nothing in it.
                None if !self.keeps && !is_declared(place, name) && self.set.below.get(&element).is_some_and(|set| !set.member) => {
                    cut.insert(name.clone(), Value::Null);
                }
                None => {}
            }
        }
        cut
    }

    fn items(&self, items: &[Value], by: &ListTopology, place: Type<'_>) -> Vec<Value> {
        let item_type = place.items().unwrap_or(Type::any());
        let keep = |(index, item): (usize, &Value)| match item_element(item, index, by, item_type) {
            Ok(element) => self.below(&element, item, item_type),
            Err(_) => Some(item.clone()),
        };
        items.iter().enumerate().filter_map(keep).collect()
    }

    fn below(&self, element: &Element, value: &Value, place: Type<'_>) -> Option<Value> {
        match self.set.below.get(element) {
            None => (!self.keeps).then(|| value.clone()),
            Some(set) if set.member && !self.keeps => None,
            Some(set) if !set.member && set.below.is_empty() => (!self.keeps).then(|| value.clone()),
            Some(set) => Cut { set, keeps: self.keeps }.value(value, place),
        }
    }
}
