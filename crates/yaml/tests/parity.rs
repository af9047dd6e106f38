//! Texts with the answers of Go's libraries, kept in `tests/cases`.

use serde_json::Value;
use yaml::{Options, parse, to_string};

fn cases() -> Vec<Value> {
    let path = format!("{}/tests/cases/odd-texts/upstream.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the cases are part of the crate");
    serde_json::from_str(&text).expect("the cases are JSON")
}

fn check(case: &Value, side: &str, options: &Options) {
    let text = case["text"].as_str().unwrap_or_default();
    match (parse(text, options), &case[side]) {
        (Ok(documents), Value::Array(expected)) => {
            let values: Vec<_> = documents.into_iter().map(|document| document.value).collect();
            assert_eq!(&values, expected, "{side}: {text:?}");
        }
        (Err(error), Value::Object(expected)) => assert_eq!(error.message, expected["error"], "{side}: {text:?}"),
        (ours, theirs) => panic!("{side}: {text:?}: we answer {ours:?}, Go answers {theirs}"),
    }
}

#[test]
fn odd_texts_read_as_in_the_older_library() {
    cases().iter().for_each(|case| check(case, "v2", &Options::default()));
}

#[test]
fn odd_texts_read_as_in_the_newer_library() {
    cases().iter().for_each(|case| check(case, "v3", &Options::v3()));
}

#[test]
fn values_are_written_as_in_the_older_library() {
    for case in cases() {
        let values = case["v2"].as_array().into_iter().flatten();
        let written: Vec<Value> = values.map(|value| to_string(value).into()).collect();
        assert_eq!(Value::Array(written), case["written"], "{}", case["text"]);
    }
}
