//! Laws that hold for every value and every text.

use proptest::prelude::*;
use serde_json::{Map, Value};
use yaml::{Options, WriteOptions, WriteStyle, from_str, parse, parse_nodes, to_string, to_string_v3, to_string_with};

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", "[a-z: #'\"\n\t-]{0,120}", "\\PC{0,8}", "[0-9_.:+eExob-]{1,8}", "[\n \u{2028}a\u{85}]{0,8}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e30..1e30_f64).prop_map(|float| Value::from(float + 0.5)).prop_filter("whole floats become integers", is_stable),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((text(), inner), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn is_stable(value: &Value) -> bool {
    value.as_f64().is_some_and(|float| float.fract() != 0.0 || float.abs() >= 1e21)
}

proptest! {
    #[test]
    fn what_was_written_reads_as_the_same_value(value in value()) {
        prop_assert_eq!(&from_str(&to_string(&value)).unwrap(), &value);
        let unfolded = WriteOptions { style: WriteStyle::Sigs, width: None };
        prop_assert_eq!(&from_str(&to_string_with(&value, &unfolded)).unwrap(), &value);
        prop_assert_eq!(&from_str(&to_string_v3(&value)).unwrap(), &value);
    }

    #[test]
    fn any_text_ends_in_a_value_or_an_error(text in "\\PC{0,60}", yaml in "[ab:\n -\\[\\]{},?&*!|>'\"%#~<\t\\\\1]{0,60}") {
        for text in [text, yaml] {
            for options in [Options::default(), Options::strict(), Options::v3()] {
                let values = parse(&text, &options);
                let nodes = parse_nodes(&text, &options);
                prop_assert!(nodes.is_ok() || values.is_err());
            }
        }
    }

    #[test]
    fn marks_stand_within_the_text(text in "[ab:\n -]{0,40}") {
        for node in parse_nodes(&text, &Options::default()).unwrap_or_default() {
            prop_assert!(node.start.offset <= node.end.offset && node.end.offset as usize <= text.len());
        }
    }
}
