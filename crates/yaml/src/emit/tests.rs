//! Tables of printing.

use crate::{Value, WriteOptions, WriteStyle, to_string, to_string_v3, to_string_with};
use serde_json::json;

fn check(value: Value, expected: &str) {
    assert_eq!(to_string(&value), expected);
}

#[test]
fn blocks_nest_without_needless_lines() {
    check(
        json!({"a": [{"b": 1, "c": [[1, 2], []]}, "d"], "e": {}, "f": {"g": null}}),
        "a:\n- b: 1\n  c:\n  - - 1\n    - 2\n  - []\n- d\ne: {}\nf:\n  g: null\n",
    );
    assert_eq!(to_string_v3(&json!({"a": [{"b": [1]}]})), "a:\n  - b:\n      - 1\n");
}

#[test]
fn text_is_quoted_only_when_it_must_be() {
    check(
        json!({"a": "yes", "b": "1", "c": "x: y", "d": "#x", "e": "it's", "f": " x", "g": "a\tb", "h": "", "i": "1:30"}),
        "a: \"yes\"\nb: \"1\"\nc: 'x: y'\nd: '#x'\ne: it's\nf: ' x'\ng: \"a\\tb\"\nh: \"\"\ni: \"1:30\"\n",
    );
}

#[test]
fn lines_become_literals() {
    check(
        json!({"a": "x\ny\n", "b": "x\n\n", "c": " x\ny", "d": "x \ny"}),
        "a: |\n  x\n  y\nb: |+\n  x\n\nc: |2-\n   x\n  y\nd: \"x \\ny\"\n",
    );
}

#[test]
fn long_lines_fold_unless_told_otherwise() {
    let text = "word ".repeat(20).trim_end().to_owned();
    let folded = to_string(&json!({"key": text}));
    assert_eq!(folded.lines().count(), 2);
    let long = to_string_with(&json!({"key": text}), &WriteOptions { style: WriteStyle::Sigs, width: None });
    assert_eq!(long, format!("key: {text}\n"));
}

#[test]
fn long_keys_are_marked() {
    let key = "k".repeat(129);
    check(json!({ &*key: [1] }), &format!("? {key}\n: - 1\n"));
}

#[test]
fn numbers_print_as_go_would_after_json() {
    check(
        json!([1.0, 0.5, 1e21, 1e-7, 12_345_678.5, u64::MAX]),
        "- 1\n- 0.5\n- 1e+21\n- 1e-07\n- 1.23456785e+07\n- 18446744073709551615\n",
    );
}
