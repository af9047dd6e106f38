//! The cases kept beside the project: every complete case of kstatus and of Flux's health expressions.
#![allow(clippy::unwrap_used)] // A test may fail loudly anywhere, helpers included.

use health::{Expression, Judge, Status, health};
use jiff::Timestamp;
use object::{Object, Value};
use std::path::Path;

/// The complete cases of one suite's test function; none where the folder is missing.
fn cases(table: &str, function: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/tables").join(table);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {function}: {} is not there", path.display());
        return Vec::new();
    };
    let table: Value = serde_json::from_str(&text).unwrap();
    let wanted = |case: &&Value| case["complete"] == true && case["id"].as_str().unwrap().contains(function);
    table["cases"].as_array().unwrap().iter().filter(wanted).cloned().collect()
}

fn object(manifest: &Value) -> Object {
    Object::new(yaml::from_str(manifest.as_str().unwrap()).unwrap()).unwrap()
}

#[test]
fn kstatus_judges_the_same() {
    for case in cases("kstatus.json", "status_compute_test.go") {
        let found = health(&object(&case["data"]["spec"]), Timestamp::UNIX_EPOCH);
        assert_eq!(found.status.as_str(), case["data"]["expectedStatus"], "{}: {found:?}", case["id"]);
        let reason = case["data"]["expectedConditions"].pointer("/0/Reason").and_then(Value::as_str).unwrap_or("");
        assert_eq!(found.reason, reason, "{}", case["id"]);
    }
}

#[test]
fn kstatus_explains_the_same() {
    for case in cases("kstatus.json", "status_augment_test.go") {
        let found = health(&object(&case["data"]["manifest"]), Timestamp::UNIX_EPOCH);
        assert_eq!(found.reason, case["data"]["expectedConditions"][0]["Reason"], "{}", case["id"]);
    }
}

#[test]
fn expressions_answer_the_same() {
    for case in cases("flux-cel.json", "TestExpression_EvaluateBoolean") {
        let data = &case["data"];
        let variables = data["data"].as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value));
        match Expression::parse(data["expr"].as_str().unwrap()).unwrap().boolean(variables) {
            Ok(answer) => assert_eq!(answer, data["result"], "{}", case["id"]),
            Err(error) => assert_eq!(error.to_string(), data["err"], "{}", case["id"]),
        }
    }
}

#[test]
fn an_expression_that_fails_says_the_same() {
    for case in cases("flux-cel.json", "TestStatusEvaluator_Evaluate") {
        let text = |name: &str| case["data"]["exprs"][name].as_str().unwrap_or_default().to_owned();
        let check = api::HealthCheckExpr {
            api_version: "v1".into(),
            kind: "Sample".into(),
            current: text("Current"),
            failed: text("Failed"),
            in_progress: text("InProgress"),
        };
        let mut sample = serde_json::json!({"apiVersion": "v1", "kind": "Sample"});
        sample.as_object_mut().unwrap().extend(case["data"]["obj"].as_object().unwrap().clone());
        let found = Judge::new(&[check]).unwrap().health(&Object::new(sample).unwrap(), Timestamp::UNIX_EPOCH);
        // The misspelt expression is asked only when those before it do not decide.
        if found.status == Status::Unknown {
            assert_eq!(found.message, case["data"]["err"], "{}", case["id"]);
        } else {
            panic!("{}: {found:?}", case["id"]);
        }
    }
}
