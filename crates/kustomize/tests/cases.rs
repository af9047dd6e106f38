//! Cases of the reference program's own suites and of whole repositories, read where they lie, and our own beside this file.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kustomize::{LoadRestrictor, MemoryFiles, Options, Reorder, build, print};
use serde_json::Value;

/// Every file below a directory, as the tree that a build reads.
fn tree(root: &Path) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_str().unwrap(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not here", path.display());
    None
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn options_of(args: &[Value]) -> Options {
    let words: Vec<&str> = args.iter().filter_map(Value::as_str).collect();
    let after = |flag: &str| words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1).copied());
    Options {
        reorder: if after("--reorder") == Some("none") { Reorder::None } else { Reorder::Legacy },
        load_restrictor: if after("--load-restrictor") == Some("LoadRestrictionsNone") {
            LoadRestrictor::None
        } else {
            LoadRestrictor::RootOnly
        },
        ..Options::default()
    }
}

/// What went wrong with a case, if anything.
type Verdict = Result<(), String>;

fn verdict(files: &MemoryFiles, root: &str, options: &Options, expected: Result<&str, &[Value]>) -> Verdict {
    match (build(files, root, options), expected) {
        (Ok(built), Ok(expected)) => same(&print(&built), expected),
        (Err(errors), Err(words)) => {
            let text = errors.to_string();
            let missing = words.iter().filter_map(Value::as_str).find(|word| !text.contains(word));
            missing.map_or(Ok(()), |word| Err(format!("the error does not say `{word}`:\n{text}")))
        }
        (Ok(built), Err(_)) => Err(format!("should be refused, but gives\n{}", print(&built))),
        (Err(errors), Ok(_)) => Err(format!("refused: {errors}")),
    }
}

fn same(found: &str, expected: &str) -> Verdict {
    if found == expected {
        return Ok(());
    }
    let at = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
    let show = |text: &str| text.lines().skip(at.saturating_sub(6)).take(14).collect::<Vec<_>>().join("\n");
    Err(format!("differs from line {}:\nfound:\n{}\nexpected:\n{}", at + 1, show(found), show(expected)))
}

fn report(name: &str, verdicts: BTreeMap<String, Verdict>) {
    let failed: Vec<_> = verdicts.iter().filter_map(|(case, verdict)| verdict.as_ref().err().map(|why| (case, why))).collect();
    for (case, why) in &failed {
        eprintln!("FAILED {case}: {why}\n");
    }
    eprintln!("{name}: {} of {} passed", verdicts.len() - failed.len(), verdicts.len());
    assert!(failed.is_empty(), "{} of {} cases of {name} failed", failed.len(), verdicts.len());
}

#[test]
fn the_cases_of_the_reference_program_pass() {
    let Some(root) = shared("kustomize") else { return };
    let mut verdicts = BTreeMap::new();
    for folder in folders(&root) {
        let case: Value = serde_json::from_slice(&std::fs::read(folder.join("case.json")).unwrap()).unwrap();
        let files = tree(&folder.join("input"));
        let options = options_of(case["args"].as_array().unwrap());
        let expected = std::fs::read_to_string(folder.join("expected.yaml"));
        let expected =
            if case["kind"] == "build" { Ok(expected.as_deref().unwrap()) } else { Err(case["errors"].as_array().unwrap().as_slice()) };
        let verdict = verdict(&files, case["path"].as_str().unwrap(), &options, expected);
        verdicts.insert(folder.file_name().unwrap().to_string_lossy().into_owned(), verdict);
    }
    report("kustomize", verdicts);
}

#[test]
fn whole_repositories_build_to_the_same_objects() {
    let Some(root) = shared("trees") else { return };
    let index: Vec<Value> = serde_json::from_slice(&std::fs::read(root.join("index.json")).unwrap()).unwrap();
    let options = Options { load_restrictor: LoadRestrictor::None, ..Options::default() };
    let mut trees: BTreeMap<String, MemoryFiles> = BTreeMap::new();
    let mut verdicts = BTreeMap::new();
    for entry in &index {
        let (repo, path) = (entry["repo"].as_str().unwrap(), entry["root"].as_str().unwrap());
        let files = trees.entry(repo.to_owned()).or_insert_with(|| tree(&root.join(repo)));
        let expected = std::fs::read_to_string(root.join("expected").join(repo).join(format!("{}.yaml", path.replace('/', "__"))));
        let expected = if entry["ok"] == true { Ok(expected.as_deref().unwrap()) } else { Err([].as_slice()) };
        let verdict = verdict(files, path, &options, expected);
        if verdict.as_ref().is_err_and(|why| why.contains("no such file or directory")) {
            eprintln!("SKIPPED: {repo}/{path} refers to a file that the shared folder lacks");
            continue;
        }
        verdicts.insert(format!("{repo}/{path}"), verdict);
    }
    report("trees", verdicts);
}

/// Whether a build is refused with exactly this text. `UPDATE=1` writes the text that it is refused with.
fn refusal(files: &MemoryFiles, root: &str, path: &Path, expected: &str) -> Verdict {
    let Err(errors) = build(files, root, &Options::default()) else { return Err("should be refused".to_owned()) };
    let found = format!("{errors}\n");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &found).unwrap();
        return Ok(());
    }
    same(&found, expected)
}

#[test]
fn our_own_cases_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut verdicts = BTreeMap::new();
    for folder in folders(&root) {
        let files = tree(&folder.join("input"));
        let expected = std::fs::read_to_string(folder.join("expected.yaml"));
        let error = std::fs::read_to_string(folder.join("error.txt"));
        assert!(expected.is_ok() != error.is_ok(), "{} has expected.yaml or error.txt, one of the two", folder.display());
        assert!(folder.join("why.md").is_file(), "{} says why in why.md", folder.display());
        let entry = if files.paths().any(|path| path == "/kustomization.yaml") { "/" } else { "/overlay" };
        let verdict = match error {
            Ok(error) => refusal(&files, entry, &folder.join("error.txt"), &error),
            Err(_) => verdict(&files, entry, &Options::default(), expected.as_deref().map_err(|_| [].as_slice())),
        };
        verdicts.insert(folder.file_name().unwrap().to_string_lossy().into_owned(), verdict);
    }
    report("own cases", verdicts);
}
