//! Tables of values, aliases and merge keys.

use crate::{Limits, Options, from_str, parse};
use serde_json::json;

fn check(text: &str, expected: serde_json::Value) {
    assert_eq!(from_str(text).unwrap(), expected, "{text}");
}

fn refused(text: &str, options: &Options) -> String {
    parse(text, options).unwrap_err().message
}

#[test]
fn a_manifest_becomes_a_value() {
    check(
        "apiVersion: v1\nkind: Service\nspec:\n  ports:\n  - port: 80\n    name: web\n  - {port: 443, name: tls}\n",
        json!({"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80, "name": "web"}, {"port": 443, "name": "tls"}]}}),
    );
}

#[test]
fn scalars_fold_and_chomp() {
    check("a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\n", json!({"a": "x\n y\n", "b": "x y\nz"}));
    check("a: x\n  y\n\n  z\nb: 'it''s'\n", json!({"a": "x y\nz", "b": "it's"}));
    check("a: \"x\\\n  y\\u00e9\"", json!({"a": "xyé"}));
    check("a: |2-\n   x", json!({"a": " x"}));
}

#[test]
fn merge_keys_win_by_place_or_by_being_written() {
    let text = "x: &x {a: 1, b: 2}\nz:\n  a: 5\n  <<: *x\n  b: 9\n";
    check(text, json!({"x": {"a": 1, "b": 2}, "z": {"a": 1, "b": 9}}));
    let newer = parse(text, &Options::v3()).unwrap();
    assert_eq!(newer[0].value, json!({"x": {"a": 1, "b": 2}, "z": {"a": 5, "b": 9}}));
}

#[test]
fn keys_become_text() {
    check("1: a\n1.10: b\nyes: c\n", json!({"1": "a", "1.1": "b", "true": "c"}));
    assert_eq!(parse("yes: c\n'1': d\n", &Options::v3()).unwrap()[0].value, json!({"yes": "c", "1": "d"}));
    for key in ["1", "1.10", "true", "~", "2001-12-14"] {
        assert!(refused(&format!("{key}: a\n"), &Options::v3()).contains(&format!("the key {key} is no string")), "{key}");
    }
}

#[test]
fn documents_know_where_they_begin() {
    let documents = parse("# head\na: 1\n---\n\nb: 2\n---\n", &Options::default()).unwrap();
    let lines: Vec<_> = documents.iter().map(|document| document.line).collect();
    assert_eq!(lines, [2, 5, 6]);
    assert!(parse("# nothing\n", &Options::default()).unwrap().is_empty());
}

#[test]
fn equal_keys_are_refused_when_asked() {
    check("a: 1\na: 2\n", json!({"a": 2}));
    assert_eq!(refused("a: 1\na: 2\n", &Options::strict()), "yaml: unmarshal errors:\n  line 2: key \"a\" already set in map");
    assert_eq!(
        refused("b:\n  a: 1\n  a: 2\n", &Options::v3()),
        "yaml: unmarshal errors:\n  line 3: mapping key \"a\" already defined at line 2"
    );
}

#[test]
fn bombs_are_refused() {
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(",");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    assert_eq!(refused(&bomb, &Options::default()), "yaml: document contains excessive aliasing");
    assert_eq!(refused("a: &a [*a]", &Options::default()), "yaml: anchor 'a' value contains itself");
    assert_eq!(refused(&"[".repeat(100_000), &Options::default()), "yaml: exceeded max depth of 500");
    let tight = Options { limits: Limits { copied_bytes_max: 1_000, ..Limits::default() }, ..Options::default() };
    assert!(refused(&format!("a: &a {}\nb: *a\n", "x".repeat(600)), &tight).contains("copied bytes"));
}
