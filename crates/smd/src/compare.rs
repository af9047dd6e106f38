//! What differs between two values: added, modified, removed.
//!
//! Refuses to be a patch: it names fields, not values. Begin with [`compare`].

use crate::element::Element;
use crate::set::FieldSet;
use crate::typed::{Shaped, is_aligned, is_same_item, item_element, shaped};
use schema::{ListTopology, Type};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The longest list of which each pair of items is compared.
const PAIRED_ITEMS_MAX: usize = 32;

/// The fields in which two values differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Absent before, present now.
    pub added: FieldSet,
    /// Present in both, with another value.
    pub modified: FieldSet,
    /// Present before, absent now.
    pub removed: FieldSet,
}

/// Compares two values of one type. Cost: O(size of both).
pub fn compare<'v>(old: &'v Value, new: &'v Value, place: Type<'v>) -> Comparison {
    let mut all = Comparison::default();
    let mut walk = Walk { path: Vec::new(), all: &mut all };
    walk.value(Some(old), Some(new), place);
    all
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.added.is_empty() && self.modified.is_empty() && self.removed.is_empty()
    }

    /// Takes fields away with everything below them.
    pub fn without(mut self, ignored: &FieldSet) -> Comparison {
        for set in [&mut self.added, &mut self.modified, &mut self.removed] {
            set.subtract_below(ignored);
        }
        self
    }
}

struct Walk<'c, 'v> {
    path: Vec<Step<'v>>,
    all: &'c mut Comparison,
}

/// A step on the way; it becomes an element only where a difference is noted.
#[derive(Clone)]
enum Step<'v> {
    Field(&'v str),
    Item(Element),
    /// An item that has a name, which is not made yet.
    Unnamed(&'v Value, &'v ListTopology, Type<'v>),
}

impl Step<'_> {
    fn element(&self) -> Element {
        match self {
            Step::Field(name) => Element::field(name),
            Step::Item(element) => element.clone(),
            Step::Unnamed(item, by, item_type) => named(item, 0, by, *item_type),
        }
    }
}

/// Where a difference goes.
#[derive(Clone, Copy)]
enum Kind {
    Added,
    Modified,
    Removed,
}

