//! Merging of lists whose elements are found by merge keys, or by themselves (finalizers).
//!
//! The steps and their order are those of the reference, because they decide the order of the elements and what becomes of
//! elements without a key.

use object::{Map, Value};

use super::{DIRECTIVE, Directive, Node, Outcome, Patch};
use crate::error::Error;
use crate::field_spec::wrong_kind;
use crate::marks::unmarked;
use crate::resource::scalar_text;

/// Merges a patch into a list that is there, directives included.
pub(super) fn walk(items: &mut Vec<Value>, patch: Patch<'_>, keys: &[&str], element: Option<Node<'_>>) -> Result<Outcome, Error> {
    let patch_items = match patch {
        Patch::Other(Value::Array(patch_items)) => patch_items,
        Patch::Other(_) => return Ok(Outcome::Cleared),
        Patch::Same => return walk_same(items, keys, element),
        Patch::Absent => {
            merge(items, patch, keys, element)?;
            return Ok(Outcome::Kept);
        }
    };
    let Some((directive, word)) = directive_of(patch_items)? else {
        merge(items, patch, keys, element)?;
        return Ok(Outcome::Kept);
    };
    let mut rest = patch_items.clone();
    set_element(&mut rest, None, &[DIRECTIVE], &[word])?;
    match directive {
        Directive::Delete => Ok(Outcome::Cleared),
        Directive::Replace => {
            merge(&mut rest, Patch::Same, keys, element)?;
            Ok(Outcome::Became(Value::Array(rest)))
        }
        Directive::Merge => {
            merge(items, Patch::Other(&Value::Array(rest)), keys, element)?;
            Ok(Outcome::Kept)
        }
    }
}

/// The list was taken over from the patch.
fn walk_same(items: &mut Vec<Value>, keys: &[&str], element: Option<Node<'_>>) -> Result<Outcome, Error> {
    if let Some((directive, word)) = directive_of(items)? {
        if directive == Directive::Delete {
            return Ok(Outcome::Cleared);
        }
        set_element(items, None, &[DIRECTIVE], &[word])?;
    }
    merge(items, Patch::Same, keys, element)?;
    Ok(Outcome::Kept)
}

/// The directive of a whole list: its first element with a `$patch`, if that is all the element has.
fn directive_of(items: &[Value]) -> Result<Option<(Directive, String)>, Error> {
    let first = items.iter().filter_map(Value::as_object).find(|map| map.contains_key(DIRECTIVE));
    match first {
        Some(map) if map.len() == 1 => Ok(Some((Directive::parse(&map[DIRECTIVE])?, text(Some(&map[DIRECTIVE]))))),
        _ => Ok(None),
    }
}

/// Merges the elements.
pub(super) fn merge(items: &mut Vec<Value>, patch: Patch<'_>, keys: &[&str], element: Option<Node<'_>>) -> Result<(), Error> {
    let patch_items = if let Patch::Other(Value::Array(patch_items)) = patch { patch_items.as_slice() } else { &[] };
    let keys = if keys.is_empty() { &[""] } else { keys };
    let mut tuples = tuples_of(patch_items.iter().chain(items.iter()), keys);
    if keys.len() > 1 {
        complete(&mut tuples);
    }
    let mut valid = Vec::new();
    let mut front = Vec::new();
    // A directive is spent when its element was merged: where the keys occur once more, the element stands there without.
    let spent = without_directives(patch_items);
    for (at, tuple) in tuples.iter().enumerate() {
        valid = valid_keys(&tuples, keys);
        let patch_items = spent.as_deref().filter(|_| tuples[..at].contains(tuple)).unwrap_or(patch_items);
        let values: Vec<String> = tuple.iter().zip(keys).filter(|(_, key)| valid.contains(key)).map(|(value, _)| value.clone()).collect();
        if let Some(merged) = merge_one(items, patch, patch_items, &valid, &values, element)? {
            set_element(&mut front, Some(&merged), &valid, &values)?;
        } else {
            set_element(items, None, &valid, &values)?;
        }
    }
    if !tuples.is_empty() {
        let rest = std::mem::replace(items, front);
        append(items, &rest, &valid)?;
    }
    Ok(())
}

/// The elements without directives, if any has one.
fn without_directives(items: &[Value]) -> Option<Vec<Value>> {
    items.iter().any(|item| item.get(DIRECTIVE).is_some()).then(|| {
        let mut items = items.to_vec();
        items.iter_mut().filter_map(Value::as_object_mut).for_each(|map| drop(map.remove(DIRECTIVE)));
        items
    })
}

/// Merges the element of one tuple of key values; `None` if nothing is left of it.
fn merge_one(
    items: &mut [Value],
    patch: Patch<'_>,
    patch_items: &[Value],
    keys: &[&str],
    values: &[String],
    element: Option<Node<'_>>,
) -> Result<Option<Value>, Error> {
    let at = items.iter().position(|item| has_values(item, keys, values));
    let other = patch_items.iter().find(|item| has_values(item, keys, values));
    let patch = match (patch, other) {
        (Patch::Same, _) if at.is_none() => Patch::Absent,
        (Patch::Same, _) => Patch::Same,
        (_, Some(other)) => Patch::Other(other),
        (_, None) => Patch::Absent,
    };
    let merged = match super::walk(at.map(|at| &mut items[at]), patch, element)? {
        Outcome::Kept => at.map(|at| &mut items[at]),
        Outcome::Cleared => None,
        Outcome::Became(mut value) => {
            add_keys(&mut value, keys, values);
            return Ok(Some(value).filter(is_something));
        }
    };
    let Some(merged) = merged.filter(|value| is_something(value)) else { return Ok(None) };
    add_keys(merged, keys, values);
    Ok(Some(merged.clone()))
}

