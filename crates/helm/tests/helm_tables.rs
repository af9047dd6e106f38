//! Helm's tables about charts, linting and the engine, read in place from the shared cases; skipped where they are not there.
//!
//! Left out: questions about charts that the tables do not hold (`TestCoalesceValues`, `TestMergeValues`, `TestDependencyEnabled`,
//! `TestRender…`), about writing charts (`TestCreate`, `TestSave…`), and about releases, which are another crate's: all of
//! `helm-controller-values`, whose rows ask a HelmRelease's controller.

#![allow(clippy::unwrap_used)]

mod common;

use helm::lint::{Severity, Subject, lint};
use helm::{Chart, File, RenderOptions, Values, render, values};
use object::Value;

/// Runs `check` over the cases of one test of a table; gives their number.
fn each(table: &str, test: &str, check: impl Fn(&Value)) {
    let Some(path) = common::shared(&format!("tables/{table}.json")) else { return };
    let table: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = table["cases"].as_array().unwrap().iter();
    let cases: Vec<&Value> = cases.filter(|case| case["id"].as_str().unwrap().starts_with(test)).collect();
    cases.iter().for_each(|case| check(&case["data"]));
    println!("{test}: {} passed", cases.len());
    assert!(!cases.is_empty(), "{test}");
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} of {case}"))
}

fn chart(metadata: &Value) -> helm::Result<Chart> {
    Chart::from_files(vec![File::new("Chart.yaml", metadata.to_string().as_bytes())])
}

fn plain() -> Value {
    serde_json::json!({"apiVersion": "v2", "name": "c", "version": "1.0.0", "icon": "https://example.com/i.png"})
}

/// Go's field names as Chart.yaml spells them.
fn spelled(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.iter().map(|(key, value)| (key_of(key), spelled(value))).collect()),
        Value::Array(items) => Value::Array(items.iter().map(spelled).collect()),
        other => other.clone(),
    }
}

fn key_of(name: &str) -> String {
    match name {
        "APIVersion" => "apiVersion".into(),
        "URL" => "url".into(),
        name => name[..1].to_lowercase() + &name[1..],
    }
}

#[test]
fn metadata() {
    each("helm-chart-common", "metadata_test.go:TestValidate", |case| {
        let wanted = case["err"].as_str().unwrap_or_default();
        let found = if case["md"].is_null() { Chart::from_files(Vec::new()) } else { chart(&spelled(&case["md"])) };
        match found {
            Ok(_) => assert_eq!(wanted, "", "{case}"),
            // Without a Chart.yaml there is no chart here, and nothing to ask about.
            Err(error) => assert!(case["md"].is_null() || error.to_string().ends_with(wanted) && !wanted.is_empty(), "{case}: {error}"),
        }
    });
    each("helm-chart-common", "dependency_test.go:TestValidateDependency", |case| {
        let mut metadata = plain();
        metadata["dependencies"] = serde_json::json!([{"name": "d", "alias": case["_key"]}]);
        assert_eq!(chart(&metadata).is_err(), case["_value"] == true, "{case}");
    });
    each("helm-chart-common", "compatible_test.go:TestIsCompatibleRange", |case| {
        let found = semver::Constraint::parse(text(case, "constraint"))
            .is_ok_and(|constraint| semver::Version::parse_lenient(text(case, "ver")).is_ok_and(|version| constraint.matches(&version)));
        assert_eq!(found, case["expected"] == true, "{case}");
    });
    each("helm-chart-common", "values_test.go:TestReadValues", |case| assert!(values::load(case.as_str().unwrap()).is_ok(), "{case}"));
}

#[test]
fn archives() {
    each("helm-chart-common", "load_test.go:TestLoadInvalidArchive", |case| {
        let bytes = common::archive(&[(text(case, "internal"), b'0', b"hello")]);
        let error = Chart::from_archive(&bytes).unwrap_err().to_string();
        assert!(error.contains(text(case, "expectError")), "{case}: {error}");
    });
}

#[test]
fn icons() {
    each("helm-chart-common", "chartfile_test.go:TestValidateChartIconURL", |case| {
        let mut metadata = plain();
        metadata["icon"] = case.clone();
        let found = findings(&metadata, ("templates/a.yaml", ""));
        let is_address = case.as_str().unwrap().starts_with("https://");
        assert_eq!(found.iter().any(|text| text.contains("invalid icon URL")), !is_address, "{case}: {found:?}");
    });
}

