//! Laws that hold for every input.

use build::ignore::{Ignore, read_patterns};
use build::{Spec, Variables, envsubst, normalise, read_objects, substitute};
use proptest::prelude::*;
use serde_json::json;

proptest! {
    #[test]
    fn text_without_dollars_expands_to_itself(text in "[^$]{0,40}") {
        prop_assert_eq!(envsubst::expand(&text, &|_| None), Ok(text));
    }

    #[test]
    fn any_text_expands_or_is_refused(text in "[$x{}:=#%/,^a\\\\* -]{0,40}") {
        let _ = envsubst::expand(&text, &|_| Some("valüe"));
    }

    #[test]
    fn any_patterns_judge_any_path(lines in "[a*?!/\\[\\]\\\\ .\n-]{0,40}", path in "[a/.]{0,20}") {
        let ignore = Ignore::new(read_patterns(&lines, &[]));
        let _ = ignore.excludes(&path, false);
    }

    #[test]
    fn normalising_twice_is_normalising_once(ports in proptest::collection::vec(0u16..9, 0..3), secret in "[a-z]{0,5}") {
        let ports: Vec<_> = ports.into_iter().map(|port| json!({"port": port})).collect();
        let values = [
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"ports": ports}}),
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": secret}}),
        ];
        for mut object in read_objects(values) {
            normalise(&mut object);
            let once = object.clone().into_value();
            normalise(&mut object);
            prop_assert_eq!(object.into_value(), once);
        }
    }

    #[test]
    fn unused_variables_change_nothing(name in "[a-z]{1,5}", value in "[a-z]{0,5}") {
        let object = json!({"a": "$x", "b": ["y", 1, null, true]});
        let variables = Variables::from([(name, value)]);
        let after = substitute(&object, &variables, &Spec::default()).unwrap();
        prop_assert_eq!(after.unwrap_or_else(|| object.clone()), object);
    }
}