impl<'v> Walk<'_, 'v> {
    fn value(&mut self, old: Option<&'v Value>, new: Option<&'v Value>, place: Type<'v>) {
        if old == new {
            return;
        }
        let mut leaf = false;
        match (old.map(|value| shaped(value, place)), new.map(|value| shaped(value, place))) {
            (Some(Shaped::Map(old)), Some(Shaped::Map(new))) => self.maps(Some(old), Some(new), place),
            (Some(Shaped::List(old, by)), Some(Shaped::List(new, _))) => self.lists(old, new, by, place),
            (before, after) => {
                let null = is_container(&before) && new == Some(&Value::Null) || is_container(&after) && old == Some(&Value::Null);
                leaf |= self.one_side(before, place, Kind::Removed);
                leaf |= self.one_side(after, place, Kind::Added);
                leaf &= !null;
            }
        }
        match (old, new) {
            (None, _) => self.note(Kind::Added),
            (_, None) => self.note(Kind::Removed),
            _ if leaf => self.note(Kind::Modified),
            _ => {}
        }
    }

    /// Walks what is on one side only, or of another shape there. Gives whether it is owned as a whole.
    fn one_side(&mut self, side: Option<Shaped<'v>>, place: Type<'v>, kind: Kind) -> bool {
        match side {
            None => false,
            Some(Shaped::Map(map)) if !map.is_empty() => {
                match kind {
                    Kind::Removed => self.maps(Some(map), None, place),
                    _ => self.maps(None, Some(map), place),
                }
                false
            }
            Some(Shaped::List(items, by)) if !items.is_empty() => {
                match kind {
                    Kind::Removed => self.lists(items, &[], by, place),
                    _ => self.lists(&[], items, by, place),
                }
                false
            }
            Some(_) => true,
        }
    }

    fn maps(&mut self, old: Option<&'v Map<String, Value>>, new: Option<&'v Map<String, Value>>, place: Type<'v>) {
        for (name, value) in old.into_iter().flatten() {
            self.at(Step::Field(name), |walk| walk.value(Some(value), new.and_then(|new| new.get(name)), place.child(name)));
        }
        for (name, value) in new.into_iter().flatten().filter(|(name, _)| !old.is_some_and(|old| old.contains_key(*name))) {
            self.at(Step::Field(name), |walk| walk.value(None, Some(value), place.child(name)));
        }
    }

    fn lists(&mut self, old: &'v [Value], new: &'v [Value], by: &'v ListTopology, place: Type<'v>) {
        let item_type = place.items().unwrap_or(Type::any());
        if is_aligned(old, new, by) && is_distinct(old, by) {
            return self.pairs(old, new, by, item_type);
        }
        let old = grouped(old, by, item_type);
        let new = grouped(new, by, item_type);
        let none = Vec::new();
        for (element, before) in &old {
            let after = new.get(element).unwrap_or(&none);
            self.at(Step::Item(element.clone()), |walk| walk.items(before, after, item_type));
        }
        for (element, after) in new.iter().filter(|(element, _)| !old.contains_key(*element)) {
            self.at(Step::Item(element.clone()), |walk| walk.items(&none, after, item_type));
        }
    }

    /// Walks lists that name the same items in the same order; the names are made only where a difference is noted.
    fn pairs(&mut self, old: &'v [Value], new: &'v [Value], by: &'v ListTopology, item_type: Type<'v>) {
        for (old, new) in old.iter().zip(new) {
            self.at(Step::Unnamed(old, by, item_type), |walk| walk.value(Some(old), Some(new), item_type));
        }
    }

    /// Items that share one element: one on each side is the rule, more are compared as a whole.
    fn items(&mut self, old: &[&'v Value], new: &[&'v Value], place: Type<'v>) {
        match (old, new) {
            ([] | [_], [] | [_]) => self.value(old.first().copied(), new.first().copied(), place),
            ([], _) => self.note(Kind::Added),
            (_, []) => self.note(Kind::Removed),
            ([_], _) | (_, [_]) => {
                self.note(Kind::Removed);
                self.note(Kind::Added);
            }
            _ if old != new => self.note(Kind::Modified),
            _ => {}
        }
    }

    fn at(&mut self, step: Step<'v>, walk: impl FnOnce(&mut Self)) {
        self.path.push(step);
        walk(self);
        self.path.pop();
    }

    fn note(&mut self, kind: Kind) {
        let mut set = match kind {
            Kind::Added => &mut self.all.added,
            Kind::Modified => &mut self.all.modified,
            Kind::Removed => &mut self.all.removed,
        };
        if !self.path.is_empty() {
            for step in &self.path {
                set = set.child(step.element());
            }
            set.member = true;
        }
    }
}

/// Whether something granular is there that has members; null beside it counts as an empty one.
fn is_container(side: &Option<Shaped<'_>>) -> bool {
    match side {
        Some(Shaped::Map(map)) => !map.is_empty(),
        Some(Shaped::List(items, _)) => !items.is_empty(),
        _ => false,
    }
}

fn grouped<'v>(items: &'v [Value], by: &ListTopology, item_type: Type<'_>) -> BTreeMap<Element, Vec<&'v Value>> {
    let mut groups = BTreeMap::<Element, Vec<&Value>>::new();
    for (index, item) in items.iter().enumerate() {
        groups.entry(named(item, index, by, item_type)).or_default().push(item);
    }
    groups
}

fn named(item: &Value, index: usize, by: &ListTopology, item_type: Type<'_>) -> Element {
    item_element(item, index, by, item_type).unwrap_or_else(|_| Element::index(index as i64))
}

/// Whether a short list names no item twice. Long ones are not looked at: each pair would be.
fn is_distinct(items: &[Value], by: &ListTopology) -> bool {
    let repeats = |(at, item): (usize, &Value)| items[..at].iter().any(|known| is_same_item(known, item, by));
    items.len() <= PAIRED_ITEMS_MAX && !items.iter().enumerate().any(repeats)
}
