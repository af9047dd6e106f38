//! Laws that hold for every input.

use proptest::prelude::*;
use template::{Sealed, Set, Value, execute};

fn run(text: &str, data: Value) -> Result<String, template::Error> {
    let set = Set::parse([("t", text)])?;
    execute(&set, "t", data, &Sealed)
}

proptest! {
    /// Any text at all parses or is refused, and what parses runs or is refused.
    #[test]
    fn no_text_makes_the_engine_panic(text in "(\\{\\{-? ?|-?\\}\\}|if |end|range |else|with |define |\"x\"|\\$x|:=|\\.|\\(|\\)| \\| |printf|index|1|nil|[a-z ]){0,40}") {
        let _ = run(&text, Value::map([("a", Value::int(1))]));
    }

    /// Text without actions comes out as it went in.
    #[test]
    fn plain_text_is_itself(text in "[^{}]{0,200}") {
        prop_assert_eq!(run(&text, Value::Nil).expect("plain text runs"), text);
    }

    /// Encoding and decoding give back the string.
    #[test]
    fn base_64_and_32_round_trip(text in any::<String>()) {
        let data = Value::text(text.as_str());
        prop_assert_eq!(&run("{{ . | b64enc | b64dec }}", data.clone()).expect("it runs"), &text);
        prop_assert_eq!(run("{{ . | b32enc | b32dec }}", data).expect("it runs"), text);
    }

    /// What toJson writes, fromJson reads back to the same.
    #[test]
    fn json_round_trips(text in any::<String>(), number in -1e15f64..1e15) {
        let data = Value::map([("t", Value::text(text)), ("n", Value::Float(number))]);
        prop_assert_eq!(run("{{ deepEqual . (. | toJson | fromJson) }}", data).expect("it runs"), "true");
    }

    /// A quoted string is a literal that denotes the string.
    #[test]
    fn quoting_is_undone_by_reading(text in any::<String>()) {
        let quoted = run("{{ quote . }}", Value::text(text.as_str())).expect("it runs");
        prop_assert_eq!(run(&format!("{{{{ {quoted} }}}}"), Value::Nil).expect("it runs"), text);
    }

    /// Any format over any value prints something.
    #[test]
    fn every_format_prints(format in "[%a-zA-Z0-9 #+.*\\[\\]-]{0,30}", number in any::<i64>(), float in any::<f64>()) {
        let data = Value::list(vec![Value::text(format), Value::int(number), Value::Float(float)]);
        let text = "{{ printf (index . 0) (index . 1) (index . 2) . nil }}";
        prop_assert!(run(text, data).is_ok());
    }
}
