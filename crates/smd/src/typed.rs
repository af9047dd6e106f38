//! Values seen through their types: which fields a value owns, and how items of lists are told apart.
//!
//! Objects with fields and maps are owned field by field unless atomic; lists are atomic, sets or keyed. Where nothing
//! is known the type is deduced: mappings by field, everything else whole. Refuses to validate more than ownership needs.

use crate::element::Element;
use crate::set::FieldSet;
use schema::{ListTopology, Scalar, Shape, Type};
use serde_json::{Map, Value};

/// How deep values may nest.
const DEPTH_MAX: usize = 500;

/// What to do with items of sets and keyed lists that are there twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// They are an error (applied configurations).
    Refuse,
    /// They are owned as one (live objects).
    Allow,
}

/// How a value is owned in its place.
pub(crate) enum Shaped<'v> {
    /// As a whole.
    Leaf,
    /// Field by field.
    Map(&'v Map<String, Value>),
    /// Item by item.
    List(&'v [Value], &'v ListTopology),
}

/// How `value` of type `place` is owned.
pub(crate) fn shaped<'v>(value: &'v Value, place: Type<'v>) -> Shaped<'v> {
    match (value, place.shape()) {
        (Value::Object(map), Shape::Any | Shape::Map(_) | Shape::Object(..)) if !place.is_atomic() => Shaped::Map(map),
        (Value::Array(items), Shape::List(_, topology)) if *topology != ListTopology::Atomic => Shaped::List(items, topology),
        _ => Shaped::Leaf,
    }
}

/// Whether `name` is a declared field of `place` (such fields are no members of their own).
pub(crate) fn is_declared(place: Type<'_>, name: &str) -> bool {
    matches!(place.shape(), Shape::Object(fields, _) if fields.binary_search_by(|field| (*field.name).cmp(name)).is_ok())
}

/// The element that names an item of a set or a keyed list; an error text if it has no name.
pub(crate) fn item_element(item: &Value, index: usize, topology: &ListTopology, items: Type<'_>) -> Result<Element, String> {
    match topology {
        ListTopology::Map(keys) => key_element(item, index, keys, items),
        _ if item.is_null() => Err("associative list without keys has an element that's an explicit null".into()),
        _ if item.is_object() => Err("associative list without keys has an element that's a map type".into()),
        _ if item.is_array() => Err("not supported: associative list with lists as elements".into()),
        _ => Ok(Element::value(item)),
    }
}

fn key_element(item: &Value, index: usize, keys: &[String], items: Type<'_>) -> Result<Element, String> {
    let Value::Object(map) = item else {
        return Err(if item.is_null() {
            "associative list with keys may not have a null element".into()
        } else {
            "associative list with keys may not have non-map elements".into()
        });
    };
    let value = |key: &'_ String| map.get(key).or_else(|| items.child(key).default());
    let mut found: Vec<(&str, &Value)> = keys.iter().filter_map(|key| Some((key.as_str(), value(key)?))).collect();
    if found.is_empty() {
        let names: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
        return Err(format!(
            "element {index}: associative list with keys has an element that omits all key fields {} (and doesn't have default values for any key fields)",
            names.join(" ")
        ));
    }
    Ok(Element::keyed(&mut found))
}

/// Whether two lists name the same items in the same order, by what can be seen without naming them.
pub(crate) fn is_aligned(left: &[Value], right: &[Value], topology: &ListTopology) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same_item(left, right, topology))
}

/// Whether two items have the same name for sure. False also for what has none, or one by defaults alone.
pub(crate) fn is_same_item(left: &Value, right: &Value, topology: &ListTopology) -> bool {
    let ListTopology::Map(keys) = topology else { return left == right && !left.is_null() && !left.is_object() && !left.is_array() };
    let (Value::Object(left), Value::Object(right)) = (left, right) else { return false };
    keys.iter().any(|key| left.contains_key(key)) && keys.iter().all(|key| left.get(key) == right.get(key))
}

/// The fields that `value` sets. Errors: every place whose value does not fit its type, with its path.
pub fn field_set(value: &Value, place: Type<'_>, duplicates: Duplicates) -> Result<FieldSet, Vec<String>> {
    let mut walk = Walk { duplicates, depth: 0, errors: Vec::new() };
    let mut set = FieldSet::default();
    walk.value(value, place, &mut set);
    set.member &= !matches!(value, Value::Object(_));
    set.tidy();
    if walk.errors.is_empty() { Ok(set) } else { Err(walk.errors) }
}

struct Walk {
    duplicates: Duplicates,
    depth: usize,
    /// Each with its path from the place that is walked.
    errors: Vec<String>,
}

