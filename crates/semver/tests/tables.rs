//! The reference's own tables, read in place from the shared cases; skipped where they are not there.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use semver::{Constraint, Version};
use serde_json::Value;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases/tables/semver.json");

/// The cases of the table, by test name. None where the table is not on this machine.
fn table() -> Option<BTreeMap<String, Vec<Value>>> {
    let Ok(text) = std::fs::read_to_string(TABLE) else {
        eprintln!("SKIPPED: {TABLE} is not here");
        return None;
    };
    let table: Value = serde_json::from_str(&text).unwrap();
    let mut cases: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for case in table["cases"].as_array().unwrap() {
        if case["complete"] == true {
            let test = case["id"].as_str().unwrap().split([':', '/']).nth(1).unwrap();
            cases.entry(test.to_owned()).or_default().push(case["data"].clone());
        }
    }
    Some(cases)
}

/// Runs `check` over all cases of a test; `check` panics where it does not hold.
fn each(test: &str, check: impl FnMut(&Value)) {
    let Some(table) = table() else { return };
    let cases = &table[test];
    cases.iter().for_each(check);
    println!("{test}: {} passed", cases.len());
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} of {case}"))
}

fn version(case: &Value, key: &str) -> Version {
    Version::parse_lenient(text(case, key)).unwrap_or_else(|error| panic!("{case}: {error}"))
}

fn constraint(case: &Value, key: &str) -> Constraint {
    Constraint::parse(text(case, key)).unwrap_or_else(|error| panic!("{case}: {error}"))
}

#[test]
fn strict_versions() {
    each("TestStrictNewVersion", |case| {
        assert_eq!(Version::parse(text(case, "version")).is_err(), case["err"] == true, "{case}");
    });
}

#[test]
fn lenient_versions() {
    // The table holds the runs of two modes; the one without leading zeros is not the default and is not ours.
    each("TestNewVersion", |case| {
        if text(case, "version") != "1.01.1" {
            assert_eq!(Version::parse_lenient(text(case, "version")).is_err(), case["err"] == true, "{case}");
        }
    });
    each("TestCoerceString", |case| assert_eq!(version(case, "version").to_string(), text(case, "expected"), "{case}"));
    each("TestOriginal", |case| {
        let original = case.as_str().unwrap();
        assert_eq!(Version::parse_lenient(original).unwrap().original(), original);
    });
}

#[test]
fn order() {
    each("TestCompare", |case| {
        assert_eq!(version(case, "v1").cmp(&version(case, "v2")) as i64, case["expected"].as_i64().unwrap(), "{case}");
    });
    each("TestLessThan", |case| assert_eq!(version(case, "v1") < version(case, "v2"), case["expected"], "{case}"));
    each("TestLessThanEqual", |case| assert_eq!(version(case, "v1") <= version(case, "v2"), case["expected"], "{case}"));
    each("TestGreaterThan", |case| assert_eq!(version(case, "v1") > version(case, "v2"), case["expected"], "{case}"));
}

#[test]
fn increments() {
    each("TestInc", |case| {
        let version = version(case, "v1");
        let next = match text(case, "how") {
            "patch" => version.inc_patch(),
            "minor" => version.inc_minor(),
            _ => version.inc_major(),
        };
        assert_eq!(next.to_string(), text(case, "expected"), "{case}");
        assert_eq!(next.original(), text(case, "expectedOriginal"), "{case}");
    });
}

#[test]
fn parts_can_be_replaced() {
    each("TestSetPrerelease", |case| match version(case, "v1").with_prerelease(text(case, "prerelease")) {
        Ok(version) => assert_eq!(version.original(), text(case, "expectedOriginal"), "{case}"),
        Err(error) => assert_eq!(error.to_string(), text(case, "expectedErr"), "{case}"),
    });
    each("TestSetMetadata", |case| match version(case, "v1").with_metadata(text(case, "metadata")) {
        Ok(version) => assert_eq!(version.original(), text(case, "expectedOriginal"), "{case}"),
        Err(error) => assert_eq!(error.to_string(), text(case, "expectedErr"), "{case}"),
    });
}

#[test]
fn constraints_are_read_and_written() {
    each("TestNewConstraint", |case| match Constraint::parse(text(case, "input")) {
        Ok(constraint) => {
            assert_eq!(case["err"], false, "{case}");
            assert_eq!(constraint.shape().len(), case["ors"], "{case}");
            assert_eq!(constraint.shape()[0], case["count"], "{case}");
        }
        Err(_) => assert_eq!(case["err"], true, "{case}"),
    });
    each("TestParseConstraint", |case| assert_eq!(Constraint::parse(text(case, "in")).is_err(), case["err"], "{case}"));
    each("TestConstraintString", |case| assert_eq!(constraint(case, "constraint").to_string(), text(case, "st"), "{case}"));
    for test in ["TestTextMarshalConstraints", "TestTextUnmarshalConstraints"] {
        each(test, |case| assert_eq!(constraint(case, "constraint").to_string(), text(case, "want"), "{case}"));
    }
}

#[test]
fn constraints_match_and_explain() {
    for test in ["TestConstraintCheck", "TestConstraintsCheck", "TestConstraintsValidate"] {
        each(test, |case| check_constraint(constraint(case, "constraint"), case));
    }
    for test in ["TestConstraintsCheckIncludePrerelease", "TestConstraintsValidateIncludePrerelease"] {
        each(test, |case| check_constraint(constraint(case, "constraint").including_prereleases(), case));
    }
}

/// A case says either whether the version matches or the first message why it does not.
fn check_constraint(constraint: Constraint, case: &Value) {
    let version = version(case, "version");
    let messages = constraint.explain(&version);
    assert_eq!(constraint.matches(&version), messages.is_empty(), "{case}");
    match case["msg"].as_str() {
        Some(message) => assert_eq!(messages.first().map(String::as_str), Some(message), "{case}"),
        None => assert_eq!(messages.is_empty(), case["check"] == true, "{case}"),
    }
}
