//! The reference's own tables, read in place from the shared cases; skipped where they are not there.

#![allow(clippy::unwrap_used)]

mod common;

use helm::values::set::{Mode, set};
use helm::values::{Reference, compose, decoded, digest, load};
use helm::{KubeVersion, Values};
use object::Value;

/// Runs `check` over the complete cases of one test of a table; `check` panics where it does not hold.
fn each(table: &str, test: &str, check: impl Fn(&Value)) {
    let Some(path) = common::shared(&format!("tables/{table}.json")) else { return };
    let table: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = table["cases"].as_array().unwrap().iter();
    let cases: Vec<&Value> = cases.filter(|case| case["id"].as_str().unwrap().split([':', '/']).nth(1) == Some(test)).collect();
    cases.iter().for_each(|case| check(&case["data"]));
    println!("{test}: {} passed", cases.len());
    assert!(!cases.is_empty());
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} of {case}"))
}

fn map(value: &Value) -> Values {
    value.as_object().cloned().unwrap_or_default()
}

/// Numbers compare by value: the tables do not tell Go's integers from its floats.
fn same(found: Values, expected: &Value) -> bool {
    decoded(Value::Object(found)) == decoded(Value::Object(map(expected)))
}

#[test]
fn set_grammar() {
    each("helm-strvals", "TestParseSet", |case| {
        let run = |mode: &Mode<'_>| {
            let mut values = Values::new();
            set(text(case, "str"), mode, &mut values).map(|()| values)
        };
        // The table holds the runs of --set and of --set-string without saying which is which.
        let found = [run(&Mode::Typed), run(&Mode::Text)];
        if case["err"] == true {
            assert!(found.iter().all(Result::is_err), "{case}");
        } else {
            assert!(found.into_iter().flatten().any(|found| same(found, &case["expect"])), "{case}");
        }
    });
    each("helm-strvals", "TestParseLiteral", |case| {
        let mut values = Values::new();
        let result = set(text(case, "str"), &Mode::Literal, &mut values);
        assert_eq!(result.is_err(), case["err"] == true, "{case}");
        assert!(case["err"] == true || same(values, &case["expect"]), "{case}");
    });
}

#[test]
fn set_into_values_that_are_there() {
    for (test, mode) in [("TestParseInto", Mode::Typed), ("TestParseLiteralInto", Mode::Literal), ("TestParseJSON", Mode::Json)] {
        each("helm-strvals", test, |case| {
            let mut values = decoded_map(&case["got"]);
            let lines = ["input", "input2"].into_iter().filter_map(|key| case[key].as_str());
            let result = lines.filter(|line| !line.is_empty()).try_for_each(|line| set(line, &mode, &mut values));
            assert_eq!(result.is_err(), case["err"] == true, "{case}");
            assert!(case["err"] == true || same(values, &case["expect"]), "{case}");
        });
    }
}

fn decoded_map(value: &Value) -> Values {
    helm::values::decoded_map(map(value))
}

#[test]
fn flux_digests_of_values() {
    each("flux-chartutil", "TestDigestValues", |case| {
        if text(case, "want").starts_with("sha256:") && !text(case, "want").contains("<?>") {
            assert_eq!(digest(&decoded_map(&case["values"])), text(case, "want"), "{case}");
        }
    });
    each("flux-chartutil", "TestVerifyValues", |case| {
        assert_eq!(digest(&decoded_map(&case["values"])) == text(case, "digest"), case["want"] == true, "{case}");
    });
}

#[test]
fn flux_target_paths() {
    let compose_one = |case: &Value, literal: bool| {
        let reference = Reference {
            name: "ConfigMap values".into(),
            text: text(case, "value").into(),
            target_path: Some(text(case, "path").into()),
            literal,
        };
        compose(&[reference], Values::new())
    };
    each("flux-chartutil", "TestReplacePathValue", |case| check_composed(compose_one(case, false), case));
    each("flux-chartutil", "TestReplacePathLiteralValue", |case| check_composed(compose_one(case, true), case));
}

