//! Our own charts: what each case folder shows, with the output or refusal that the real helm gave.
//!
//! `cases/<what-it-shows>/` holds `chart/`, `values.yaml`, `why.md`, sometimes `flags.json`, and `expected.yaml` or `expected-error.txt`.

#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::path::Path;

use common::{Flags, printed};
use object::Value;

const KNOWN: [&str; 6] = ["chart", "expected-error.txt", "expected.yaml", "flags.json", "values.yaml", "why.md"];

fn texts(value: &Value) -> Vec<&'static str> {
    let items = value.as_array().into_iter().flatten();
    items.map(|item| item.as_str().unwrap().to_owned().leak() as &'static str).collect()
}

fn flags(folder: &Path) -> Flags {
    let text = fs::read_to_string(folder.join("flags.json")).unwrap_or_else(|_| "{}".into());
    let flags: Value = serde_json::from_str(&text).unwrap();
    let pair = |pair: &Value| {
        let texts = texts(pair);
        (texts[0], texts[1].to_owned())
    };
    Flags {
        values: fs::read_to_string(folder.join("values.yaml")).unwrap(),
        sets: flags["sets"].as_array().into_iter().flatten().map(pair).collect(),
        kube_version: flags["kube-version"].as_str().map_or("v1.33.0", |text| text.to_owned().leak()),
        api_versions: texts(&flags["api-versions"]),
        switches: texts(&flags["switches"]),
    }
}

/// What differs in one case, if anything.
fn difference(folder: &Path) -> Option<String> {
    let expected = |name: &str| fs::read_to_string(folder.join(name)).ok();
    match (printed(&folder.join("chart"), &flags(folder), &template::Sealed), expected("expected.yaml"), expected("expected-error.txt")) {
        (Ok(found), Some(expected), None) => (found != expected).then(|| format!("found\n{found}\nexpected\n{expected}")),
        (Err(found), None, Some(expected)) => {
            // YAML libraries word what is wrong differently; where it is wrong comes before.
            let same = found.trim() == expected.trim()
                || found.starts_with("YAML parse error") && found.split(':').next() == expected.split(':').next();
            (!same).then(|| format!("found\n{found}\nexpected\n{expected}"))
        }
        (found, ..) => Some(format!("found {found:?}, against which of expected.yaml and expected-error.txt?")),
    }
}

#[test]
fn every_case_folder_shows_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut failed = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().file_name();
            assert!(KNOWN.contains(&file.to_str().unwrap()), "{name} holds {file:?}, which nobody reads");
        }
        count += 1;
        failed.extend(difference(&folder).map(|difference| format!("{name}: {difference}")));
    }
    println!("own charts: {} passed, {} failed", count - failed.len(), failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n\n"));
}
