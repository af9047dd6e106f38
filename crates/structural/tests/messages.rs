//! What kube-apiserver says of custom resources, message by message.

use serde_json::{Value, json};
use structural::Schema;

fn schema(spec: Value) -> Schema {
    Schema::compile(&json!({"type": "object", "properties": {"spec": spec}})).expect("the schema is structural")
}

fn object(spec: Value) -> Value {
    json!({"apiVersion": "a/v1", "kind": "A", "metadata": {"name": "a"}, "spec": spec})
}

#[track_caller]
fn check(spec: Value, value: Value, expected: &[&str]) {
    let found: Vec<String> = schema(spec).validate(&object(value), None).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

fn foo(schema: Value) -> Value {
    json!({"type": "object", "properties": {"foo": schema}})
}

#[test]
fn a_schema_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Schema>();
}

#[test]
fn texts() {
    let pattern = json!({"type": "string", "pattern": "^a+$"});
    check(foo(pattern), json!({"foo": "x"}), &["spec.foo: Invalid value: \"x\": spec.foo in body should match '^a+$'"]);
    check(foo(json!({"type": "string", "maxLength": 2})), json!({"foo": "xyz"}), &["spec.foo: Too long: may not be more than 2 bytes"]);
    let short = json!({"type": "string", "minLength": 2});
    check(foo(short), json!({"foo": "x"}), &["spec.foo: Invalid value: \"x\": spec.foo in body should be at least 2 chars long"]);
    let values = json!({"type": "string", "enum": ["b", "c"]});
    check(foo(values), json!({"foo": "a"}), &["spec.foo: Unsupported value: \"a\": supported values: \"b\", \"c\""]);
}

#[test]
fn types_and_required_fields() {
    let integer = json!({"type": "integer"});
    check(
        foo(integer),
        json!({"foo": "x"}),
        &["spec.foo: Invalid value: \"string\": spec.foo in body must be of type integer: \"string\""],
    );
    check(json!({"type": "object", "required": ["foo"]}), json!({}), &["spec.foo: Required value"]);
    check(foo(json!({"x-kubernetes-int-or-string": true})), json!({"foo": "x"}), &[]);
    check(foo(json!({"type": "string", "nullable": true})), json!({"foo": null}), &[]);
}

#[test]
fn numbers_and_counts() {
    let bounded = json!({"type": "integer", "minimum": 1});
    check(foo(bounded), json!({"foo": 0}), &["spec.foo: Invalid value: 0: spec.foo in body should be greater than or equal to 1"]);
    let many = json!({"type": "array", "maxItems": 1, "items": {"type": "string"}});
    check(foo(many), json!({"foo": ["a", "b"]}), &["spec.foo: Too many: 2: must have at most 1 item"]);
    let few = json!({"type": "array", "minItems": 1, "items": {"type": "string"}});
    check(foo(few), json!({"foo": []}), &["spec.foo: Invalid value: 0: spec.foo in body should have at least 1 items"]);
}

#[test]
fn formats() {
    let time = json!({"type": "string", "format": "date-time"});
    check(foo(time.clone()), json!({"foo": "2026-01-02T03:04:05Z"}), &[]);
    check(foo(time), json!({"foo": "x"}), &["spec.foo: Invalid value: \"x\": spec.foo in body must be of type date-time: \"x\""]);
    let duration = json!({"type": "string", "format": "duration"});
    for good in ["1h30m", "500ms", "0", "1.5s"] {
        check(foo(duration.clone()), json!({"foo": good}), &[]);
    }
    assert_eq!(schema(foo(duration)).validate(&object(json!({"foo": "1x"})), None).len(), 1);
}

#[test]
fn junctors() {
    let one = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
    check(one.clone(), json!({"a": "x"}), &[]);
    let both = "<nil>: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). Found 2 valid alternatives";
    check(one, json!({"a": "x", "b": "y"}), &[both]);
}

#[test]
fn keys_and_set_items_are_unique() {
    let keyed = json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
        "items": {"type": "object", "properties": {"k": {"type": "string"}}}});
    check(foo(keyed), json!({"foo": [{"k": "a"}, {"k": "a"}]}), &["spec.foo[1]: Duplicate value: {\"k\":\"a\"}"]);
    let set = json!({"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}});
    check(foo(set), json!({"foo": ["a", "a", "a"]}), &["spec.foo[1]: Duplicate value: \"a\""]);
}

#[test]
fn rules_have_messages_and_see_the_old_value() {
    let rules = json!({"type": "object", "properties": {"foo": {"type": "string",
        "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "is immutable"}]}, "n": {"type": "integer"}},
        "x-kubernetes-validations": [{"rule": "!has(self.n) || self.n < 3", "messageExpression": "'n is ' + string(self.n)"}]});
    check(rules.clone(), json!({"n": 5}), &["spec: Invalid value: n is 5"]);
    let (old, new) = (object(json!({"foo": "a"})), object(json!({"foo": "b"})));
    let found = schema(rules).validate(&new, Some(&old));
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["spec.foo: Invalid value: \"b\": is immutable"]);
}

#[test]
fn what_did_not_change_is_not_judged_again() {
    let tight = schema(foo(json!({"type": "string", "maxLength": 1})));
    let old = object(json!({"foo": "long", "bar": 1}));
    assert_eq!(tight.validate(&object(json!({"foo": "long", "bar": 2})), Some(&old)), []);
}

#[test]
fn defaults_reach_down_and_nulls_give_way() {
    let schema = schema(json!({"type": "object", "default": {}, "properties": {
        "a": {"type": "string", "default": "x"}, "n": {"type": "string", "nullable": true},
        "list": {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "integer", "default": 1}}}}}}));
    let mut value = json!({"kind": "A"});
    schema.default(&mut value);
    assert_eq!(value, json!({"kind": "A", "spec": {"a": "x"}}));
    let mut value = json!({"spec": {"a": null, "n": null, "list": [{}]}});
    schema.default(&mut value);
    assert_eq!(value, json!({"spec": {"a": "x", "n": null, "list": [{"b": 1}]}}));
}

#[test]
fn unknown_fields_are_dropped_and_named() {
    let schema = schema(json!({"type": "object", "properties": {
        "list": {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "integer"}}}},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        "pod": {"type": "object", "x-kubernetes-embedded-resource": true, "properties": {"spec": {"type": "object"}}}}}));
    let mut value = object(json!({"c": 1, "list": [{"b": 1, "d": 2}], "free": {"x": 1},
        "pod": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "z": 1}}));
    assert_eq!(schema.prune(&mut value), ["spec.c", "spec.list[0].d", "spec.pod.z"]);
    assert_eq!(value["spec"]["free"], json!({"x": 1}));
    assert_eq!(value["spec"]["pod"]["metadata"], json!({"name": "p"}));
}

#[test]
fn a_schema_without_types_is_refused() {
    let errors = Schema::compile(&json!({"type": "object", "properties": {"spec": {}}})).unwrap_err();
    assert_eq!(errors[0].to_string(), "properties[spec].type: Required value: must not be empty for specified object fields");
}
