//! What the built-in kinds make of an object.
//!
//! Flux reads an object of a kind that its Kubernetes library knows into a type and writes it again. On the way fields that the type
//! does not know are lost, and so is null. An apply without that would be refused for a misspelled field, so the same is done here,
//! and what was left out is told. Refuses to judge: a value of a wrong type stays, and the API server says what is wrong with it.

use std::fmt::{Arguments, Write as _};

use object::{Map, Object, Value};
use schema::{Scalar, Shape, Type};

/// Groups of kinds that the API server knows and Flux's library does not.
const UNKNOWN_GROUPS: [&str; 2] = ["apiextensions.k8s.io", "apiregistration.k8s.io"];

/// Leaves what its kind knows. Gives the paths of what was left out, such as `spec.template.spec.containers[0].prot`.
pub(crate) fn trim(object: &mut Object) -> Vec<String> {
    let mut trimming = Trimming::default();
    if let Some(kind) = type_of(object) {
        trimming.fields(object.as_map_mut(), kind);
    }
    trimming.left_out
}

fn type_of(object: &Object) -> Option<Type<'static>> {
    let is_known = !UNKNOWN_GROUPS.contains(&object.group());
    is_known.then(|| schema::builtin().type_of(object.group(), object.version(), object.kind())).flatten()
}

#[derive(Default)]
struct Trimming {
    left_out: Vec<String>,
    path: String,
}

impl Trimming {
    fn value(&mut self, value: &mut Value, place: Type<'static>) {
        match (place.shape(), value) {
            (Shape::Object(..), Value::Object(map)) => self.fields(map, place),
            (Shape::Map(_), Value::Object(map)) => self.entries(map, place),
            (Shape::List(..), Value::Array(items)) => self.items(items, place),
            (Shape::Scalar(Scalar::Int32 | Scalar::Int64 | Scalar::IntOrString), number) => make_whole(number),
            _ => {}
        }
    }

    fn fields(&mut self, map: &mut Map<String, Value>, place: Type<'static>) {
        map.retain(|name, value| {
            let Some(field) = place.field(name) else {
                self.below(name, |trimming| trimming.left_out.push(trimming.path.clone()));
                return false;
            };
            self.below(name, |trimming| trimming.value(value, field));
            !value.is_null()
        });
    }

    /// Any key is known in a map, and null is the empty text of a map of texts.
    fn entries(&mut self, map: &mut Map<String, Value>, place: Type<'static>) {
        for (name, value) in map {
            let entry = place.child(name);
            match entry.shape() {
                Shape::Scalar(Scalar::String | Scalar::Bytes) if value.is_null() => *value = "".into(),
                _ => self.below(name, |trimming| trimming.value(value, entry)),
            }
        }
    }

    fn items(&mut self, items: &mut [Value], place: Type<'static>) {
        let Some(item) = place.items() else { return };
        for (at, value) in items.iter_mut().enumerate() {
            self.at(format_args!("[{at}]"), |trimming| trimming.value(value, item));
        }
    }

    fn below(&mut self, name: &str, inner: impl FnOnce(&mut Trimming)) {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.at(format_args!("{dot}{name}"), inner);
    }

    /// Goes one step further: the path grows in its place, and shrinks again.
    fn at(&mut self, step: Arguments<'_>, inner: impl FnOnce(&mut Trimming)) {
        let length = self.path.len();
        self.path.write_fmt(step).expect("a String takes everything");
        inner(self);
        self.path.truncate(length);
    }
}

/// `3.0` is a whole number to Go, but not to the API server.
fn make_whole(number: &mut Value) {
    if let Some(float) = number.as_f64().filter(|float| !number.is_i64() && float.fract() == 0.0 && float.abs() < i64::MAX as f64) {
        *number = (float as i64).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(object: Value, expected: Value, left_out: &[&str]) {
        let mut object = Object::new(object).unwrap();
        assert_eq!(trim(&mut object), left_out);
        assert_eq!(object.into_value(), expected);
    }

    fn deployment(spec: Value) -> Value {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec})
    }

    #[test]
    fn fields_that_a_kind_does_not_know_are_left_out_and_named() {
        let pod = |container: Value| json!({"template": {"spec": {"containers": [{"name": "a", "image": "b"}, container]}}});
        let mut wrong = deployment(pod(json!({"name": "c", "prot": 80, "securityContext": {"privilegd": true}})));
        wrong["bogus"] = json!({"deep": 1});
        check(
            wrong,
            deployment(pod(json!({"name": "c", "securityContext": {}}))),
            &["bogus", "spec.template.spec.containers[1].prot", "spec.template.spec.containers[1].securityContext.privilegd"],
        );
    }

    #[test]
    fn null_is_nothing_in_a_field_and_the_empty_text_in_a_map_of_texts() {
        check(deployment(json!({"replicas": null, "paused": false})), deployment(json!({"paused": false})), &[]);
        let map = |data: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data});
        check(map(json!({"a": null, "b": "x"})), map(json!({"a": "", "b": "x"})), &[]);
    }

    #[test]
    fn whole_numbers_are_written_as_such_and_wrong_types_stay() {
        check(deployment(json!({"replicas": 3.0})), deployment(json!({"replicas": 3})), &[]);
        check(deployment(json!({"replicas": "3"})), deployment(json!({"replicas": "3"})), &[]);
        check(deployment(json!({"template": ["x"]})), deployment(json!({"template": ["x"]})), &[]);
    }

    #[test]
    fn other_kinds_and_definitions_stay_as_they_are() {
        let custom = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "x": 1}, "spec": {"a": null}});
        check(custom.clone(), custom, &[]);
        let definition =
            json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "d"}, "x": 1});
        check(definition.clone(), definition, &[]);
    }
}
