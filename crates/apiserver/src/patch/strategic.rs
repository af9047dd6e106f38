//! Strategic merge patch: a merge patch whose lists of mappings merge by a key, with directives that begin with `$`.
//!
//! Which lists merge is a table by field name; the built-in kinds use a field name with one meaning, save `ports`.

use serde_json::{Map, Value};

use super::unprocessable;
use crate::status::Status;

/// Lists of mappings that merge, and by which key. Other lists are replaced.
const MERGE_KEYS: [(&str, &str); 24] = [
    ("addresses", "type"),
    ("conditions", "type"),
    ("containers", "name"),
    ("env", "name"),
    ("ephemeralContainers", "name"),
    ("hostAliases", "ip"),
    ("imagePullSecrets", "name"),
    ("initContainers", "name"),
    ("matchConditions", "name"),
    ("metrics", "type"),
    ("ownerReferences", "uid"),
    ("pending", "name"),
    ("ports", "port"),
    ("resourceClaims", "name"),
    ("schedulingGates", "name"),
    ("secrets", "name"),
    ("taints", "key"),
    ("topologySpreadConstraints", "topologyKey"),
    ("validations", "expression"),
    ("variables", "name"),
    ("volumeDevices", "devicePath"),
    ("volumeMounts", "mountPath"),
    ("volumes", "name"),
    ("webhooks", "name"),
];
/// Lists of plain values that are united instead of replaced.
const MERGED_PRIMITIVES: [&str; 2] = ["finalizers", "podCIDRs"];

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";

/// Applies a strategic merge patch to an object.
pub fn strategic(target: &mut Value, patch: &Value) -> Result<(), Status> {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => merge_map(target, patch),
        _ => Err(Status::bad_request("a strategic merge patch must be an object")),
    }
}

fn merge_map(target: &mut Map<String, Value>, patch: &Map<String, Value>) -> Result<(), Status> {
    match patch.get(DIRECTIVE).and_then(Value::as_str) {
        Some("replace") => {
            *target = clean_map(patch);
            return Ok(());
        }
        Some("delete") => {
            target.clear();
            return Ok(());
        }
        Some("merge") | None => {}
        Some(other) => return Err(unprocessable(&format!("Unknown patch type found: {other}"))),
    }
    if let Some(keys) = patch.get(RETAIN_KEYS).and_then(Value::as_array) {
        target.retain(|key, _| keys.iter().any(|kept| kept == key));
    }
    for (key, value) in patch {
        merge_field(target, key, value)?;
    }
    order_lists(target, patch);
    Ok(())
}

fn merge_field(target: &mut Map<String, Value>, key: &str, value: &Value) -> Result<(), Status> {
    if let Some(field) = key.strip_prefix(DELETE_FROM) {
        delete_primitives(target, field, value);
        return Ok(());
    }
    if key.starts_with('$') {
        return Ok(());
    }
    match (target.get_mut(key), value) {
        (_, Value::Null) => drop(target.remove(key)),
        (Some(Value::Object(target)), Value::Object(patch)) => merge_map(target, patch)?,
        (Some(Value::Array(target)), Value::Array(patch)) => merge_list(target, patch, key)?,
        (_, Value::Object(patch)) => drop(target.insert(key.to_owned(), Value::Object(clean_map(patch)))),
        (_, Value::Array(patch)) => drop(target.insert(key.to_owned(), Value::Array(clean_list(patch)))),
        (_, other) => drop(target.insert(key.to_owned(), other.clone())),
    }
    Ok(())
}

fn merge_list(target: &mut Vec<Value>, patch: &[Value], field: &str) -> Result<(), Status> {
    if MERGED_PRIMITIVES.contains(&field) {
        for item in patch {
            if !target.contains(item) {
                target.push(item.clone());
            }
        }
        return Ok(());
    }
    let Some(merge_key) = merge_key(field, target, patch).filter(|_| !replaces(patch)) else {
        *target = clean_list(patch);
        return Ok(());
    };
    patch.iter().try_for_each(|item| merge_item(target, item, merge_key))
}

fn merge_item(target: &mut Vec<Value>, item: &Value, merge_key: &str) -> Result<(), Status> {
    let wanted = item.get(merge_key);
    let Some(wanted) = wanted else {
        return Err(unprocessable(&format!("map: {item} does not contain declared merge key: {merge_key}")));
    };
    let found = target.iter().position(|known| known.get(merge_key) == Some(wanted));
    match (found, item) {
        (Some(at), Value::Object(patch)) if patch.get(DIRECTIVE).is_some_and(|directive| directive == "delete") => drop(target.remove(at)),
        (Some(at), Value::Object(patch)) => {
            if let Value::Object(known) = &mut target[at] {
                merge_map(known, patch)?;
            }
        }
        (None, Value::Object(patch)) if patch.get(DIRECTIVE).is_some_and(|directive| directive == "delete") => {}
        (None, Value::Object(patch)) => target.push(Value::Object(clean_map(patch))),
        _ => {}
    }
    Ok(())
}

