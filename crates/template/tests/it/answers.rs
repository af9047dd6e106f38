//! Our own questions with the answers of Helm v4.3.1: one template each, over a few values.
//!
//! `tests/cases/answers.json` holds them. A question is kept only where the answer does not depend on time or chance.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value as Json;
use template::{Element, Fault, Map, Methods, Options, Render, Set, Signature, Struct, Value, without_no_value};

use crate::host::Fixed;

const NAME: &str = "t/templates/q.yaml";

#[test]
fn our_own_questions_are_answered_as_helm_answers_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/answers.json");
    let text = fs::read_to_string(path).expect("the answers are readable");
    let table: Json = serde_json::from_str(&text).expect("the answers are JSON");
    let values = yaml::from_str(table["values"].as_str().expect("values are text")).expect("values are YAML");
    let cases = table["cases"].as_array().expect("there are cases");
    let failures: Vec<String> = cases.iter().filter_map(|case| check(case, &values).err()).collect();
    eprintln!("{} of {} questions agree", cases.len() - failures.len(), cases.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
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
        fields: vec![("Version", "v1.33.0".into()), ("Major", "1".into()), ("Minor", "33".into())],
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
        Ok(self.text(receiver).unwrap_or_default().into())
    }

    fn text(&self, receiver: &Value) -> Option<String> {
        match receiver {
            Value::Struct(fields) => match fields.field("Version") {
                Some(Value::String(text)) => Some(text.to_string()),
                _ => None,
            },
            _ => None,
        }
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