impl Walk {
    fn value(&mut self, value: &Value, place: Type<'_>, set: &mut FieldSet) {
        if self.depth > DEPTH_MAX {
            return self.error(format!("nests deeper than {DEPTH_MAX} steps"));
        }
        if let Some(wrong) = misfit(value, place) {
            return self.error(wrong);
        }
        match shaped(value, place) {
            Shaped::Map(map) => self.fields(map, place, set),
            Shaped::List(list, topology) => self.items(list, topology, place, set),
            Shaped::Leaf => {
                set.member |= !(value.is_null() && is_container(place));
                self.atomic(value, place);
            }
        }
    }

    fn fields(&mut self, map: &Map<String, Value>, place: Type<'_>, set: &mut FieldSet) {
        for (name, value) in map {
            match (place.field(name), place.is_any()) {
                (None, false) => self.errors.push(format!(".{name}: field not declared in schema")),
                (field, _) => {
                    let child = set.child(Element::field(name));
                    let is_empty = value.is_null() || value.as_object().is_some_and(Map::is_empty);
                    child.member |= is_empty || !is_declared(place, name);
                    self.below(value, field.unwrap_or(Type::any()), child, || format!(".{name}"));
                }
            }
        }
    }

    fn items(&mut self, list: &[Value], topology: &ListTopology, place: Type<'_>, set: &mut FieldSet) {
        let item_type = place.items().unwrap_or(Type::any());
        let mut names = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            match item_element(item, index, topology, item_type) {
                Ok(element) => names.push(element),
                Err(error) => return self.error(error),
            }
        }
        let twice = repeated(&names);
        if self.duplicates == Duplicates::Refuse {
            twice.iter().for_each(|element| self.error(format!("duplicate entries for key {element}")));
        }
        for (index, (element, item)) in names.into_iter().zip(list).enumerate() {
            let is_twice = twice.contains(&element);
            let child = set.child(element);
            child.member = true;
            if !is_twice {
                let step = || item_element(item, index, topology, item_type).map_or_else(|error| error, |element| element.to_string());
                self.below(item, item_type, child, step);
            }
        }
    }

    /// Walks a part; errors found there get its step of the path.
    fn below(&mut self, value: &Value, place: Type<'_>, set: &mut FieldSet, step: impl Fn() -> String) {
        let known = self.errors.len();
        self.depth += 1;
        self.value(value, place, set);
        self.depth -= 1;
        self.errors[known..].iter_mut().for_each(|error| error.insert_str(0, &step()));
    }

    /// Looks into what is owned as a whole, for errors only.
    fn atomic(&mut self, value: &Value, place: Type<'_>) {
        let mut nowhere = FieldSet::default();
        match (value, place.shape()) {
            (Value::Array(items), Shape::List(..)) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(item, place.items().unwrap_or(Type::any()), &mut nowhere, || format!("[{index}]"));
                }
            }
            (Value::Object(map), Shape::Map(_) | Shape::Object(..)) => self.fields(map, place, &mut nowhere),
            _ => {}
        }
    }

    fn error(&mut self, text: String) {
        self.errors.push(format!(": {text}"));
    }
}

/// The names that occur more than once, each once.
fn repeated(names: &[Element]) -> Vec<Element> {
    let mut sorted: Vec<&Element> = names.iter().collect();
    sorted.sort();
    let mut found: Vec<Element> = sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
    found.dedup();
    found
}

fn is_container(place: Type<'_>) -> bool {
    matches!(place.shape(), Shape::Map(_) | Shape::Object(..)) && !place.is_atomic()
        || matches!(place.list(), Some(topology) if *topology != ListTopology::Atomic)
}

/// Why a value does not fit its type, in the words of the reference program.
fn misfit(value: &Value, place: Type<'_>) -> Option<String> {
    let wanted = match (place.shape(), value) {
        (_, Value::Null) | (Shape::Any, _) => return None,
        (Shape::List(..), Value::Array(_)) | (Shape::Map(_) | Shape::Object(..), Value::Object(_)) => return None,
        (Shape::Scalar(kind), value) => return scalar_misfit(*kind, value),
        (Shape::List(..), _) => "list",
        _ => "map",
    };
    Some(format!("expected {wanted}, got {}", printed(value)))
}

fn scalar_misfit(kind: Scalar, value: &Value) -> Option<String> {
    let (fits, wanted) = match kind {
        Scalar::Int32 | Scalar::Int64 | Scalar::Number => (value.is_number(), "numeric (int or float)"),
        Scalar::Bool => (value.is_boolean(), "boolean"),
        Scalar::Quantity | Scalar::IntOrString => (!value.is_array() && !value.is_object(), "scalar"),
        _ => (value.is_string(), "string"),
    };
    let found = if wanted.starts_with("numeric") { go_type(value).to_owned() } else { printed(value) };
    (!fits).then(|| format!("expected {wanted}, got {found}"))
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => format!("&value.valueUnstructured{{Value:{text:?}}}"),
        other => format!("&value.valueUnstructured{{Value:{other}}}"),
    }
}
