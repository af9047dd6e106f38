//! The tables of Flux's own suites, read in place beside the project; skipped where they are missing.

use build::envsubst::{Function, Part, expand, parse};
use build::ignore::{Pattern, Verdict, read_patterns};
use build::is_local_relative;
use serde_json::{Value, json};

/// Runs `check` on every complete entry of a table and says how many there were.
fn each(table: &str, mut check: impl FnMut(&str, &Value)) {
    let path = format!("{}/../../../shared/cases/tables/{table}.json", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {path} is not there");
        return;
    };
    let entries: Value = serde_json::from_str(&text).expect("a table is JSON");
    let complete = entries["cases"].as_array().expect("a table has cases").iter().filter(|entry| entry["complete"] == true);
    complete.for_each(|entry| check(entry["id"].as_str().expect("a case has an id"), &entry["data"]));
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn variables_expand_as_in_flux() {
    each("envsubst", |id, data| {
        let lookup = |name: &str| Some(data["params"][name].as_str().unwrap_or_default());
        assert_eq!(expand(data["input"].as_str().unwrap(), &lookup).as_deref(), Ok(data["output"].as_str().unwrap()), "{id}");
    });
}

/// A part of the table.
fn part(node: &Value) -> Part {
    if let Some(text) = node.get("Value") {
        return Part::Text(text.as_str().expect("a text").to_owned());
    }
    let arguments: Vec<Part> = node["Args"].as_array().into_iter().flatten().map(part).collect();
    let function = match node["Name"].as_str().unwrap_or_default() {
        "#" if arguments.is_empty() => Function::Length,
        mark => Function::of_mark(mark),
    };
    Part::Variable { name: node["Param"].as_str().expect("a name").to_owned(), function, arguments }
}

#[test]
fn expressions_parse_as_in_flux() {
    each("envsubst-parse", |id, data| {
        assert_eq!(parse(data["Text"].as_str().unwrap()).unwrap(), [part(&data["Node"])], "{id}");
    });
}

#[test]
fn patterns_match_as_in_flux() {
    each("gitignore", |id, data| {
        let line = data["patterns"][0][0].as_str().unwrap();
        let pattern = Pattern::parse(line, &texts(&data["patterns"][0][1]));
        let expected = match data["expect"].as_str().unwrap() {
            "Exclude" => Verdict::Exclude,
            "Include" => Verdict::Include,
            _ => Verdict::None,
        };
        assert_eq!(pattern.verdict(&texts(&data["path"]), data["isDir"] == true), expected, "{id}");
    });
}

#[test]
fn ignore_files_read_as_in_flux() {
    each("sourceignore", |id, data| {
        let Some(text) = data["ignore"].as_str() else { return };
        let patterns = read_patterns(text, &texts(&data["domain"]));
        let excludes = |path: &str| {
            let names: Vec<&str> = path.split('/').collect();
            let verdicts = patterns.iter().rev().map(|pattern| pattern.verdict(&names, false));
            verdicts.into_iter().find(|verdict| *verdict != Verdict::None) == Some(Verdict::Exclude)
        };
        texts(&data["matches"]).into_iter().for_each(|path| assert!(excludes(path), "{id}: {path}"));
        texts(&data["mismatches"]).into_iter().for_each(|path| assert!(!excludes(path), "{id}: {path}"));
    });
}

#[test]
fn components_stay_in_the_artifact_as_in_flux() {
    each("flux-kustomize", |id, data| {
        if id.contains("IsLocalRelativePath") {
            assert_eq!(json!(is_local_relative(data["path"].as_str().unwrap())), data["expected"], "{id}");
        }
    });
}
