//! Strategic merge patch, as kube-apiserver carries it out.
//!
//! Mappings merge, null removes, lists merge by key where the type says so, and directives (`$patch`, `$retainKeys`,
//! `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) steer the rest. Refuses to compute patches: it only applies them.
//! Begin with [`strategic_merge`].

use crate::types::Type;
use serde_json::{Map, Value};

const PATCH: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const SET_ORDER: &str = "$setElementOrder/";
const DELETE_ITEMS: &str = "$deleteFromPrimitiveList/";

/// Why a strategic merge patch cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// A `$patch` in a mapping that is neither `replace` nor `delete`.
    #[error("unknown patch type: {directive} in map: {patch}")]
    UnknownDirective {
        /// The directive.
        directive: String,
        /// The mapping as JSON.
        patch: String,
    },
    /// An item of a keyed list without its key.
    #[error("map: {item} does not contain declared merge key: {key}")]
    NoMergeKey {
        /// The item as JSON.
        item: String,
        /// The key it lacks.
        key: String,
    },
    /// A directive whose value is no list.
    #[error("wrong type of the list in directive {0}")]
    NotAList(String),
    /// `$retainKeys` does not name every field that the patch sets.
    #[error("$retainKeys must hold every field of its patch, `{0}` is missing")]
    NotRetained(String),
}

/// Applies `patch` to `target`, which has type `place`.
///
/// Where the type is unknown, mappings merge and lists are replaced. Cost: O(target + patch), keyed lists O(n·m).
/// Errors leave `target` half patched: work on a copy.
pub fn strategic_merge(target: &mut Value, patch: &Value, place: Type<'_>) -> Result<(), PatchError> {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return Ok(());
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().expect("was made a mapping above");
    match patch.get(PATCH).and_then(Value::as_str) {
        Some("replace") => *target = without(patch, PATCH),
        Some("delete") => target.clear(),
        Some(other) => return Err(unknown_directive(other, patch)),
        None => merge_fields(target, patch, place)?,
    }
    Ok(())
}

fn unknown_directive(directive: &str, patch: &Map<String, Value>) -> PatchError {
    PatchError::UnknownDirective { directive: directive.into(), patch: Value::Object(patch.clone()).to_string() }
}

