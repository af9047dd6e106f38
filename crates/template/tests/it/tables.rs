//! The tables of Go's and sprig's own tests, as far as an entry can be expressed without Go's types.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value as Json;
use template::{Functions, MissingKey, Options, Render, Set, Value};

use crate::host::{Fixed, shown_cases};

struct Entry {
    id: String,
    complete: bool,
    data: Json,
}

fn entries(name: &str) -> Vec<Entry> {
    let Some(cases) = shown_cases() else { return Vec::new() };
    let text = fs::read_to_string(cases.join("tables").join(name)).expect("the table is readable");
    let table: Json = serde_json::from_str(&text).expect("the table is JSON");
    let cases = table["cases"].as_array().expect("a table has cases").clone();
    let entry = |case: Json| Entry {
        id: case["id"].as_str().unwrap_or_default().to_string(),
        complete: case["complete"].as_bool().unwrap_or(false),
        data: case["data"].clone(),
    };
    cases.into_iter().map(entry).collect()
}

/// Counts what agreed, what differed, and what was skipped for which reason.
#[derive(Default)]
struct Tally {
    agreed: usize,
    differed: Vec<String>,
    skipped: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    fn count(&mut self, id: &str, expected: &str, got: &str) {
        if expected == got {
            self.agreed += 1;
        } else {
            self.differed.push(format!("{id}: expected {expected:.300?}, got {got:.300?}"));
        }
    }

    fn finish(self, name: &str) {
        eprintln!("{name}: {} agree, skipped {:?}", self.agreed, self.skipped);
        assert!(self.differed.is_empty(), "{}", self.differed.join("\n"));
    }
}

fn run(text: &str, data: Value, missing_key: MissingKey) -> Result<String, String> {
    let set = Set::parse([("t", text)]).map_err(|error| error.to_string())?;
    let host = Fixed::default();
    let options = Options { missing_key, ..Options::default() };
    Render::new(&set, &host, options).execute("t", data).map_err(|error| error.to_string())
}

#[test]
fn sprigs_own_questions_are_answered_alike() {
    let mut tally = Tally::default();
    for entry in entries("sprig.json") {
        let text = entry.data["template"].as_str().unwrap_or_default();
        if !entry.complete {
            tally.skip("a field could not be read");
        } else if entry.id.contains("windows") {
            tally.skip("file paths of Windows");
        } else if entry.id.contains("ExpandEnv") || entry.id.contains("TestKind") {
            tally.skip("the environment, or Go's own struct types");
        } else {
            let expected = entry.data["expect"].as_str().unwrap_or_default();
            let got = run(text, Value::from_json(&entry.data["vars"]), MissingKey::Invalid);
            tally.count(&format!("{} {text}", entry.id), expected, &got.unwrap_or_else(|error| format!("ERROR {error}")));
        }
    }
    tally.finish("sprig");
}

#[test]
fn parsing_prints_and_refuses_as_go_does() {
    let mut tally = Tally::default();
    for entry in entries("go-text-template-parse.json") {
        let name = entry.data["name"].as_str().unwrap_or_default();
        let input = entry.data["input"].as_str().unwrap_or_default();
        if name.contains("exceeds limit") {
            tally.skip("Go's test lowers the limit of parentheses to three");
        } else if entry.id.starts_with("var:parseTests") {
            let mut set = Set::new("root", Functions::standard());
            let wanted = entry.data["ok"].as_bool().unwrap_or(false);
            let result = set.add("x", input);
            match (wanted, result) {
                (true, Ok(())) => {
                    let got = set.get("x").map(|template| template.text()).unwrap_or_default();
                    tally.count(name, entry.data["result"].as_str().unwrap_or_default(), &got);
                }
                (true, Err(error)) if error.to_string().contains("function") => tally.skip("functions of the test"),
                (ok, result) => tally.count(name, &ok.to_string(), &result.is_ok().to_string()),
            }
        } else if entry.id.starts_with("var:errorTests") {
            let mut set = Set::new("root", Functions::standard());
            let got = set.add(name, input).err().map(|error| error.to_string()).unwrap_or_default();
            let part = entry.data["result"].as_str().unwrap_or_default();
            let agrees = got.contains(part) && !got.is_empty();
            tally.count(name, part, if agrees { part } else { &got });
        } else {
            tally.skip("the lexer's items and numbers are not public");
        }
    }
    tally.finish("go-text-template-parse");
}

#[test]
fn comparisons_and_simple_executions_agree_with_go() {
    let mut tally = Tally::default();
    for entry in entries("go-text-template-exec.json") {
        if entry.id.starts_with("var:cmpTests") {
            let expression = entry.data["expr"].as_str().unwrap_or_default();
            if expression.contains(" .") || expression.contains("index") {
                tally.skip("values of Go's own types");
                continue;
            }
            let got = run(&format!("{{{{if {expression}}}}}true{{{{else}}}}false{{{{end}}}}"), Value::Nil, MissingKey::Invalid);
            let expected = if entry.data["ok"].as_bool() == Some(true) { &entry.data["truth"] } else { &Json::Null };
            tally.count(expression, expected.as_str().unwrap_or("refused"), got.as_deref().unwrap_or("refused"));
        } else if entry.id.starts_with("var:execTests") && entry.complete && entry.data["data"].is_null() {
            let input = entry.data["input"].as_str().unwrap_or_default();
            let got = run(input, Value::Nil, MissingKey::Invalid);
            match (entry.data["ok"].as_bool(), got) {
                (Some(true), Err(error)) if error.contains("not defined") => tally.skip("functions of the test"),
                (Some(true), got) => {
                    let expected = entry.data["output"].as_str().unwrap_or_default();
                    tally.count(input, expected, &got.unwrap_or_else(|error| error));
                }
                (_, got) => tally.count(input, "false", &got.is_ok().to_string()),
            }
        } else if entry.id.contains("TestJSEscaping") {
            let text = serde_json::to_string(&entry.data["in"]).expect("a text is JSON");
            let got = run(&format!("{{{{js {text}}}}}"), Value::Nil, MissingKey::Invalid);
            let expected = entry.data["exp"].as_str().unwrap_or_default();
            tally.count(&text, expected, &got.unwrap_or_else(|error| error));
        } else {
            tally.skip("Go's own types or functions of the test");
        }
    }
    tally.finish("go-text-template-exec");
}

#[test]
fn helms_own_questions_are_answered_alike() {
    let mut tally = Tally::default();
    for entry in entries("helm-engine.json") {
        if !entry.id.starts_with("funcs_test.go:TestFuncs") && !entry.id.contains("TestDurationHelpers") {
            tally.skip("questions about charts");
            continue;
        }
        let text = entry.data["tpl"].as_str().unwrap_or_default();
        let expected = entry.data["expect"].as_str().unwrap_or("<?>");
        if expected.contains("<?>") || entry.id.contains("TestFuncs") && !entry.complete {
            tally.skip("a field could not be read");
            continue;
        }
        let needs_values = entry.data["vars"] == "<?>" && text.contains(" .");
        if needs_values {
            tally.skip("values of Go's own types");
            continue;
        }
        let got = run(text, Value::from_json(&entry.data["vars"]), MissingKey::Zero);
        tally.count(&format!("{} {text}", entry.id), expected, &got.unwrap_or_else(|error| error));
    }
    tally.finish("helm-engine");
}
