//! The floors of the house as a list, and the test that no module imports one that stands after it.

use std::fs;
use std::path::Path;

/// Every module: from the words up, and within a floor from left to right.
const FLOORS: [&[&str]; 8] = [
    &["digest", "meta", "names", "protobuf", "status", "user", "options", "request"],
    &["store", "error", "registry"],
    &["body", "answer", "decode", "patch", "managed", "convert", "selection", "table", "render"],
    &["rules", "rbac", "tokens", "tls"],
    &["shared"],
    &["access", "objects"],
    &["background", "documents", "handlers"],
    &["bootstrap", "service", "server", "serve"],
];

/// The code of a module without comments and tests.
fn code(path: &Path) -> String {
    if path.is_dir() {
        return fs::read_dir(path).unwrap().map(|entry| code(&entry.unwrap().path())).collect();
    }
    if path.extension().is_none_or(|ending| ending != "rs") {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect()
}

/// The modules of this crate that code names.
fn imports(code: &str) -> Vec<&str> {
    let first_word = |text: &'_ str| text.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(text.len());
    let named = code.split("crate::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split_once(';').unwrap().0.split(',').map(str::trim).collect(),
        None => vec![rest],
    });
    named.map(|text| &text[..first_word(text)]).filter(|word| word.starts_with(char::is_lowercase)).collect()
}

#[test]
fn every_module_imports_only_what_stands_before_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let all: Vec<&str> = FLOORS.concat();
    for (at, name) in all.iter().enumerate() {
        let folder = source.join(name);
        let code = code(&if folder.is_dir() { folder } else { source.join(format!("{name}.rs")) });
        for import in imports(&code) {
            let stands = all.iter().position(|known| *known == import);
            assert!(stands.is_some_and(|before| before <= at), "`{name}` imports `{import}`, which stands after it in FLOORS");
        }
    }
}

#[test]
fn every_module_has_its_floor() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(source.join("lib.rs")).unwrap();
    let mut listed: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    let mut known = FLOORS.concat();
    known.push("floors");
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
}
