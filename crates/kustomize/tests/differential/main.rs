//! Random trees against the reference program: the same objects in the same order, or both refuse.
//!
//! The reference is `testing/kustomize`, built here when Go is present. `SLUICE_TREES=10000` asks for the full run,
//! `SLUICE_SHOWN=50` for more of the differences, `SLUICE_REFUSALS=1` for what the reference says of the trees it refuses.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod odd;
mod random;
mod rebuilds;
mod trees;
mod wide;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kustomize::{Built, MemoryFiles, Options, build, print};
use regex::Regex;
use serde_json::{Value, json};

/// Trees of a run that nobody asked to be longer.
const TREES: u64 = 300;
/// What the reference says of its own text when it printed a comment inside a flow mapping (docs/parity.md).
const PRINTER_ACCIDENTS: [&str; 3] = ["did not find expected ',' or '}'", "invalid map key", "could not find expected ':'"];
/// What we say of keys that are no texts, and of infinite numbers, where they are read: a patch may take them away before the
/// reference prints and refuses them.
const EARLY_REFUSALS: [&str; 2] = ["is no string; put it in quotes", "json: unsupported value: "];
/// What the reference says of its own memory where a name or a namespace with a comma was changed (docs/parity.md).
const MEMORY_ACCIDENT: &str = "error getting node IDs: number of previous names";
/// Differences that are printed in full.
const SHOWN: u64 = 5;

/// A number from the environment of the run, or its default.
fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Builds the reference program, if Go is here and its modules are.
fn reference() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testing/kustomize");
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kustomize-reference");
    let built = Command::new("go").args(["build", "-o"]).arg(&binary).arg(".").current_dir(source).output();
    match built {
        Ok(output) if output.status.success() => Some(binary),
        Ok(output) => {
            eprintln!("SKIPPED: the reference program does not build: {}", String::from_utf8_lossy(&output.stderr));
            None
        }
        Err(error) => {
            eprintln!("SKIPPED: no Go: {error}");
            None
        }
    }
}

/// What the reference says of each tree.
fn ask(binary: &Path, trees: &[BTreeMap<String, String>]) -> Vec<Value> {
    let mut child = Command::new(binary).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let questions: Vec<String> = trees.iter().map(|files| json!({"root": "/overlay", "files": files}).to_string()).collect();
    let writer = std::thread::spawn(move || questions.iter().for_each(|question| writeln!(stdin, "{question}").unwrap()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn difference(files: &BTreeMap<String, String>, answer: &Value) -> Option<String> {
    let tree: MemoryFiles = files.iter().map(|(path, text)| (path, text.clone())).collect();
    // The reference is built from its modules here, so it does not know its own version.
    let text = answer["text"].as_str().unwrap().replace("kustomize-(devel)", "kustomize-v5.8.2");
    let error = answer["error"].as_str().unwrap();
    match build(&tree, "/overlay", &Options::default()) {
        Ok(_) if error == "panic" || error.contains(MEMORY_ACCIDENT) => None,
        Ok(_) if PRINTER_ACCIDENTS.iter().any(|accident| error.contains(accident)) => None,
        Ok(built) if error.is_empty() => {
            let found = print(&built);
            (found != text && !is_accident(&built, &found, &text)).then(|| format!("--- ours\n{found}\n--- reference\n{text}"))
        }
        Err(_) if !error.is_empty() => None,
        Err(errors) if EARLY_REFUSALS.iter().any(|words| errors.to_string().contains(words)) => None,
        Ok(_) => Some(format!("the reference refuses: {error}")),
        Err(errors) => Some(format!("we refuse: {errors}")),
    }
}

/// Whether two texts differ only in what docs/parity.md calls accidents: hashes of generated objects whose kind was changed, which
/// the reference takes of its own memory, and those of [`is_accident_in_line`].
fn is_accident(built: &[Built], found: &str, text: &str) -> bool {
    let is_generated = |object: &&Built| object.file.is_empty();
    let is_changed = |object: &&Built| !["ConfigMap", "Secret"].map(Value::from).contains(&object.value["kind"]);
    let changed = built.iter().filter(is_generated).filter(is_changed);
    let hashed: Vec<Regex> = changed.filter_map(|object| hashed(object.value["metadata"]["name"].as_str()?)).collect();
    let masked = |line: &str| hashed.iter().fold(line.to_owned(), |line, name| name.replace_all(&line, "hashed").into_owned());
    let same = |(ours, theirs): (&str, &str)| masked(ours) == masked(theirs) || is_accident_in_line(ours, theirs);
    found.lines().count() == text.lines().count() && found.lines().zip(text.lines()).all(same)
}

/// Nulls below mappings in braces, which the reference may print as `""`, and numbers that a replacement wrote over an image or a
/// name that was changed before.
fn is_accident_in_line(ours: &str, theirs: &str) -> bool {
    let is_null = ours.strip_suffix("null").is_some_and(|start| theirs == format!("{start}\"\""));
    let field = theirs.trim_start_matches([' ', '-']);
    let changed = field.strip_prefix("image: ").or_else(|| field.strip_prefix("name: "));
    let is_number = changed.is_some_and(|text| text.parse::<u64>().is_ok() && ours == theirs.replace(text, &format!("\"{text}\"")));
    is_null || is_number
}

/// A name with any hash in place of its own.
fn hashed(name: &str) -> Option<Regex> {
    let (stem, _) = name.rsplit_once('-')?;
    Regex::new(&format!("{}-[a-z0-9]{{10}}", regex::escape(stem))).ok()
}

#[test]
fn random_trees_build_to_the_same_objects() {
    compare(trees::tree);
}

#[test]
fn trees_with_rare_fields_build_to_the_same_objects() {
    compare(wide::tree);
}

#[test]
fn trees_of_odd_texts_build_to_the_same_objects() {
    compare(odd::tree);
}

/// Draws the trees of the run's seeds and compares what both sides make of them.
fn compare(tree: fn(u64) -> BTreeMap<String, String>) {
    let Some(binary) = reference() else { return };
    let (count, first) = (number("SLUICE_TREES", TREES), number("SLUICE_SEED", 1));
    let trees: Vec<_> = (first..first + count).map(tree).collect();
    let answers = ask(&binary, &trees);
    assert_eq!(answers.len(), trees.len(), "the reference answered every tree");
    let refused = answers.iter().filter(|answer| answer["error"] != "").count();
    if std::env::var_os("SLUICE_REFUSALS").is_some() {
        answers.iter().filter(|answer| answer["error"] != "").for_each(|answer| eprintln!("REFUSED {}", answer["error"]));
    }
    let shown_max = number("SLUICE_SHOWN", SHOWN);
    let mut differences = 0;
    for ((seed, files), answer) in (first..).zip(&trees).zip(&answers) {
        if let Some(why) = difference(files, answer) {
            differences += 1;
            if differences <= shown_max {
                let shown: String = files.iter().map(|(path, text)| format!("# {path}\n{text}\n")).collect();
                eprintln!("SEED {seed}\n{shown}{why}\n");
            }
        }
    }
    eprintln!("{} of {count} trees agree, {refused} of them refused by both", count - differences);
    assert_eq!(differences, 0, "trees that differ");
}