/// The messages of linting one template and metadata.
fn findings(metadata: &Value, template: (&str, &str)) -> Vec<String> {
    let files = [
        File::new("Chart.yaml", metadata.to_string().as_bytes()),
        File::new(template.0, template.1.as_bytes()),
        File::new("values.yaml", b""),
    ];
    let subject = Subject { name: "c", files: &files, has_templates: true };
    let found = lint(&subject, &Values::new(), &RenderOptions::default(), &template::Sealed);
    found.into_iter().filter(|finding| finding.severity > Severity::Info).map(|finding| finding.message).collect()
}

#[test]
fn linting() {
    each("helm-chart-common", "chartfile_test.go:TestValidateChartVersion", |case| {
        let mut metadata = plain();
        metadata["version"] = case.as_str().map_or_else(|| case["Version"].clone(), Value::from);
        let about: Vec<String> = findings(&metadata, ("templates/a.yaml", "")).into_iter().filter(|text| text.contains("SemVer")).collect();
        match case["ErrorMsg"].as_str() {
            Some(wanted) => assert!(about.iter().any(|text| text.contains(wanted) || wanted.contains("SemVerV2")), "{case}: {about:?}"),
            None => assert!(about.is_empty(), "{case}: {about:?}"),
        }
    });
    each("helm-chart-common", "dependencies_test.go:TestValidateDependenciesUnique", |case| {
        let found = findings(&spelled(&case["chart"]["Metadata"]), ("templates/a.yaml", ""));
        assert!(!found.is_empty(), "{case}");
    });
    each("helm-chart-common", "template_test.go:TestValidateAllowedExtension", |case| {
        let name = case.as_str().unwrap();
        let is_known = [".yaml", ".yml", ".tpl", ".txt"].iter().any(|ending| name.ends_with(ending));
        let found = findings(&plain(), (&format!("templates/{}", name.trim_start_matches('/')), ""));
        assert_eq!(found.iter().any(|text| text.contains("file extension")), !is_known, "{case}: {found:?}");
    });
    each("helm-chart-common", "template_test.go:TestValidateTopIndentLevel", |case| {
        let found = findings(&plain(), ("templates/a.yaml", text(case, "_key")));
        assert_eq!(found.iter().any(|text| text.contains("illegal indent")), case["_value"] == true, "{case}: {found:?}");
    });
    each("helm-chart-common", "template_test.go:TestValidateMetadataName", |case| {
        let (kind, name) = (&case["obj"]["Kind"], &case["obj"]["Metadata"]["Name"]);
        let template = serde_json::json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}).to_string();
        let found = findings(&plain(), ("templates/a.yaml", &template));
        assert_eq!(found.iter().any(|text| text.contains("object name does not conform")), case["wantErr"] == true, "{case}: {found:?}");
    });
}

/// A cluster of one namespace and one pod.
struct Cluster;

impl template::Host for Cluster {
    fn lookup(&self, _: &str, kind: &str, _: &str, name: &str) -> Result<Value, String> {
        let object = serde_json::json!({"kind": kind, "metadata": {"name": if kind == "Pod" { "pod1" } else { "default" }}});
        Ok(if name.is_empty() { serde_json::json!({"items": [object]}) } else { object })
    }
}

#[test]
fn engine() {
    let rendered = |text: &str, host: &dyn template::Host| {
        let files = vec![File::new("Chart.yaml", plain().to_string().as_bytes()), File::new("templates/t.yaml", text.as_bytes())];
        render(&Chart::from_files(files)?, &Values::new(), &RenderOptions::default(), host)
    };
    each("helm-engine", "engine_test.go:TestRenderWithClientProvider/", |case| {
        let found = rendered(&format!("v: \"{}\"", text(case, "template")), &Cluster).unwrap();
        assert_eq!(found.manifests[0].value["v"].as_str(), Some(text(case, "output")), "{case}");
    });
    each("helm-engine", "engine_test.go:TestExecErrors", |case| {
        let (name, template) = case["tpls"].as_object().unwrap().iter().next().unwrap();
        let error = rendered(text(template, "tpl"), &template::Sealed).unwrap_err().to_string();
        assert_eq!(error.replace("c/templates/t.yaml", name), text(case, "expected"));
    });
    each("helm-engine", "engine_test.go:TestFuncMap", |case| {
        let name = case.as_str().unwrap();
        let is_known = template::Functions::helm().find(name).is_some();
        assert_eq!(is_known, !["env", "expandenv"].contains(&name), "{name}");
    });
}

#[test]
fn releases_sort() {
    each("helm-release-sort", "kind_sorter_test.go:TestKindSorterKeepOriginalOrder", |case| {
        let kind = text(&case["Head"], "Kind");
        let known = render::order::INSTALL_ORDER.contains(&kind);
        assert_eq!(render::order::rank(kind).1.is_empty(), known, "{case}");
    });
}
