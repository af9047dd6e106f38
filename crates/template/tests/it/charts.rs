//! Tiny charts that ask one question each. The answer is the base 64 of an output, or a refusal in Helm's words.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use template::{Element, Map, Options, Render, Set, Text, Value};

use crate::host::{Fixed, shown_cases};

const SUITES: [&str; 5] = ["go-cmp", "go-exec", "go-parse", "helm-funcs", "sprig"];

#[test]
fn the_shown_charts_render_as_helm_renders_them() {
    let Some(cases) = shown_cases() else { return };
    let mut failures = Vec::new();
    let mut ran = 0;
    for suite in SUITES {
        for chart in folders(&cases.join("gotemplate").join(suite)) {
            ran += 1;
            if let Err(message) = check(&chart) {
                failures.push(format!("{}: {message}", chart.display()));
            }
        }
    }
    eprintln!("{} of {ran} charts agree", ran - failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).expect("a suite is a folder");
    let mut folders: Vec<_> = entries.map(|entry| entry.expect("the folder is readable").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// The rendered manifest, or what follows `Error: `.
fn rendered(chart: &Path) -> Result<String, String> {
    let read = |name: &str| fs::read_to_string(chart.join("templates").join(name)).expect("the template is readable");
    let files = [("t/templates/t.yaml", read("t.yaml")), ("t/templates/_t.tpl", read("_t.tpl"))];
    let set = Set::parse(files).map_err(|error| error.helm_message())?;
    let values = yaml::from_str(&fs::read_to_string(chart.join("values.yaml")).expect("values are readable"));
    let values = Value::decoded(&without_nulls(values.expect("values are YAML")));
    let host = Fixed::default();
    let mut render = Render::new(&set, &host, Options::default());
    render.execute("t/templates/t.yaml", top(values)).map_err(|error| error.helm_message())
}

/// Helm deletes what a chart's own values set to null before templates see it.
fn without_nulls(value: yaml::Value) -> yaml::Value {
    match value {
        yaml::Value::Object(entries) => {
            let kept = entries.into_iter().filter(|(_, value)| !value.is_null());
            yaml::Value::Object(kept.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        other => other,
    }
}

fn top(values: Value) -> Value {
    let entries = match &values {
        Value::Map(map) => map.entries().clone(),
        _ => BTreeMap::new(),
    };
    let values = Map::named("common.Values", Element::Any, entries, None);
    let entries = [(Text::from("Values"), Value::Map(Rc::new(values)))];
    Value::Map(Rc::new(Map::named("common.Values", Element::Any, entries.into(), None)))
}

fn check(chart: &Path) -> Result<(), String> {
    let beside = |end: &str| fs::read_to_string(format!("{}.{end}", chart.display())).ok();
    let result = rendered(chart);
    match (beside("expected"), beside("error")) {
        (Some(expected), _) => {
            let output = result.map_err(|error| format!("refused: {error}"))?;
            let body = expected.split_once("# Source: t/templates/t.yaml\n").map_or(&*expected, |(_, body)| body);
            if body.trim() == output.trim() || is_clock_case(chart) {
                return Ok(());
            }
            Err(format!("expected {:.300}, got {:.300}", decoded(body), decoded(&output)))
        }
        (None, Some(expected)) => {
            let message = result.err().ok_or("not refused")?;
            let expected = expected.trim_start_matches("Error: ").split("\n\nUse --debug").next().unwrap_or("").trim();
            if expected == message { Ok(()) } else { Err(format!("expected {expected:?}, got {message:?}")) }
        }
        (None, None) => Err("no answer beside the chart".into()),
    }
}

/// The text inside `out: "…"`, for reading failures.
fn decoded(manifest: &str) -> String {
    let inner = manifest.split('"').nth(1).unwrap_or(manifest);
    let set = Set::parse([("x", format!("{{{{ b64dec \"{inner}\" }}}}"))]);
    set.and_then(|set| template::execute(&set, "x", Value::Nil, &Fixed::default())).unwrap_or_else(|_| manifest.into())
}

/// Charts that print the time they were rendered at.
fn is_clock_case(chart: &Path) -> bool {
    fs::read_to_string(chart.join("templates/_t.tpl")).is_ok_and(|text| text.contains("date_in_zone"))
}