/// The key that a list merges by, if its items are mappings. Ports of containers have another key than those of services.
fn merge_key(field: &str, target: &[Value], patch: &[Value]) -> Option<&'static str> {
    if field == "ports" && target.iter().chain(patch).any(|port| port.get("containerPort").is_some()) {
        return Some("containerPort");
    }
    let (_, key) = MERGE_KEYS.iter().find(|(known, _)| *known == field)?;
    patch.iter().all(Value::is_object).then_some(*key)
}

/// An item that is only `{"$patch": "replace"}` makes the rest of the list replace the old one.
fn replaces(patch: &[Value]) -> bool {
    patch.iter().any(|item| item.as_object().is_some_and(|item| item.len() == 1 && item.get(DIRECTIVE).is_some_and(|it| it == "replace")))
}

fn delete_primitives(target: &mut Map<String, Value>, field: &str, gone: &Value) {
    if let (Some(Value::Array(list)), Value::Array(gone)) = (target.get_mut(field), gone) {
        list.retain(|item| !gone.contains(item));
    }
}

/// Puts lists into the order that `$setElementOrder/<field>` names; items it does not name keep their places behind.
fn order_lists(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (key, order) in patch {
        let (Some(field), Value::Array(order)) = (key.strip_prefix(ORDER), order) else { continue };
        if let Some(Value::Array(list)) = target.get_mut(field) {
            list.sort_by_key(|item| order.iter().position(|wanted| same_element(item, wanted)).unwrap_or(order.len()));
        }
    }
}

/// `wanted` is a plain value, or a mapping of merge keys that the item must agree with.
fn same_element(item: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(keys) => keys.iter().all(|(key, value)| item.get(key) == Some(value)),
        plain => item == plain,
    }
}

fn clean_list(items: &[Value]) -> Vec<Value> {
    let kept = items.iter().filter(|item| item.get(DIRECTIVE).is_none());
    kept.map(clean).collect()
}

fn clean_map(map: &Map<String, Value>) -> Map<String, Value> {
    let kept = map.iter().filter(|(key, value)| !key.starts_with('$') && !value.is_null());
    kept.map(|(key, value)| (key.clone(), clean(value))).collect()
}

fn clean(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(clean_map(map)),
        Value::Array(items) => Value::Array(clean_list(items)),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(mut target: Value, patch: Value, expected: Value) {
        strategic(&mut target, &patch).unwrap();
        assert_eq!(target, expected);
    }

    #[test]
    fn containers_merge_by_name() {
        check(
            json!({"containers": [{"name": "a", "image": "a:1", "args": ["x"]}, {"name": "b"}]}),
            json!({"containers": [{"name": "a", "image": "a:2"}, {"name": "c"}]}),
            json!({"containers": [{"name": "a", "image": "a:2", "args": ["x"]}, {"name": "b"}, {"name": "c"}]}),
        );
    }

    #[test]
    fn directives_delete_replace_and_order() {
        check(
            json!({"containers": [{"name": "a"}, {"name": "b"}]}),
            json!({"containers": [{"name": "a", "$patch": "delete"}]}),
            json!({"containers": [{"name": "b"}]}),
        );
        check(json!({"spec": {"a": 1, "b": 2}}), json!({"spec": {"$patch": "replace", "c": 3}}), json!({"spec": {"c": 3}}));
        check(
            json!({"strategy": {"type": "X", "rollingUpdate": {}}}),
            json!({"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}),
            json!({"strategy": {"type": "Recreate"}}),
        );
        check(
            json!({"env": [{"name": "a"}, {"name": "b"}]}),
            json!({"$setElementOrder/env": [{"name": "b"}, {"name": "a"}], "env": [{"name": "b", "value": "1"}]}),
            json!({"env": [{"name": "b", "value": "1"}, {"name": "a"}]}),
        );
    }

    #[test]
    fn finalizers_unite_and_can_be_taken_out() {
        check(json!({"finalizers": ["a"]}), json!({"finalizers": ["b"]}), json!({"finalizers": ["a", "b"]}));
        check(json!({"finalizers": ["a", "b"]}), json!({"$deleteFromPrimitiveList/finalizers": ["a"]}), json!({"finalizers": ["b"]}));
    }

    #[test]
    fn ports_of_containers_and_services_have_their_own_keys() {
        check(
            json!({"ports": [{"containerPort": 80, "name": "a"}]}),
            json!({"ports": [{"containerPort": 80, "name": "b"}]}),
            json!({"ports": [{"containerPort": 80, "name": "b"}]}),
        );
        check(json!({"ports": [{"port": 80}]}), json!({"ports": [{"port": 81}]}), json!({"ports": [{"port": 80}, {"port": 81}]}));
    }

    #[test]
    fn other_lists_are_replaced() {
        check(json!({"args": ["a"]}), json!({"args": ["b"]}), json!({"args": ["b"]}));
        check(json!({"tolerations": [{"key": "a"}]}), json!({"tolerations": [{"key": "b"}]}), json!({"tolerations": [{"key": "b"}]}));
    }
}
