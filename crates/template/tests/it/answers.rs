//! Our own questions with the answers of Helm v4.3.1: one template each, over a few values.
//!
//! They lie beside the code: `src/functions/cases/<family>.json` for `src/functions/<family>.rs`. A function that no question of its
//! family asks about fails the run. A question is kept only where the answer does not depend on time or chance.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::Value as Json;
use template::{Element, FAMILIES, Fault, Map, Methods, Options, Render, Set, Signature, Struct, Value, without_no_value};

use crate::host::Fixed;

const NAME: &str = "t/templates/q.yaml";

/// The file of each family, in the order of [`FAMILIES`].
const FILES: [&str; 24] = [
    "builtin",
    "strings",
    "words",
    "string_lists",
    "math",
    "dates",
    "durations",
    "defaults",
    "encoding",
    "lists",
    "dicts",
    "paths",
    "flow",
    "crypto",
    "random",
    "semver",
    "reflection",
    "network",
    "urls",
    "regex",
    "json",
    "yaml",
    "toml",
    "helm",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/functions")
}

fn table(family: &str) -> Json {
    let text = fs::read_to_string(folder().join("cases").join(format!("{family}.json"))).expect("each family has a file of cases");
    serde_json::from_str(&text).expect("the cases are JSON")
}

#[test]
fn our_own_questions_are_answered_as_helm_answers_them() {
    let mut asked = 0;
    let mut failures = Vec::new();
    for family in FILES {
        let table = table(family);
        let values = yaml::from_str(table["values"].as_str().expect("values are text")).expect("values are YAML");
        let cases = table["cases"].as_array().expect("there are cases");
        asked += cases.len();
        failures.extend(cases.iter().filter_map(|case| check(case, &values).err()));
    }
    eprintln!("{} of {asked} questions agree", asked - failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn every_function_has_a_case_beside_its_code() {
    assert_eq!(FILES.len(), FAMILIES.len());
    let mut missing = Vec::new();
    for (file, (_, functions)) in FILES.iter().zip(FAMILIES) {
        let code = fs::read_to_string(folder().join(format!("{file}.rs"))).expect("each family has a file of code");
        let table = table(file);
        let questions: Vec<&str> = table["cases"].as_array().into_iter().flatten().filter_map(|case| case["question"].as_str()).collect();
        let word = |c: char| !(c.is_alphanumeric() || c == '_');
        let words: std::collections::BTreeSet<&str> = questions.iter().flat_map(|question| question.split(word)).collect();
        for function in *functions {
            assert!(code.contains(&format!("\"{}\"", function.name)), "{} is not in {file}.rs", function.name);
            missing.extend((!words.contains(function.name)).then(|| format!("{file}: {}", function.name)));
        }
    }
    assert!(missing.is_empty(), "functions without a case: {}", missing.join(", "));
    let kept = fs::read_dir(folder().join("cases")).expect("the folder is there").count();
    assert_eq!(kept, FILES.len(), "a file of cases that no family reads");
}

fn check(case: &Json, values: &Json) -> Result<(), String> {
    let question = case["question"].as_str().unwrap_or_default();
    let got = answer(question, values);
    let (expected, got) = match (case["answer"].as_str(), case["refusal"].as_str()) {
        (Some(answer), _) => (answer.trim().to_string(), got.map_or_else(|error| format!("REFUSED {error}"), |text| text.trim().into())),
        (_, refusal) => {
            let refusal = refusal.unwrap_or_default().trim_start_matches("Error: ").to_string();
            (refusal, got.map_or_else(|error| error, |text| format!("ANSWERED {text}")))
        }
    };
    if expected == got { Ok(()) } else { Err(format!("{question}\n  expected {expected:.1500?}\n  got      {got:.1500?}")) }
}

fn answer(question: &str, values: &Json) -> Result<String, String> {
    let set = Set::parse([(NAME, question)]).map_err(|error| error.helm_message())?;
    let host = Fixed::default();
    let mut render = Render::new(&set, &host, Options::default());
    let text = render.execute(NAME, top(values)).map_err(|error| error.helm_message())?;
    Ok(String::from_utf8(without_no_value(text.into_bytes())).expect("removing text leaves text"))
}

fn top(values: &Json) -> Value {
    let values = match Value::decoded(values) {
        Value::Map(map) => map.entries().clone(),
        _ => Default::default(),
    };
    let named = |name, entries| Value::Map(Rc::new(Map::named(name, Element::Any, entries, None)));
    let files = Map::named("engine.files", Element::Bytes, Default::default(), Some(Rc::new(Files)));
    let entries = [
        ("Values".into(), named("common.Values", values)),
        ("Chart".into(), Value::map([("Name", Value::text("t"))])),
        ("Release".into(), Value::map([("Name", Value::text("t"))])),
        ("Template".into(), Value::map([("Name", Value::text(NAME))])),
        ("Files".into(), Value::Map(Rc::new(files))),
        ("Capabilities".into(), capabilities()),
    ];
    named("common.Values", entries.into())
}

fn capabilities() -> Value {
    let version = Struct {
        name: "common.KubeVersion",
        pointer: false,
        fields: vec![("Version", "v1.33.0".into()), ("normalizedVersion", "v1.33.0".into()), ("Major", "1".into()), ("Minor", "33".into())],
        methods: Some(Rc::new(Version)),
    };
    Value::Struct(Rc::new(Struct {
        name: "common.Capabilities",
        pointer: true,
        fields: vec![("KubeVersion", Value::Struct(Rc::new(version)))],
        methods: None,
    }))
}

struct Version;

impl Methods for Version {
    fn signature(&self, name: &str) -> Option<Signature> {
        (name == "String").then_some(Signature::of(&[]))
    }

    fn call(&self, receiver: &Value, _: &str, _: Vec<Value>) -> Result<Value, Fault> {
        Ok(self.addressed_text(receiver).unwrap_or_default().into())
    }

    fn addressed_text(&self, receiver: &Value) -> Option<String> {
        match receiver {
            Value::Struct(fields) => match fields.field("Version") {
                Some(Value::String(text)) => Some(text.to_string()),
                _ => None,
            },
            _ => None,
        }
    }

    fn encoded(&self, receiver: &Value) -> Option<Value> {
        let Value::Struct(fields) = receiver else { return None };
        let shown = ["Version", "Major", "Minor"].map(|name| (name, fields.field(name).cloned().unwrap_or_default()));
        Some(Value::Struct(Rc::new(Struct { name: fields.name, pointer: false, fields: shown.into(), methods: None })))
    }
}

struct Files;

impl Methods for Files {
    fn signature(&self, name: &str) -> Option<Signature> {
        (name == "Get").then_some(Signature::of(&[template::Param::Text]))
    }

    fn call(&self, _: &Value, _: &str, _: Vec<Value>) -> Result<Value, Fault> {
        Ok("".into())
    }
}
