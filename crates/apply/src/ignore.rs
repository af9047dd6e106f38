//! Fields that others may change: what the live object has there becomes what is wanted.

use object::{Object, Value};

/// Makes a wanted object agree with the live one at each path (RFC 6901).
///
/// A field that another manager applies is left out of what is wanted, so that we do not own it; any other is taken over from
/// the live object as it is. A path that the live object does not have changes nothing.
pub fn adopt(wanted: &mut Object, live: &Object, paths: &[&str], manager: &str) {
    for path in paths {
        let keys: Vec<String> = path.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
        let Some(value) = keys.iter().try_fold(None, |at: Option<&Value>, key| Some(Some(step(at, live, key)?))).flatten() else {
            continue;
        };
        match is_applied_by_others(live, &keys, manager) {
            true => remove(wanted, &keys),
            false => put(wanted, &keys, value.clone()),
        }
    }
}

fn step<'a>(at: Option<&'a Value>, live: &'a Object, key: &str) -> Option<&'a Value> {
    match at {
        None => live.as_map().get(key),
        Some(Value::Array(items)) => items.get(key.parse::<usize>().ok()?),
        Some(value) => value.get(key),
    }
}

fn is_applied_by_others(live: &Object, keys: &[String], manager: &str) -> bool {
    let entries = live.get_in(&["metadata", "managedFields"]).and_then(Value::as_array);
    entries.into_iter().flatten().any(|entry| {
        let owned = keys.iter().try_fold(&entry["fieldsV1"], |fields, key| fields.get(format!("f:{key}")));
        entry["operation"] == "Apply" && entry["manager"] != manager && owned.is_some()
    })
}

fn parent<'a>(wanted: &'a mut Object, keys: &[String]) -> Option<&'a mut Value> {
    let (first, rest) = keys.split_first()?;
    let start = wanted.as_map_mut().get_mut(first)?;
    rest.iter().try_fold(start, |value, key| match value {
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        value => value.get_mut(key),
    })
}

fn remove(wanted: &mut Object, keys: &[String]) {
    let Some((last, above)) = keys.split_last().filter(|(_, above)| !above.is_empty()) else { return };
    if let Some(Value::Object(map)) = parent(wanted, above) {
        map.remove(last);
    }
}

fn put(wanted: &mut Object, keys: &[String], value: Value) {
    let Some((last, above)) = keys.split_last().filter(|(_, above)| !above.is_empty()) else { return };
    match parent(wanted, above) {
        Some(Value::Object(map)) => drop(map.insert(last.clone(), value)),
        Some(Value::Array(items)) => {
            if let Some(slot) = last.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *slot = value;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(replicas: Option<i64>, managers: Value) -> Object {
        let mut value = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"managedFields": managers}, "spec": {"a": 1}});
        if let Some(replicas) = replicas {
            value["spec"]["replicas"] = replicas.into();
        }
        Object::new(value).unwrap()
    }

    fn replicas(object: &Object) -> Option<i64> {
        object.get("spec.replicas").and_then(Value::as_i64)
    }

    #[test]
    fn an_ignored_field_takes_the_live_value() {
        let mut wanted = object(Some(1), json!([]));
        adopt(&mut wanted, &object(Some(5), json!([])), &["/spec/replicas"], "kustomize-controller");
        assert_eq!(replicas(&wanted), Some(5));
    }

    #[test]
    fn an_ignored_field_that_another_manager_applies_is_left_to_it() {
        let managers = json!([{"manager": "scaler", "operation": "Apply", "fieldsV1": {"f:spec": {"f:replicas": {}}}}]);
        let mut wanted = object(Some(1), json!([]));
        adopt(&mut wanted, &object(Some(5), managers), &["/spec/replicas"], "kustomize-controller");
        assert_eq!(replicas(&wanted), None);
    }

    #[test]
    fn a_path_that_the_live_object_does_not_have_changes_nothing() {
        let mut wanted = object(Some(1), json!([]));
        adopt(&mut wanted, &object(None, json!([])), &["/spec/replicas", "/spec/a/b/c", "nonsense"], "kustomize-controller");
        assert_eq!(replicas(&wanted), Some(1));
    }
}
