//! Archives, values and charts made to harm: each is refused by name, in bounded time, without a panic.

#![allow(clippy::unwrap_used)]

mod common;

use common::archive;
use helm::{Chart, Error, File, RenderOptions, Values, render, values};

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.0.0\n";

fn refusal(entries: &[(&str, u8, &[u8])]) -> String {
    Chart::from_archive(&archive(entries)).unwrap_err().to_string()
}

#[test]
fn a_good_archive_loads() {
    let chart = Chart::from_archive(&archive(&[("c/Chart.yaml", b'0', CHART.as_bytes()), ("c/values.yaml", b'0', b"a: 1")])).unwrap();
    assert_eq!((chart.name(), chart.values.len()), ("c", 1));
}

#[test]
fn names_that_leave_the_chart_are_refused() {
    let good = ("c/Chart.yaml", b'0', CHART.as_bytes());
    for (name, words) in [
        ("c/../../etc/passwd", "parent directory"),
        ("c//etc/passwd", "absolute paths"),
        ("c\\..\\..\\x", "parent directory"),
        ("c/C:/x", "illegally named"),
        ("c", "outside the base directory"),
        ("Chart.yaml", "outside the base directory"),
    ] {
        let message = refusal(&[good, (name, b'0', b"x")]);
        assert!(message.contains(words), "{name}: {message}");
    }
}

#[test]
fn links_and_devices_are_refused() {
    for kind in [b'1', b'2', b'3', b'4', b'6'] {
        let message = refusal(&[("c/Chart.yaml", b'0', CHART.as_bytes()), ("c/values.yaml", kind, b"")]);
        assert!(message.contains("link or device"), "{}: {message}", kind as char);
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_in_memory() {
    let zeros = vec![0u8; 8 << 20];
    let name: Vec<String> = (0..16).map(|number| format!("c/zeros{number}")).collect();
    let mut entries: Vec<(&str, u8, &[u8])> = vec![("c/Chart.yaml", b'0', CHART.as_bytes())];
    entries.extend(name.iter().map(|name| (name.as_str(), b'0', zeros.as_slice())));
    let bomb = archive(&entries);
    assert!(bomb.len() < 1 << 20, "the bomb is small: {}", bomb.len());
    assert!(Chart::from_archive(&bomb).unwrap_err().to_string().contains("larger than the maximum size"));
}

#[test]
fn cut_and_garbled_archives_are_refused() {
    let good = archive(&[("c/Chart.yaml", b'0', CHART.as_bytes()), ("c/values.yaml", b'0', b"a: 1")]);
    for length in 0..good.len() {
        let _ = Chart::from_archive(&good[..length]);
    }
    for at in 0..good.len() {
        let mut garbled = good.clone();
        garbled[at] ^= 0x55;
        let _ = Chart::from_archive(&garbled);
    }
    assert!(Chart::from_archive(b"name: values").is_err());
}

#[test]
fn charts_inside_charts_end_at_the_limit() {
    let mut inner = archive(&[("c/Chart.yaml", b'0', CHART.as_bytes())]);
    for _ in 0..helm::limits::CHART_DEPTH_MAX + 1 {
        inner = archive(&[("c/Chart.yaml", b'0', CHART.as_bytes()), ("c/charts/c.tgz", b'0', &inner)]);
    }
    let error = Chart::from_archive(&inner).unwrap_err();
    assert!(matches!(error, Error::Limit { name: "CHART_DEPTH_MAX", .. }), "{error}");
}

#[test]
fn aliases_that_multiply_end_at_the_limit() {
    let declared: Vec<String> = (0..15).map(|number| format!("- {{name: c, version: '*', alias: a{number}}}\n")).collect();
    let metadata = format!("{CHART}dependencies:\n{}", declared.concat());
    let path = |depth: usize| "charts/c/".repeat(depth);
    let files = (0..6).map(|depth| File::new(format!("{}Chart.yaml", path(depth)), metadata.as_bytes())).collect();
    let chart = Chart::from_files(files).unwrap();
    let error = helm::dependencies::resolve(&chart, &Values::new()).unwrap_err();
    assert!(matches!(error, Error::Limit { name: "CHART_INSTANCES_MAX", .. }), "{error}");
}

/// What rendering one template gives.
fn rendered(template: &str) -> helm::Result<helm::Rendered> {
    let files = vec![File::new("Chart.yaml", CHART.as_bytes()), File::new("templates/t.yaml", template.as_bytes())];
    render(&Chart::from_files(files)?, &Values::new(), &RenderOptions::default(), &template::Sealed)
}

#[test]
fn endless_templates_end() {
    for (template, limit) in [
        ("{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}", "include_depth"),
        ("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", "template_depth"),
        ("{{ define \"a\" }}{{ tpl \"{{ include \\\"a\\\" . }}\" . }}{{ end }}{{ include \"a\" . }}", "include_depth"),
        ("{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}", "steps"),
        ("{{ repeat 2000000000 \"x\" }}", "string_bytes"),
        ("{{ repeat 1073741824 \"x\" }}", "string_bytes"),
        ("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}", "value_depth"),
        ("{{ regexFind \"((a{100}){100}){100}\" \"a\" }}", "regex_bytes"),
    ] {
        let Err(Error::Template { source: Some(source), .. }) = rendered(template) else { panic!("{template} was rendered") };
        assert_eq!(source.chain().find_map(|facts| facts.limit), Some(limit), "{template}: {source}");
    }
}

#[test]
fn a_chart_gets_no_network_no_environment_and_no_schema_from_elsewhere() {
    assert!(rendered("{{ env \"HOME\" }}").is_err());
    assert!(rendered("{{ expandenv \"$HOME\" }}").is_err());
    let found = rendered("a: {{ getHostByName \"localhost\" | quote }}").unwrap();
    assert_eq!(found.manifests[0].value["a"], "");
    let schema = br#"{"$ref": "http://169.254.169.254/latest/meta-data"}"#;
    let message = helm::schema::validate_against(schema, &Values::new()).unwrap_err();
    assert!(message.contains("refused"), "{message}");
}

#[test]
fn values_that_multiply_by_aliases_are_refused() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert!(values::load(&text).is_err());
}