fn without(map: &Map<String, Value>, key: &str) -> Map<String, Value> {
    map.iter().filter(|(name, _)| *name != key).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn merge_fields(target: &mut Map<String, Value>, patch: &Map<String, Value>, place: Type<'_>) -> Result<(), PatchError> {
    retain(target, patch)?;
    for (name, list) in patch {
        if let Some(field) = name.strip_prefix(DELETE_ITEMS) {
            delete_items(target, field, list)?;
        }
    }
    for (name, value) in patch.iter().filter(|(name, _)| !name.starts_with('$') || place_has(place, name)) {
        merge_field(target, name, value, patch, place.child(name))?;
    }
    for (name, order) in patch {
        if let Some(field) = name.strip_prefix(SET_ORDER).filter(|field| !patch.contains_key(*field)) {
            let order = order.as_array().ok_or_else(|| PatchError::NotAList(name.clone()))?;
            if let Some(Value::Array(items)) = target.get_mut(field) {
                let before = items.clone();
                reorder(items, &before, order, place.child(field).merge().key.as_deref());
            }
        }
    }
    Ok(())
}

/// `$ref` and `$schema` are fields of schemas, not directives.
fn place_has(place: Type<'_>, name: &str) -> bool {
    !(name == PATCH || name == RETAIN_KEYS || name.starts_with(SET_ORDER) || name.starts_with(DELETE_ITEMS)) && place.field(name).is_some()
}

fn retain(target: &mut Map<String, Value>, patch: &Map<String, Value>) -> Result<(), PatchError> {
    let Some(keys) = patch.get(RETAIN_KEYS) else { return Ok(()) };
    let keys = keys.as_array().ok_or_else(|| PatchError::NotAList(RETAIN_KEYS.into()))?;
    let kept = |name: &str| keys.iter().any(|key| key == name);
    if let Some(name) = patch.iter().find(|(name, value)| !name.starts_with('$') && !value.is_null() && !kept(name)).map(|(name, _)| name) {
        return Err(PatchError::NotRetained(name.clone()));
    }
    target.retain(|name, _| kept(name));
    Ok(())
}

fn delete_items(target: &mut Map<String, Value>, field: &str, list: &Value) -> Result<(), PatchError> {
    let gone = list.as_array().ok_or_else(|| PatchError::NotAList(format!("{DELETE_ITEMS}{field}")))?;
    if let Some(Value::Array(items)) = target.get_mut(field) {
        items.retain(|item| !gone.contains(item));
    }
    Ok(())
}

fn merge_field(
    target: &mut Map<String, Value>,
    name: &str,
    value: &Value,
    patch: &Map<String, Value>,
    place: Type<'_>,
) -> Result<(), PatchError> {
    if value.is_null() {
        target.remove(name);
        return Ok(());
    }
    match (target.get_mut(name), value) {
        (Some(old @ Value::Object(_)), Value::Object(_)) if !place.merge().replace => strategic_merge(old, value, place),
        (Some(Value::Array(items)), Value::Array(patches)) if place.merge().merge => {
            let order = patch.get(&format!("{SET_ORDER}{name}")).and_then(Value::as_array);
            merge_list(items, patches, order, place)
        }
        _ => {
            match plain(value) {
                Some(value) => target.insert(name.into(), value),
                None => target.remove(name),
            };
            Ok(())
        }
    }
}

/// A patch value that met nothing to merge with: its nulls and directives fall away, and mappings with `$patch` as a whole.
fn plain(value: &Value) -> Option<Value> {
    match value {
        Value::Object(map) if map.contains_key(PATCH) => None,
        Value::Object(map) => {
            let kept = map.iter().filter(|(name, value)| !value.is_null() && !is_directive(name));
            Some(Value::Object(kept.filter_map(|(name, value)| Some((name.clone(), plain(value)?))).collect()))
        }
        Value::Array(items) => Some(Value::Array(items.iter().filter_map(plain).collect())),
        other => Some(other.clone()),
    }
}

fn is_directive(name: &str) -> bool {
    name == PATCH || name == RETAIN_KEYS || name.starts_with(SET_ORDER) || name.starts_with(DELETE_ITEMS)
}

/// Whether an item only carries an order (`$patch: delete` or a lone `$patch: replace`).
fn is_special(item: &Value) -> bool {
    item[PATCH] == "delete" || (item[PATCH] == "replace" && item.as_object().is_some_and(|map| map.len() == 1))
}

fn merge_list(items: &mut Vec<Value>, patches: &[Value], order: Option<&Vec<Value>>, place: Type<'_>) -> Result<(), PatchError> {
    let before = items.clone();
    let key = place.merge().key.as_deref();
    if patches.iter().any(|patch| patch[PATCH] == "replace") {
        *items = patches.iter().filter_map(plain).collect();
    } else if patches.iter().chain(&before).all(Value::is_object) && !(patches.is_empty() && before.is_empty()) {
        merge_keyed(items, patches, key.unwrap_or(""), place)?;
    } else {
        merge_values(items, patches);
    }
    // Without an order of its own a patch puts its items where the first of them was, and new ones in front.
    let own: Vec<Value> = patches.iter().filter(|patch| !is_special(patch)).cloned().collect();
    reorder(items, &before, order.unwrap_or(&own), key);
    Ok(())
}

fn merge_values(items: &mut Vec<Value>, patches: &[Value]) {
    for patch in patches {
        if !items.contains(patch) {
            items.push(patch.clone());
        }
    }
}

fn merge_keyed(items: &mut Vec<Value>, patches: &[Value], key: &str, place: Type<'_>) -> Result<(), PatchError> {
    let item_type = place.items().unwrap_or(Type::any());
    for patch in patches {
        let missing = || PatchError::NoMergeKey { item: patch.to_string(), key: key.into() };
        let wanted = patch.get(key).filter(|value| !value.is_null()).ok_or_else(missing)?;
        let same = |item: &Value| item.get(key) == Some(wanted);
        if patch[PATCH] == "delete" {
            items.retain(|item| !same(item));
        } else if let Some(item) = items.iter_mut().find(|item| same(item)) {
            strategic_merge(item, patch, item_type)?;
        } else {
            items.extend(plain(patch));
        }
    }
    Ok(())
}

/// Brings the items named by `order` into that order; others keep their old place relative to them.
fn reorder(items: &mut Vec<Value>, before: &[Value], order: &[Value], key: Option<&str>) {
    let id = |item: &Value| key.and_then(|key| item.get(key)).unwrap_or(item).clone();
    let order: Vec<Value> = order.iter().map(id).collect();
    let rank = |item: &Value| order.iter().position(|known| *known == id(item));
    let old = |item: &Value| before.iter().position(|known| id(known) == id(item));
    let (mut named, others): (Vec<Value>, Vec<Value>) = std::mem::take(items).into_iter().partition(|item| rank(item).is_some());
    named.sort_by_key(|item| rank(item));
    let mut others = others.into_iter().peekable();
    for item in named {
        while let Some(other) = others.next_if(|other| old(&item).is_some_and(|place| old(other).is_some_and(|other| other < place))) {
            items.push(other);
        }
        items.push(item);
    }
    items.extend(others);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(mut target: Value, patch: Value, expected: Value) {
        let pod = crate::builtin().type_of("", "v1", "Pod").unwrap().child("spec");
        strategic_merge(&mut target, &patch, pod).unwrap();
        assert_eq!(target, expected);
    }

    #[test]
    fn containers_merge_by_name_and_new_ones_come_first() {
        check(
            json!({"containers": [{"name": "a", "image": "1"}, {"name": "b"}]}),
            json!({"containers": [{"name": "c", "tty": null}, {"name": "a", "image": "2"}]}),
            json!({"containers": [{"name": "c"}, {"name": "a", "image": "2"}, {"name": "b"}]}),
        );
    }

    #[test]
    fn items_are_deleted_and_lists_replaced_by_directive() {
        check(
            json!({"containers": [{"name": "a"}, {"name": "b"}]}),
            json!({"containers": [{"name": "a", "$patch": "delete"}]}),
            json!({"containers": [{"name": "b"}]}),
        );
        check(
            json!({"containers": [{"name": "a"}]}),
            json!({"containers": [{"$patch": "replace"}, {"name": "z"}]}),
            json!({"containers": [{"name": "z"}]}),
        );
    }

    #[test]
    fn a_mapping_with_a_directive_that_meets_nothing_leaves_nothing() {
        let patch = json!({"nodeSelector": {"$patch": "replace", "a": "b"}});
        check(json!({"nodeSelector": {"c": "d"}}), patch.clone(), json!({"nodeSelector": {"a": "b"}}));
        check(json!({}), patch, json!({}));
    }

    #[test]
    fn retain_keys_drops_the_other_sources_of_a_volume() {
        check(
            json!({"volumes": [{"name": "v", "emptyDir": {}}]}),
            json!({"volumes": [{"name": "v", "$retainKeys": ["name", "configMap"], "configMap": {"name": "c"}}]}),
            json!({"volumes": [{"name": "v", "configMap": {"name": "c"}}]}),
        );
    }

    #[test]
    fn an_element_order_is_followed_and_unknown_items_keep_their_place() {
        check(
            json!({"containers": [{"name": "a"}, {"name": "x"}, {"name": "b"}]}),
            json!({"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}], "containers": [{"name": "a", "image": "1"}]}),
            json!({"containers": [{"name": "x"}, {"name": "b"}, {"name": "a", "image": "1"}]}),
        );
    }

    #[test]
    fn primitive_items_are_deleted_by_value() {
        let place = crate::builtin().type_of("", "v1", "Pod").unwrap();
        let mut target = json!({"metadata": {"finalizers": ["a", "b"]}});
        let patch = json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]}});
        strategic_merge(&mut target, &patch, place).unwrap();
        assert_eq!(target, json!({"metadata": {"finalizers": ["c", "b"]}}));
    }

    #[test]
    fn an_item_without_its_key_is_refused() {
        let place = crate::builtin().type_of("", "v1", "Pod").unwrap().child("spec");
        let error =
            strategic_merge(&mut json!({"containers": [{"name": "a"}]}), &json!({"containers": [{"image": "b"}]}), place).unwrap_err();
        assert_eq!(error.to_string(), r#"map: {"image":"b"} does not contain declared merge key: name"#);
    }
}
