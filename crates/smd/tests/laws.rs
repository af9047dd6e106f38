//! What holds for every value: applying twice is applying once, sets behave as sets.

#![allow(clippy::unwrap_used)] // a panic is how these helpers fail

use proptest::prelude::*;
use schema::Catalog;
use serde_json::{Map, Value, json};
use smd::{ApplyRequest, Duplicates, FieldSet, UpdateRequest};

fn catalog() -> Catalog {
    Catalog::from_schema(&json!({"type": "object", "properties": {
        "names": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "properties": {"name": {"type": "string"}, "value": {"type": "integer"}}}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}))
}

prop_compose! {
    fn object()(
        names in proptest::collection::btree_set("[a-d]", 0..4),
        items in proptest::collection::btree_map("[a-d]", 0..3i32, 0..4),
        labels in proptest::collection::btree_map("[a-c]", "[xy]", 0..3),
        free in proptest::collection::btree_map("[a-c]", 0..2i32, 0..3),
    ) -> Value {
        let items: Vec<Value> = items.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut object = json!({"apiVersion": "a/v1", "kind": "A", "metadata": {"name": "a"}});
        for (name, value) in [("names", json!(names)), ("items", json!(items)), ("labels", json!(labels)), ("free", json!(free))] {
            if value.as_array().is_some_and(|list| !list.is_empty()) || value.as_object().is_some_and(|map| !map.is_empty()) {
                object[name] = value;
            }
        }
        object
    }
}

fn apply(catalog: &Catalog, live: Option<&Value>, applied: &Value, manager: &str) -> Value {
    let (ignored, now) = (&FieldSet::default(), "2026-01-02T03:04:05Z");
    let request =
        ApplyRequest { live, applied, place: catalog.root(), empty: &json!({}), manager, subresource: "", force: true, now, ignored };
    smd::apply(request).unwrap().object
}

fn bare(object: &Value) -> Map<String, Value> {
    let mut map = object.as_object().unwrap().clone();
    map.remove("metadata");
    map
}

proptest! {
    #[test]
    fn applying_twice_is_applying_once(first in object(), second in object()) {
        let catalog = catalog();
        let live = apply(&catalog, None, &first, "one");
        let once = apply(&catalog, Some(&live), &second, "two");
        prop_assert_eq!(apply(&catalog, Some(&once), &second, "two"), once);
    }

    #[test]
    fn the_only_applier_gets_exactly_what_it_applies(first in object(), second in object()) {
        let catalog = catalog();
        let live = apply(&catalog, None, &first, "one");
        prop_assert_eq!(bare(&apply(&catalog, Some(&live), &second, "one")), bare(&second));
    }

    #[test]
    fn an_update_takes_over_nothing_that_it_leaves_alone(first in object()) {
        let catalog = catalog();
        let live = apply(&catalog, None, &first, "one");
        let request = UpdateRequest { live: Some(&live), new: &live, place: catalog.root(), empty: &json!({}), manager: "two", subresource: "",
            now: "2027-01-01T00:00:00Z", ignored: &FieldSet::default() };
        prop_assert_eq!(smd::update(request), live);
    }

    #[test]
    fn no_difference_is_found_in_one_and_the_same(first in object()) {
        prop_assert!(smd::compare(&first, &first.clone(), catalog().root()).is_same());
    }

    #[test]
    fn field_sets_come_back_from_json(first in object(), second in object()) {
        let catalog = catalog();
        let set = |value: &Value| smd::field_set(value, catalog.root(), Duplicates::Refuse).unwrap();
        let (a, b) = (set(&first), set(&second));
        prop_assert_eq!(&FieldSet::from_json(&a.to_json()).unwrap(), &a);
        let mut rest = a.clone();
        rest.subtract(&b);
        rest.union_with(&a.intersection(&b));
        prop_assert_eq!(rest, a);
    }
}
