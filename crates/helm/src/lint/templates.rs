//! The rules for templates/ and what it renders.

use object::Value;
use template::Host;

use super::{Findings, Head, Severity, Subject, deprecations, find, heads, holds, names};
use crate::chart::Chart;
use crate::values::Values;
use crate::{Error, KubeVersion, RenderOptions, dependencies, render};

const FOLDER: &str = "templates/";

pub(super) fn lint(
    subject: &Subject<'_>,
    chart: Result<&Chart, &String>,
    values: &Values,
    options: &RenderOptions,
    host: &dyn Host,
    findings: &mut Findings,
) {
    if !findings.rule(Severity::Warning, FOLDER, holds(subject.has_templates, "directory does not exist"))
        || !findings.rule(Severity::Error, FOLDER, holds(find(subject.files, "templates").is_none(), "not a directory"))
    {
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
    let Ok(instance) = dependencies::resolve(chart, values) else { return };
    let options = RenderOptions { lint: true, is_install: false, release_name: "test-release".into(), ..options.clone() };
    match render::files(&instance, values, &options, host) {
        Ok(rendered) => lint_each(chart, &rendered, &options.capabilities.kube_version, findings),
        // Values that do not fit together are found by rendering too.
        Err(Error::Values(_)) => {}
        Err(error) => {
            findings.rule(Severity::Error, FOLDER, Err(error.to_string()));
        }
    }
}

fn lint_each(chart: &Chart, rendered: &std::collections::BTreeMap<String, String>, kube_version: &KubeVersion, findings: &mut Findings) {
    for file in &chart.templates {
        let name = file.name.as_str();
        findings.rule(Severity::Error, name, check_extension(name));
        let content = rendered.get(&format!("{}/{name}", chart.name())).map_or("", String::as_str);
        if !is_yaml(name) || content.trim().is_empty() {
            continue;
        }
        findings.rule(Severity::Warning, name, check_indent(content));
        match heads(content) {
            Ok(heads) => heads.iter().for_each(|head| lint_document(name, head, content, kube_version, findings)),
            Err(message) => {
                findings.rule(Severity::Error, name, Err(message));
                return;
            }
        }
    }
}

fn lint_document(file: &str, head: &Head, content: &str, kube_version: &KubeVersion, findings: &mut Findings) {
    findings.rule(Severity::Warning, file, check_name(head));
    findings.rule(Severity::Warning, file, deprecations::check(&head.api_version, &head.kind, kube_version));
    findings.rule(Severity::Error, file, check_selector(head, content));
    findings.rule(Severity::Error, file, check_list(head));
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

/// The name, with each fault as Kubernetes tells it; several stand in brackets.
fn check_name(head: &Head) -> Result<(), String> {
    let name = &head.name;
    let faults = names::faults(&head.kind, name);
    let faults: Vec<String> = faults.iter().map(|fault| format!("metadata.name: Invalid value: {name:?}: {fault}")).collect();
    let told = match faults.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    };
    Err(format!("object name does not conform to Kubernetes naming requirements: {name:?}: {told}"))
}

fn check_selector(head: &Head, content: &str) -> Result<(), String> {
    let Head { kind, name, .. } = head;
    let needs_one = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].contains(&kind.as_str());
    let has_one = content.contains("matchLabels") || content.contains("matchExpressions");
    holds(!needs_one || has_one, format!("a {kind} must contain matchLabels or matchExpressions, and {name:?} does not"))
}

fn check_list(head: &Head) -> Result<(), String> {
    let items = head.document.get("items").and_then(Value::as_array).filter(|_| head.kind == "List");
    let has_policy = |item: &Value| item.pointer("/metadata/annotations/helm.sh~1resource-policy").is_some();
    let message = "annotation 'helm.sh/resource-policy' within List objects are ignored";
    holds(!items.into_iter().flatten().any(has_policy), message)
}