fn is_something(value: &Value) -> bool {
    !value.is_null() && value.as_object().is_none_or(|map| !map.is_empty())
}

fn add_keys(value: &mut Value, keys: &[&str], values: &[String]) {
    let Value::Object(map) = value else { return };
    for (key, value) in keys.iter().zip(values) {
        if !value.is_empty() && !map.contains_key(*key) {
            map.insert((*key).to_owned(), value.as_str().into());
        }
    }
}

/// The distinct tuples of key values, in the order in which they first occur.
fn tuples_of<'a>(items: impl Iterator<Item = &'a Value>, keys: &[&str]) -> Vec<Vec<String>> {
    let mut tuples: Vec<Vec<String>> = Vec::new();
    for item in items {
        let tuple: Vec<String> = keys.iter().map(|key| text(if key.is_empty() { Some(item) } else { item.get(*key) })).collect();
        if !tuples.contains(&tuple) {
            tuples.push(tuple);
        }
    }
    tuples
}

/// Makes tuples one that agree wherever both have a value: a port without protocol is the port with one.
fn complete(tuples: &mut [Vec<String>]) {
    for first in 0..tuples.len() {
        for second in 0..tuples.len() {
            if let Some(both) = agree(&tuples[first], &tuples[second]) {
                tuples[first].clone_from(&both);
                tuples[second] = both;
            }
        }
    }
}

fn agree(first: &[String], second: &[String]) -> Option<Vec<String>> {
    let pairs = || first.iter().zip(second);
    let differs = pairs().any(|(a, b)| a != b && !a.is_empty() && !b.is_empty());
    if differs || !pairs().any(|(a, b)| a == b) {
        return None;
    }
    Some(pairs().map(|(a, b)| if a.is_empty() { b.clone() } else { a.clone() }).collect())
}

/// The keys that any tuple has a value for; all keys if none has.
fn valid_keys<'k>(tuples: &[Vec<String>], keys: &[&'k str]) -> Vec<&'k str> {
    let used = |at: usize| tuples.iter().any(|tuple| !tuple[at].is_empty());
    let valid: Vec<&str> = keys.iter().enumerate().filter(|(at, _)| used(*at)).map(|(_, key)| *key).collect();
    if valid.is_empty() { keys.to_vec() } else { valid }
}

/// Whether an element has these key values; keys without a value are not looked at, unless none has one.
fn has_values(item: &Value, keys: &[&str], values: &[String]) -> bool {
    let all_empty = values.iter().all(String::is_empty);
    let mut pairs = keys.iter().zip(values).filter(|(_, value)| all_empty || !value.is_empty());
    if keys.first().is_some_and(|key| key.is_empty()) {
        return !item.is_object() && !item.is_array() && pairs.all(|(_, value)| text(Some(item)) == *value);
    }
    item.is_object() && pairs.all(|(key, value)| item.get(*key).is_some_and(|field| text(Some(field)) == *value))
}

/// Replaces every element with these key values, takes it out (`element` is `None`), or appends the new one.
fn set_element(items: &mut Vec<Value>, element: Option<&Value>, keys: &[&str], values: &[String]) -> Result<(), Error> {
    let wants_mapping = keys.first().is_some_and(|key| !key.is_empty()) && values.first().is_some_and(|value| !value.is_empty());
    let mut found_any = false;
    let mut kept = Vec::with_capacity(items.len() + 1);
    for item in items.drain(..) {
        if !is_something(&item) {
            continue;
        }
        if (!item.is_object() && wants_mapping) || !is_element(&item, keys, values)? {
            if !item.is_object() && wants_mapping || !values.is_empty() {
                kept.push(item);
            }
            continue;
        }
        found_any = true;
        kept.extend(element.cloned());
    }
    if !found_any {
        kept.extend(element.cloned());
    }
    *items = kept;
    Ok(())
}

/// Whether [`set_element`] means this element. An empty value asks only that the key is there.
fn is_element(item: &Value, keys: &[&str], values: &[String]) -> Result<bool, Error> {
    if values.is_empty() {
        return Ok(false);
    }
    for (key, value) in keys.iter().zip(values) {
        let found = match item {
            Value::Object(map) if !key.is_empty() => field_matches(map, key, value),
            Value::Object(_) | Value::Array(_) => return Err(wrong_kind("ScalarNode", item)),
            _ if !key.is_empty() => return Err(wrong_kind("MappingNode", item)),
            _ => text(Some(item)) == *value,
        };
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

fn field_matches(map: &Map<String, Value>, key: &str, value: &str) -> bool {
    map.get(key).is_some_and(|field| value.is_empty() || text(Some(field)) == value)
}

/// Appends the old elements to the merged ones; those with known keys take their place.
fn append(items: &mut Vec<Value>, old: &[Value], keys: &[&str]) -> Result<(), Error> {
    for element in old {
        if keys.first().is_some_and(|key| key.is_empty()) {
            set_element(items, Some(element), &[""], &[text(Some(element))])?;
            continue;
        }
        let mut values = Vec::new();
        for key in keys {
            match element.get(*key) {
                Some(value) => values.push(text(Some(value))),
                None => items.push(element.clone()),
            }
        }
        if keys.len() > 1 {
            set_element(items, None, keys, &values)?;
        }
        set_element(items, Some(element), keys, &values)?;
    }
    Ok(())
}

fn text(value: Option<&Value>) -> String {
    value.map(|value| unmarked(&scalar_text(value)).to_owned()).unwrap_or_default()
}
