//! Strategic merge: a patch that looks like the object, with `$patch` directives, over lists that know their merge keys.
//!
//! Refuses to be the API server's strategic merge: what counts is what `kustomize build` prints, down to the order of list
//! elements (the patch's come first) and to nulls, which remove a field wherever the walk meets them.

mod list;
mod schema;

pub(crate) use schema::{Node, Schema, is_built_in};

use object::{Map, Value};

use crate::error::Error;
use crate::field_spec::wrong_kind;
use crate::marks;

const DIRECTIVE: &str = "$patch";

/// Merges a patch into an object. `false` means that the patch deletes the object.
///
/// `$patch: replace` at the top changes nothing: the reference makes the new object and then keeps the old one.
pub(crate) fn merge(object: &mut Value, patch: &Value, schema: &Schema) -> Result<bool, Error> {
    let node = schema.of_object(object).or_else(|| schema.of_object(patch));
    match walk(Some(object), Patch::Other(patch), node)? {
        Outcome::Kept | Outcome::Became(_) => Ok(true),
        Outcome::Cleared => Ok(false),
    }
}

/// What a place of the object is merged with.
#[derive(Clone, Copy)]
enum Patch<'a> {
    /// Nothing: the patch does not speak of this place, but the walk still visits it.
    Absent,
    /// Itself: the place was taken over from the patch.
    Same,
    /// Another value.
    Other(&'a Value),
}

/// What becomes of a place.
enum Outcome {
    /// It stays, possibly changed.
    Kept,
    /// It goes away.
    Cleared,
    /// It is this now; what stood there is as it was.
    Became(Value),
}

/// The `$patch` directive of a mapping or list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

impl Directive {
    fn parse(word: &Value) -> Result<Directive, Error> {
        match word.as_str().unwrap_or_default() {
            "merge" => Ok(Directive::Merge),
            "replace" => Ok(Directive::Replace),
            "delete" => Ok(Directive::Delete),
            _ => Err(Error::build(format!("unknown patch strategy '{}'", crate::resource::scalar_text(word)))
                .hint("`$patch` is one of `merge`, `replace`, `delete`")),
        }
    }
}

fn walk(place: Option<&mut Value>, patch: Patch<'_>, schema: Option<Node<'_>>) -> Result<Outcome, Error> {
    match place {
        Some(place) if !place.is_null() => walk_present(place, patch, schema),
        missing => walk_missing(missing.is_some(), patch, schema),
    }
}

/// The place is absent or null.
fn walk_missing(is_null: bool, patch: Patch<'_>, schema: Option<Node<'_>>) -> Result<Outcome, Error> {
    match patch {
        // A null that the user wrote stays as long as no patch speaks of it.
        Patch::Absent if is_null => Ok(Outcome::Kept),
        Patch::Absent | Patch::Same | Patch::Other(Value::Null) => Ok(Outcome::Cleared),
        Patch::Other(value) => take_over(value, schema),
    }
}

/// A place takes the patch's value over: directives go, nulls in mappings go.
fn take_over(value: &Value, schema: Option<Node<'_>>) -> Result<Outcome, Error> {
    let mut value = value.clone();
    match &mut value {
        Value::Object(map) => {
            if let Some(word) = map.remove(DIRECTIVE)
                && matches!(Directive::parse(&word), Ok(Directive::Delete))
            {
                return Ok(Outcome::Cleared);
            }
            walk_fields(map, Patch::Same, schema)?;
        }
        Value::Array(items) => {
            if let Some(keys) = schema.and_then(|node| node.merge_keys()) {
                list::merge(items, Patch::Same, &keys, schema.and_then(|node| node.element()))?;
            }
        }
        _ => {}
    }
    Ok(Outcome::Became(value))
}

fn walk_present(place: &mut Value, patch: Patch<'_>, schema: Option<Node<'_>>) -> Result<Outcome, Error> {
    match place {
        Value::Object(map) => walk_map(map, patch, schema),
        Value::Array(items) => walk_list(items, patch, schema),
        scalar => walk_scalar(scalar, patch),
    }
}

