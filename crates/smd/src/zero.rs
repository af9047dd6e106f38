//! What the Go type of a built-in kind holds and prints although nobody set it: structs, and required fields.
//!
//! Ownership of a created object is judged against it, for what is always there is nobody's doing. Refuses to know
//! defaults: those are rules of a kind, not of its type. Custom resources have no such parts.

use schema::{Shape, Type};
use serde_json::{Map, Value};

/// The object of a kind before anything is set: `{"metadata": {}, "spec": {…}, "status": {}}`.
pub fn zero(place: Type<'_>) -> Value {
    let parts = place.fields().filter_map(|(name, required, field)| Some((name.to_owned(), part(required, field)?)));
    Value::Object(parts.collect())
}

/// Adds what is always there to an object, at every depth. Cost: O(declared fields of the parts that are there).
pub fn fill(value: &mut Value, place: Type<'_>) {
    match (value, place.shape()) {
        (Value::Object(map), Shape::Object(..)) => fill_fields(map, place),
        (Value::Object(map), Shape::Map(_)) => map.iter_mut().for_each(|(key, value)| fill(value, place.child(key))),
        (Value::Array(items), Shape::List(..)) => {
            let item_type = place.items().unwrap_or(Type::any());
            items.iter_mut().for_each(|item| fill(item, item_type));
        }
        _ => {}
    }
}

fn fill_fields(map: &mut Map<String, Value>, place: Type<'_>) {
    for (name, required, field) in place.fields() {
        match map.get_mut(name) {
            Some(value) => fill(value, field),
            None => map.extend(part(required, field).map(|part| (name.to_owned(), part))),
        }
    }
}

/// What a field holds when it is not set: a struct its parts, a scalar that is always written its zero, a required one null.
fn part(required: bool, field: Type<'_>) -> Option<Value> {
    if is_struct(field) {
        return Some(zero(field));
    }
    let default = field.node().default.as_ref().filter(|default| matches!(default.to_string().as_str(), "0" | "false" | "\"\""));
    default.cloned().or_else(|| required.then_some(Value::Null))
}

/// Structs that are no pointers are marked by an empty default.
fn is_struct(field: Type<'_>) -> bool {
    field.reference().is_some() && field.node().default.as_ref().and_then(Value::as_object).is_some_and(Map::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kind(group: &str, kind: &str) -> Type<'static> {
        schema::builtin().type_of(group, "v1", kind).unwrap()
    }

    #[test]
    fn a_deployment_holds_its_structs_and_required_fields() {
        let zero = zero(kind("apps", "Deployment"));
        assert_eq!(zero["status"], json!({}));
        assert_eq!(zero["spec"], json!({"selector": null, "strategy": {}, "template": {"metadata": {}, "spec": {"containers": null}}}));
    }

    #[test]
    fn parts_are_added_at_every_depth_and_nothing_is_replaced() {
        let mut service = json!({"spec": {"ports": [{"name": "web"}]}});
        fill(&mut service, kind("", "Service"));
        assert_eq!(service, json!({"metadata": {}, "spec": {"ports": [{"name": "web", "port": 0}]}, "status": {"loadBalancer": {}}}));
    }
}
