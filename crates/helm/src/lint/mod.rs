//! `helm lint`: what would make a chart fail, and what breaks with custom.
//!
//! Refuses to be: a policy. The rules are Helm's. Begin with [`lint`].

mod chart_file;
mod templates;

use object::Value;
use template::Host;

use crate::chart::{Chart, File};
use crate::values::{self, Values};
use crate::{RenderOptions, schema};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Breaks with custom.
    Warning,
    /// Will fail.
    Error,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The file or folder it is about; empty for the chart.
    pub path: String,
    /// What was found.
    pub message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        };
        write!(f, "[{severity}] {}: {}", self.path, self.message)
    }
}

/// Findings as they are made.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    /// Notes a failed rule; says whether it held.
    fn rule(&mut self, severity: Severity, path: &str, result: Result<(), String>) -> bool {
        match result {
            Ok(()) => true,
            Err(message) => {
                self.0.push(Finding { severity, path: path.to_owned(), message });
                false
            }
        }
    }
}

/// Looks at a chart's files, with the caller's values and with `required` and `fail` not failing.
pub fn lint(files: &[File], values: &Values, options: &RenderOptions, host: &dyn Host) -> Vec<Finding> {
    let mut findings = Findings::default();
    chart_file::lint(files, &mut findings);
    lint_values(files, values, options.validate_schema, &mut findings);
    let chart = Chart::from_tree(files.to_vec()).map_err(|error| error.to_string());
    templates::lint(files, chart.as_ref(), values, options, host, &mut findings);
    lint_dependencies(chart.as_ref(), &mut findings);
    if let Ok(chart) = &chart {
        lint_crds(chart, &mut findings);
    }
    findings.0
}

/// values.yaml: there, readable, and together with the caller's values what the chart's own schema asks for.
fn lint_values(files: &[File], over: &Values, validate_schema: bool, findings: &mut Findings) {
    const PATH: &str = "values.yaml";
    let file = find(files, PATH);
    if !findings.rule(Severity::Info, PATH, file.map(|_| ()).ok_or_else(|| "file does not exist".into())) {
        return;
    }
    let Some(file) = file else { return };
    let result = values::load(&file.text()).map_err(|error| format!("unable to parse YAML: {error}")).and_then(|own| {
        let mut values = over.clone();
        values::coalesce_tables(&mut values, own);
        match find(files, "values.schema.json").filter(|schema| validate_schema && !schema.data.is_empty()) {
            Some(schema) => schema::validate_against(schema.data.as_bytes(), &values),
            None => Ok(()),
        }
    });
    findings.rule(Severity::Error, PATH, result);
}

fn lint_dependencies(chart: Result<&Chart, &String>, findings: &mut Findings) {
    let loaded = chart.map_err(|error| format!("unable to load chart\n\t{error}"));
    let Ok(chart) = loaded else {
        findings.rule(Severity::Error, "", loaded.map(|_| ()));
        return;
    };
    let declared: Vec<&str> = chart.metadata.dependencies.iter().flatten().map(|dependency| dependency.name.as_str()).collect();
    let present: Vec<&str> = chart.dependencies.iter().map(Chart::name).collect();
    let without = |names: &[&str], known: &[&str]| {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !known.contains(name)).collect();
        missing.join(",")
    };
    let undeclared = without(&present, &declared);
    let missing = without(&declared, &present);
    let none =
        |names: String, what: &str| if names.is_empty() { Ok(()) } else { Err(format!("{what} is missing these dependencies: {names}")) };
    findings.rule(Severity::Error, "", none(undeclared, "chart metadata"));
    findings.rule(Severity::Warning, "", none(missing, "chart directory"));
}

fn lint_crds(chart: &Chart, findings: &mut Findings) {
    for crd in chart.crds() {
        let path = crd.source.split_once('/').map_or(crd.source.as_str(), |(_, path)| path);
        let documents = yaml::parse(&crd.content, &yaml::Options::default()).map_err(|error| format!("unable to parse YAML: {error}"));
        let Ok(documents) = documents else {
            findings.rule(Severity::Error, path, documents.map(|_| ()));
            return;
        };
        for document in documents.iter().map(|document| &document.value).filter(|value| !value.is_null()) {
            let is_version = text(document, "apiVersion").starts_with("apiextensions.k8s.io");
            let is_kind = text(document, "kind") == "CustomResourceDefinition";
            findings.rule(Severity::Error, path, holds(is_version, "apiVersion is not in 'apiextensions.k8s.io'"));
            findings.rule(Severity::Error, path, holds(is_kind, "object kind is not 'CustomResourceDefinition'"));
        }
    }
}

fn find<'a>(files: &'a [File], name: &str) -> Option<&'a File> {
    files.iter().find(|file| file.name == name)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn holds(condition: bool, message: impl Into<String>) -> Result<(), String> {
    if condition { Ok(()) } else { Err(message.into()) }
}