fn check_composed(found: helm::Result<Values>, case: &Value) {
    match found {
        Ok(found) => assert!(case["wantErr"] == false && same(found.clone(), &case["want"]), "{case}: {found:?}"),
        Err(error) => assert_eq!(case["wantErr"], true, "{case}: {error}"),
    }
}

#[test]
fn flux_values_from_references() {
    each("flux-chartutil", "TestChartValuesFromReferences", |case| {
        let inline = case["values"].as_str().map_or_else(Values::new, |text| load(text).unwrap());
        let found = references(case).map_or(Err(helm::Error::Values("not found".into())), |references| compose(&references, inline));
        check_composed(found, case);
    });
}

/// The references with the texts they find; none where a reference that is not optional finds nothing.
fn references(case: &Value) -> Option<Vec<Reference>> {
    let mut found = Vec::new();
    for reference in case["references"].as_array().unwrap() {
        let resource = case["resources"]
            .as_array()
            .unwrap()
            .iter()
            .find(|resource| resource["TypeMeta"]["Kind"] == reference["Kind"] && resource["ObjectMeta"]["Name"] == reference["Name"]);
        let key = reference["ValuesKey"].as_str().unwrap_or("values.yaml");
        match resource.and_then(|resource| resource["Data"][key].as_str()) {
            Some(data) => found.push(Reference {
                name: reference["Name"].to_string(),
                text: data.to_owned(),
                target_path: reference["TargetPath"].as_str().map(str::to_owned),
                literal: reference["Literal"] == true,
            }),
            None if reference["Optional"] == true => {}
            None => return None,
        }
    }
    Some(found)
}

#[test]
fn kubernetes_versions() {
    each("helm-chart-common", "TestParseKubeVersionWithVendorSuffixes", |case| {
        let found = KubeVersion::parse(text(case, "input")).unwrap();
        assert_eq!((found.version.as_str(), found.normalized.as_str()), (text(case, "wantVer"), text(case, "wantString")));
        assert_eq!((found.major.as_str(), found.minor.as_str()), (text(case, "wantMajor"), text(case, "wantMinor")));
    });
}

#[test]
fn values_files_and_release_names() {
    each("helm-chart-common", "TestLoadValues", |case| {
        if case["data"].is_string() {
            assert!(same(load(text(case, "data")).unwrap(), &case["expctedValues"]), "{case}");
        }
    });
    each("helm-chart-common", "TestValidateReleaseName", |case| {
        if let Some(valid) = case["_value"].as_bool() {
            assert_eq!(helm::render::check_release_name(text(case, "_key")).is_ok(), valid, "{case}");
        }
    });
}

#[test]
fn documents_are_cut_as_helm_cuts_them() {
    each("helm-release-sort", "TestSplitManifests", |case| {
        let expected = case["expected"].as_object().unwrap();
        let found = helm::render::split(text(case, "input"));
        assert_eq!(found.len(), expected.len(), "{case}");
        for (number, document) in found.iter().enumerate() {
            assert_eq!(expected[&format!("manifest-{number}")], *document, "{case}");
        }
    });
}

#[test]
fn kinds_sort_in_install_order() {
    let Some(path) = common::shared("tables/helm-release-sort.json") else { return };
    let table: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let named = table["cases"].as_array().unwrap().iter().filter(|case| case["id"].as_str().unwrap().contains("TestKindSorter/"));
    let mut kinds: Vec<(String, String)> = named
        .filter_map(|case| Some((case["data"]["Name"].as_str()?.to_owned(), case["data"]["Head"]["Kind"].as_str()?.to_owned())))
        .collect();
    kinds.sort_by(|left, right| helm::render::order::rank(&left.1).cmp(&helm::render::order::rank(&right.1)));
    let letters: String = kinds.iter().map(|(name, _)| name.as_str()).collect();
    // The reference's test names its manifests by letters whose expected order is "FaAbcC3de1f45gh2iIjJkKlLmnopqrxstuUvw!".
    let order = "FaAbcC3deEf1gh2iIjJkKlLmnopqrxstuUvw!z";
    let places: Vec<usize> = letters.chars().filter_map(|letter| order.find(letter)).collect();
    assert!(places.windows(2).all(|pair| pair[0] <= pair[1]), "{letters}");
}
