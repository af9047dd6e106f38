//! The rules for templates/ and what it renders.

use object::Value;
use template::Host;

use super::{Findings, Severity, holds, text};
use crate::chart::{Chart, File};
use crate::values::Values;
use crate::{RenderOptions, instance, render};

const FOLDER: &str = "templates/";

pub(super) fn lint(
    files: &[File],
    chart: Result<&Chart, &String>,
    values: &Values,
    options: &RenderOptions,
    host: &dyn Host,
    findings: &mut Findings,
) {
    let exists = files.iter().any(|file| file.name.starts_with(FOLDER));
    if !findings.rule(Severity::Warning, FOLDER, holds(exists, "directory does not exist")) {
        return;
    }
    let chart = match chart {
        Ok(chart) => chart,
        Err(message) => {
            findings.rule(Severity::Error, FOLDER, Err(message.clone()));
            return;
        }
    };
    // Conditions and imports that cannot be worked out are found by rendering, not by linting, as in Helm.
    let Ok(instance) = instance::resolve(chart, values) else { return };
    let options = RenderOptions { lint: true, is_install: false, release_name: "test-release".into(), ..options.clone() };
    match render::files(&instance, values, &options, host) {
        Ok(rendered) => lint_each(chart, &rendered, findings),
        Err(error) => {
            findings.rule(Severity::Error, FOLDER, Err(error.to_string()));
        }
    }
}

fn lint_each(chart: &Chart, rendered: &std::collections::BTreeMap<String, String>, findings: &mut Findings) {
    for file in &chart.templates {
        let name = file.name.as_str();
        findings.rule(Severity::Error, name, check_extension(name));
        let content = rendered.get(&format!("{}/{name}", chart.name())).map_or("", String::as_str);
        if !is_yaml(name) || content.trim().is_empty() {
            continue;
        }
        findings.rule(Severity::Warning, name, check_indent(content));
        let documents = yaml::parse(content, &yaml::Options::default()).map_err(|error| format!("unable to parse YAML: {error}"));
        let Ok(documents) = documents else {
            findings.rule(Severity::Error, name, documents.map(|_| ()));
            return;
        };
        for document in documents.iter().map(|document| &document.value).filter(|value| value.is_object()) {
            findings.rule(Severity::Warning, name, check_name(document));
            findings.rule(Severity::Error, name, check_selector(document, content));
            findings.rule(Severity::Error, name, check_list(document));
        }
    }
}

fn is_yaml(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with(".yaml") || name.ends_with(".yml")
}

fn check_extension(name: &str) -> Result<(), String> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let extension = base.rfind('.').map_or("", |dot| &base[dot..]);
    let message = format!("file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt");
    holds([".yaml", ".yml", ".tpl", ".txt"].contains(&extension), message)
}

fn check_indent(content: &str) -> Result<(), String> {
    let first = content.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let message = format!("document starts with an illegal indent: {first:?}, which may cause parsing problems");
    holds(!first.starts_with([' ', '\t']), message)
}

/// Names follow the rule of their kind: labels for services and namespaces, path steps for roles, subdomains for the rest.
fn check_name(document: &Value) -> Result<(), String> {
    let name = document.get("metadata").map_or("", |metadata| text(metadata, "name"));
    let is_fine = match text(document, "kind").to_lowercase().as_str() {
        "certificatesigningrequest" => true,
        "role" | "clusterrole" | "rolebinding" | "clusterrolebinding" => ![".", ".."].contains(&name) && !name.contains(['/', '%']),
        "service" => is_label(name) && !name.starts_with(|c: char| c.is_ascii_digit()),
        "namespace" => is_label(name),
        _ => name.len() <= 253 && name.split('.').all(|label| is_label_of(label, 253)),
    };
    holds(is_fine, format!("object name does not conform to Kubernetes naming requirements: {name:?}"))
}

fn is_label(name: &str) -> bool {
    is_label_of(name, 63)
}

fn is_label_of(name: &str, length_max: usize) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.len() <= length_max && name.chars().all(is_inner) && !name.starts_with('-') && !name.ends_with('-')
}

fn check_selector(document: &Value, content: &str) -> Result<(), String> {
    let kind = text(document, "kind");
    let needs_one = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].contains(&kind);
    let has_one = content.contains("matchLabels") || content.contains("matchExpressions");
    let name = document.get("metadata").map_or("", |metadata| text(metadata, "name"));
    holds(!needs_one || has_one, format!("a {kind} must contain matchLabels or matchExpressions, and {name:?} does not"))
}

fn check_list(document: &Value) -> Result<(), String> {
    let items = document.get("items").and_then(Value::as_array).filter(|_| text(document, "kind") == "List");
    let has_policy = |item: &Value| item.pointer("/metadata/annotations/helm.sh~1resource-policy").is_some();
    let message = "annotation 'helm.sh/resource-policy' within List objects are ignored";
    holds(!items.into_iter().flatten().any(has_policy), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_follow_the_rule_of_their_kind() {
        for (kind, name, expected) in [
            ("Pod", "", false),
            ("Pod", "foo.bar1234baz.seventyone", true),
            ("Pod", "FOO", false),
            ("Service", "1a", false),
            ("Namespace", "foo.bar", false),
            ("ClusterRole", "system:node", true),
            ("Role", "a/b", false),
        ] {
            let document = json!({"kind": kind, "metadata": {"name": name}});
            assert_eq!(check_name(&document).is_ok(), expected, "{kind} {name}");
        }
    }
}
