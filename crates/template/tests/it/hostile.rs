//! Templates that would eat memory, time or the stack: refused with the limit's name, and nothing else suffers.

use template::{ErrorKind, Limits, Options, Render, Set, Value, execute};

use crate::host::Fixed;

fn refusal(text: &str) -> template::Error {
    let set = Set::parse([("t", text)]).expect("the template parses");
    let limits = Limits { steps: 3_000_000, string_bytes: 1 << 20, output_bytes: 1 << 20, ..Limits::default() };
    let host = Fixed::default();
    let options = Options { limits, ..Options::default() };
    Render::new(&set, &host, options).execute("t", Value::Nil).expect_err("a limit is passed")
}

fn check(text: &str, limit: &str) {
    let error = refusal(text);
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    let found = error.chain().find_map(|facts| facts.limit);
    assert_eq!(found, Some(limit), "{error}");
}

#[test]
fn endless_recursion_is_refused_on_a_small_stack() {
    let run = || {
        check(r#"{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}"#, "include_depth");
        check(r#"{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}"#, "template_depth");
        check(r#"{{ define "x" }}{{ tpl "{{ include \"x\" . }}" . }}{{ end }}{{ include "x" . }}"#, "include_depth");
        check(r#"{{ $t := "{{ tpl . . }}" }}{{ tpl $t $t }}"#, "template_depth");
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(run).expect("a thread starts");
    thread.join().expect("no overflow");
}

#[test]
fn huge_strings_are_refused_before_they_are_made() {
    check(r#"{{ repeat 1000000000 "x" }}"#, "string_bytes");
    check(r#"{{ $x := "abcdefgh" }}{{ range 30 }}{{ $x = printf "%s%s" $x $x }}{{ end }}"#, "string_bytes");
    check(r#"{{ $x := "abcdefgh" }}{{ range 30 }}{{ $x = replace "a" $x $x }}{{ end }}"#, "string_bytes");
    check(r#"{{ nindent 1000000000 "x" }}"#, "string_bytes");
    check(r#"{{ randAlphaNum 1000000000 }}"#, "string_bytes");
    check(r#"{{ range 1000000 }}some text{{ end }}"#, "output_bytes");
    check(r#"{{ printf "%999999d%999999d" 1 1 }}"#, "string_bytes");
    check(r#"{{ join "," (until 100000000) }}"#, "steps");
}

#[test]
fn shared_values_that_grow_when_written_out_are_refused() {
    let bomb = r#"{{ $x := list 1 2 }}{{ range 40 }}{{ $x = list $x $x }}{{ end }}"#;
    check(&format!("{bomb}{{{{ toJson $x }}}}"), "string_bytes");
    check(&format!("{bomb}{{{{ toYaml $x }}}}"), "string_bytes");
    check(&format!("{bomb}{{{{ $x }}}}"), "string_bytes");
    check(&format!("{bomb}{{{{ deepCopy $x }}}}"), "steps");
}

#[test]
fn values_that_hold_themselves_are_refused_when_written_out() {
    let loops = r#"{{ $d := dict }}{{ $_ := set $d "self" $d }}"#;
    check(&format!("{loops}{{{{ $d }}}}"), "value_depth");
    check(&format!("{loops}{{{{ toYaml $d }}}}"), "value_depth");
    check(&format!("{loops}{{{{ toJson $d }}}}"), "value_depth");
    check(&format!("{loops}{{{{ merge (dict \"self\" (dict \"a\" 1)) $d | deepCopy }}}}"), "value_depth");
}

#[test]
fn a_chain_of_a_hundred_thousand_lists_is_dropped_without_recursion() {
    let text = r#"{{ $x := list }}{{ range 100000 }}{{ $x = list $x }}{{ end }}{{ len $x }}"#;
    let set = Set::parse([("t", text)]).expect("the template parses");
    assert_eq!(execute(&set, "t", Value::Nil, &Fixed::default()).expect("it runs"), "1");
}

#[test]
fn loops_and_expressions_that_never_end_are_refused() {
    check("{{ range 1000000000 }}{{ end }}", "steps");
    check(
        r#"{{ regexMatch "((a{1,1000}){1,1000}){1,1000}" "x" | not }}{{ mustRegexMatch "((a{1,1000}){1,1000}){1,1000}" "x" }}"#,
        "regex_bytes",
    );
}

#[test]
fn deep_nesting_parses_or_is_refused_but_never_overflows() {
    for depth in [100, 5_000, 50_000] {
        let parens = format!("{{{{ {}1{} }}}}", "(".repeat(depth), ")".repeat(depth));
        let blocks = "{{ if 1 }}".repeat(depth) + &"{{ end }}".repeat(depth);
        for text in [parens, blocks] {
            if let Ok(set) = Set::parse([("t", text)]) {
                let _ = execute(&set, "t", Value::Nil, &Fixed::default());
            }
        }
    }
}

#[test]
fn a_parsed_set_is_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let set = Set::parse([("t", "{{ . }}")]).expect("the template parses");
    shared(&set);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| execute(&set, "t", Value::text("x"), &Fixed::default()).expect("it runs"));
        }
    });
}

#[test]
fn an_error_tells_place_expression_chain_and_value() {
    let text = "a\n{{ define \"x\" }}{{ .b.c.d }}{{ end }}{{ include \"x\" (dict \"b\" (dict \"c\" 5)) }}";
    let error = refusal(text);
    let chain: Vec<_> = error.chain().collect();
    assert_eq!((chain[0].line, chain[0].column, chain.len()), (2, Some(40), 2));
    assert_eq!(chain[1].expression, ".b.c.d");
    assert_eq!(chain[1].value.as_deref(), Some("5"));
    assert_eq!(chain[1].message, "can't evaluate field d in type interface {}");
}