fn walk_scalar(place: &Value, patch: Patch<'_>) -> Result<Outcome, Error> {
    match patch {
        // A place that was written in quotes keeps them.
        Patch::Other(value @ (Value::Number(_) | Value::Bool(_))) if needs_quotes(place) => {
            Ok(Outcome::Became(crate::resource::scalar_text(value).into_owned().into()))
        }
        Patch::Absent | Patch::Same => Ok(marks::walked(place).map_or(Outcome::Kept, Outcome::Became)),
        Patch::Other(Value::Null) => Ok(Outcome::Cleared),
        Patch::Other(value @ (Value::Object(_) | Value::Array(_))) => Err(wrong_kind("ScalarNode", value)),
        Patch::Other(value) => Ok(Outcome::Became(value.clone())),
    }
}

/// Whether this is a string that would be something else if it were written plainly.
fn needs_quotes(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !marks::is_marked(text) && (text.contains('\n') || !crate::path::plain(text).is_string()))
}

fn walk_map(map: &mut Map<String, Value>, patch: Patch<'_>, schema: Option<Node<'_>>) -> Result<Outcome, Error> {
    let directive = match patch {
        Patch::Absent => Directive::Merge,
        Patch::Same => map.remove(DIRECTIVE).map_or(Ok(Directive::Merge), |word| Directive::parse(&word))?,
        Patch::Other(Value::Object(patch)) => patch.get(DIRECTIVE).map_or(Ok(Directive::Merge), Directive::parse)?,
        Patch::Other(Value::Null) => Directive::Delete,
        Patch::Other(other) => return Err(wrong_kind("MappingNode", other)),
    };
    match (directive, patch) {
        (Directive::Delete, _) => return Ok(Outcome::Cleared),
        (Directive::Replace, Patch::Other(value)) => return take_over(value, schema),
        _ => walk_fields(map, patch, schema)?,
    }
    Ok(Outcome::Kept)
}

/// Visits every field of the mapping and of the patch.
fn walk_fields(map: &mut Map<String, Value>, patch: Patch<'_>, schema: Option<Node<'_>>) -> Result<(), Error> {
    let other = if let Patch::Other(Value::Object(other)) = patch { Some(other) } else { None };
    // What is cleared below is no new field: the patch has spoken of it.
    let new: Vec<&String> = other.into_iter().flatten().map(|(key, _)| key).filter(|key| !map.contains_key(*key)).collect();
    let mut cleared = Vec::new();
    for (key, value) in map.iter_mut() {
        let patch = match (patch, other) {
            (Patch::Other(_), Some(other)) => other.get(key).map_or(Patch::Absent, Patch::Other),
            _ => patch,
        };
        let outcome = walk(Some(value), patch, schema.and_then(|node| node.field(key))).map_err(|error| at(error, key))?;
        match outcome {
            Outcome::Kept => {}
            Outcome::Cleared => cleared.push(key.clone()),
            Outcome::Became(new) => *value = new,
        }
    }
    for key in cleared {
        map.remove(&key);
    }
    other.map_or(Ok(()), |patch| add_fields(map, patch, &new, schema))
}

/// Adds the fields that only the patch has.
fn add_fields(map: &mut Map<String, Value>, patch: &Map<String, Value>, new: &[&String], schema: Option<Node<'_>>) -> Result<(), Error> {
    for key in new.iter().copied().filter(|key| *key != DIRECTIVE) {
        let outcome = walk(None, Patch::Other(&patch[key]), schema.and_then(|node| node.field(key)));
        if let Outcome::Became(value) = outcome.map_err(|error| at(error, key))? {
            map.insert(key.clone(), value);
        }
    }
    Ok(())
}

fn walk_list(items: &mut Vec<Value>, patch: Patch<'_>, schema: Option<Node<'_>>) -> Result<Outcome, Error> {
    if let Patch::Other(other @ (Value::Object(_) | Value::String(_) | Value::Number(_) | Value::Bool(_))) = patch {
        return Err(wrong_kind("SequenceNode", other));
    }
    let Some(keys) = schema.and_then(|node| node.merge_keys()) else {
        return Ok(match patch {
            Patch::Absent | Patch::Same => Outcome::Kept,
            Patch::Other(Value::Null) => Outcome::Cleared,
            Patch::Other(value) => Outcome::Became(value.clone()),
        });
    };
    let element = schema.and_then(|node| node.element());
    list::walk(items, patch, &keys, element)
}

/// Adds a key in front of the field path of an error.
fn at(mut error: Error, key: &str) -> Error {
    error.field = if error.field.is_empty() { key.to_owned() } else { format!("{key}.{}", error.field) };
    error
}

#[cfg(test)]
mod tests;
