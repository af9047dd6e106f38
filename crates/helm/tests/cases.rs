//! Real charts with real values, and tiny charts that ask one question each: the same documents, the same refusals.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::{chart, documents, shared};
use helm::{Capabilities, KubeVersion, RenderOptions, Values, values};
use object::Value;

/// The answers were recorded in this minute.
struct Recorded;

impl template::Host for Recorded {
    fn now(&self) -> jiff::Timestamp {
        "2026-11-21T02:33:00Z".parse().unwrap()
    }
}

fn options(release: &str, arguments: &[&str]) -> RenderOptions {
    let mut kube_version = "v1.33.0";
    let mut namespace = "test-ns";
    for pair in arguments.chunks(2) {
        match pair {
            ["--kube-version", version] => kube_version = version,
            ["--namespace", name] => namespace = name,
            other => panic!("a flag that this test does not know: {other:?}"),
        }
    }
    let capabilities = Capabilities { kube_version: KubeVersion::parse(kube_version).unwrap(), ..Capabilities::default() };
    RenderOptions { release_name: release.into(), namespace: namespace.into(), capabilities, ..RenderOptions::default() }
}

/// Everything `helm template` prints, as values.
fn render(folder: &Path, values: &Values, options: &RenderOptions) -> helm::Result<Vec<Value>> {
    let chart = chart(folder)?;
    helm::check_installable(&chart)?;
    let rendered = helm::render(&chart, values, options, &Recorded)?;
    let hooks = rendered.hooks.into_iter().map(|hook| hook.manifest.value);
    let mut values: Vec<Value> = rendered.manifests.into_iter().map(|manifest| manifest.value).chain(hooks).collect();
    values.retain(|value| !value.is_null());
    values.sort_by_cached_key(ToString::to_string);
    Ok(values)
}

fn index(folder: &Path) -> Vec<Value> {
    serde_json::from_str(&std::fs::read_to_string(folder.join("index.json")).unwrap()).unwrap()
}

#[test]
fn real_charts_render_as_helm_renders_them() {
    let Some(root) = shared("helm") else { return };
    let cases = index(&root);
    let mut failed = Vec::new();
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let place = format!("{}/{}", text("repo"), text("dir"));
        let arguments: Vec<&str> = case["args"].as_array().unwrap().iter().map(|argument| argument.as_str().unwrap()).collect();
        let values = std::fs::read_to_string(root.join("values").join(&place).join(format!("{}.yaml", text("values"))));
        let values = values.map_or_else(|_| Values::new(), |text| values::load(&text).unwrap());
        let expected = std::fs::read_to_string(root.join("expected").join(&place).join(format!("{}.yaml", text("values")))).unwrap();
        match render(&root.join("charts").join(&place), &values, &options(text("release"), &arguments)) {
            Ok(found) if found == documents(&expected) => {}
            Ok(found) => failed.push(format!("{place} {}: {}", text("values"), difference(&found, &documents(&expected)))),
            Err(error) => failed.push(format!("{place} {}: {error}", text("values"))),
        }
    }
    println!("real charts: {} passed, {} failed", cases.len() - failed.len(), failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// The first document that one side has and the other has not.
fn difference(found: &[Value], expected: &[Value]) -> String {
    let extra = found.iter().find(|value| !expected.contains(value));
    let missing = expected.iter().find(|value| !found.contains(value));
    let show = |value: Option<&Value>| value.map_or_else(|| "-".into(), ToString::to_string);
    format!("{} for {} documents\n  found    {}\n  expected {}", found.len(), expected.len(), show(extra), show(missing))
}

#[test]
fn template_questions_have_helms_answers() {
    let Some(root) = shared("gotemplate") else { return };
    let cases = index(&root);
    let mut failed = Vec::new();
    for case in &cases {
        let name = format!("{}/{:03}", case["suite"].as_str().unwrap(), case["n"].as_u64().unwrap());
        let found = render(&root.join(&name), &Values::new(), &options("r", &[]));
        let is_ok = case["ok"] == true;
        match found {
            Ok(found) if is_ok => {
                let expected = documents(&std::fs::read_to_string(root.join(format!("{name}.expected"))).unwrap());
                if found != expected {
                    failed.push(format!("{name} {}: {}", case["id"], difference(&found, &expected)));
                }
            }
            Ok(found) => failed.push(format!("{name} {}: rendered what helm refuses: {found:?}", case["id"])),
            Err(error) if is_ok => failed.push(format!("{name} {}: {error}", case["id"])),
            Err(error) => failed.extend(refusal_differs(&root, &name, &error).map(|text| format!("{name} {}: {text}", case["id"]))),
        }
    }
    println!("template questions: {} passed, {} failed", cases.len() - failed.len(), failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// Refusals agree in their words too.
fn refusal_differs(root: &Path, name: &str, error: &helm::Error) -> Option<String> {
    let expected = std::fs::read_to_string(root.join(format!("{name}.error"))).unwrap();
    let expected = expected.trim().strip_prefix("Error: ").unwrap_or(expected.trim());
    let expected = expected.split("\n\nUse --debug flag").next().unwrap().trim();
    let found = error.to_string();
    (found.trim() != expected).then(|| format!("refused in other words\n  found    {found}\n  expected {expected}"))
}
