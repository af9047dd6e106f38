//! Laws of values, documents and renders, over generated inputs.

#![allow(clippy::unwrap_used)]

use helm::values::set::{Mode, set};
use helm::values::{digest, load, merge};
use helm::{Chart, File, RenderOptions, Values, render};
use object::Value;
use proptest::prelude::*;

fn trees() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1000..1000i32).prop_map(|number| Value::from(f64::from(number))),
        "[a-z]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[abc]", inner, 0..3).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn values() -> impl Strategy<Value = Values> {
    proptest::collection::btree_map("[abc]", trees(), 0..4).prop_map(|map| map.into_iter().collect())
}

fn chart(template: &str) -> Chart {
    let files = [("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"), ("templates/t.yaml", template)];
    Chart::from_files(files.map(|(name, text)| File::new(name, text.as_bytes())).into()).unwrap()
}

/// Whether everything in `part` is in `whole`: mappings key by key, anything else as it is.
fn shows(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| shows(whole, part)))
        }
        (whole, part) => whole == part,
    }
}

proptest! {
    #[test]
    fn merging_twice_is_merging_once(below in values(), above in values()) {
        let mut once = below.clone();
        merge(&mut once, above.clone());
        let mut twice = once.clone();
        merge(&mut twice, above);
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn what_lies_above_shows(below in values(), above in values()) {
        let mut merged = below;
        merge(&mut merged, above.clone());
        prop_assert!(shows(&Value::Object(merged), &Value::Object(above)));
    }

    #[test]
    fn values_written_as_yaml_read_back(values in values()) {
        prop_assert_eq!(&load(&yaml::to_string(&Value::Object(values.clone()))).unwrap(), &values);
        prop_assert_eq!(digest(&values), digest(&values.clone()));
    }

    #[test]
    fn no_set_expression_panics(line in "[a-c.\\[\\]{}=,\\\\0-9 \"-]{0,24}") {
        for mode in [Mode::Typed, Mode::Text, Mode::Json, Mode::Literal] {
            let _ = set(&line, &mode, &mut Values::new());
        }
    }

    #[test]
    fn a_literal_is_taken_as_it_is(text in "\\PC{0,20}") {
        let mut values = Values::new();
        set(&format!("a.b={text}"), &Mode::Literal, &mut values).unwrap();
        prop_assert_eq!(values["a"]["b"].as_str(), Some(text.as_str()));
    }

    #[test]
    fn no_archive_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Chart::from_archive(&bytes);
    }

    #[test]
    fn no_values_file_panics(text in "([a-c]|: |- |\\n|  |\\{|\\}|\\[|,|\"|'|&a|\\*a|\\||>|#|\\t|!!int|1e5|---|<<){0,40}") {
        let _ = load(&text);
    }

    #[test]
    fn no_files_of_a_chart_panic(metadata in "\\PC{0,60}", body in "(\\{\\{|\\}\\}|\\PC){0,40}", values in "\\PC{0,40}") {
        let metadata = format!("apiVersion: v2\nname: c\nversion: 1.0.0\n{metadata}");
        let files = [("Chart.yaml", &metadata), ("templates/t.yaml", &body), ("values.yaml", &values), ("requirements.yaml", &values)];
        let files = files.map(|(name, text)| File::new(name, text.as_bytes()));
        if let Ok(chart) = Chart::from_files(files.into()) {
            let _ = render(&chart, &Values::new(), &RenderOptions::default(), &template::Sealed);
        }
    }

    #[test]
    fn a_second_render_parses_nothing_again(first in values(), second in values()) {
        let chart = chart("v: {{ .Values | toJson | quote }}\n");
        for values in [first, second] {
            render(&chart, &values, &RenderOptions::default(), &template::Sealed).unwrap();
        }
        prop_assert_eq!(chart.parse_count(), 1);
    }

    #[test]
    fn equal_inputs_render_equally_on_any_thread(values in values()) {
        let chart = chart("v: {{ .Values | toJson | quote }}\n");
        let text = || render(&chart, &values, &RenderOptions::default(), &template::Sealed).unwrap().manifests[0].content.clone();
        let (here, there) = std::thread::scope(|scope| {
            let there = scope.spawn(text);
            (text(), there.join().unwrap())
        });
        prop_assert_eq!(here, there);
    }
}
