//! `helm lint`: what would make a chart fail, and what breaks with custom.
//!
//! Refuses to be: a policy. The rules are Helm's. Begin with [`lint`].

mod chart_file;
mod deprecations;
mod names;
mod templates;

use object::Value;
use template::Host;

use crate::chart::{Chart, File};
use crate::decode::Fields;
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
    /// The file or folder it is about: within the chart, or the chart itself as the caller calls it.
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

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What findings about the chart as a whole call it: its folder.
    pub name: &'a str,
    /// The chart's files, without those that .helmignore leaves out.
    pub files: &'a [File],
    /// Whether there is a folder templates/, be it empty.
    pub has_templates: bool,
}

/// Looks at a chart, with the caller's values and with `required` and `fail` not failing.
pub fn lint(subject: &Subject<'_>, values: &Values, options: &RenderOptions, host: &dyn Host) -> Vec<Finding> {
    let files = subject.files;
    let mut findings = Findings::default();
    chart_file::lint(files, &mut findings);
    lint_values(files, values, options.validate_schema, &mut findings);
    let chart = Chart::from_tree(files.to_vec()).map_err(|error| error.to_string());
    templates::lint(subject, chart.as_ref(), values, options, host, &mut findings);
    lint_dependencies(subject.name, chart.as_ref(), &mut findings);
    lint_crds(files, chart.as_ref(), &mut findings);
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
    let result = read_values(&file.text()).map_err(|error| format!("unable to parse YAML: {error}")).and_then(|own| {
        let mut values = over.clone();
        values::coalesce_tables(&mut values, own);
        match find(files, "values.schema.json").filter(|schema| validate_schema && !schema.data().is_empty()) {
            Some(schema) => schema::validate_against(schema.data().as_bytes(), &values),
            None => Ok(()),
        }
    });
    findings.rule(Severity::Error, PATH, result);
}

/// The values of a file's first document. Linting does not look at further ones.
fn read_values(text: &str) -> Result<Values, String> {
    let value = yaml::from_str(text).map_err(|error| format!("error converting YAML to JSON: {error}"))?;
    Fields::of(&value, "common.Values")?;
    Ok(match value {
        Value::Object(map) => values::decoded_map(map),
        _ => Values::new(),
    })
}

fn lint_dependencies(name: &str, chart: Result<&Chart, &String>, findings: &mut Findings) {
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
    findings.rule(Severity::Error, name, none(undeclared, "chart metadata"));
    findings.rule(Severity::Warning, name, none(missing, "chart directory"));
}

fn lint_crds(files: &[File], chart: Result<&Chart, &String>, findings: &mut Findings) {
    const FOLDER: &str = "crds/";
    if !findings.rule(Severity::Error, FOLDER, holds(find(files, "crds").is_none(), "not a directory")) {
        return;
    }
    let Ok(chart) = chart else {
        if files.iter().any(|file| file.name.starts_with(FOLDER)) {
            findings.rule(Severity::Error, FOLDER, chart.map(|_| ()).map_err(String::clone));
        }
        return;
    };
    for crd in chart.crds() {
        let path = within_chart(&crd.source);
        match heads(&crd.content()) {
            Ok(heads) => heads.iter().for_each(|head| lint_crd(path, head, findings)),
            Err(message) => {
                findings.rule(Severity::Error, path, Err(message));
                return;
            }
        }
    }
}

fn lint_crd(path: &str, head: &Head, findings: &mut Findings) {
    let is_version = head.api_version.starts_with("apiextensions.k8s.io");
    let is_kind = head.kind == "CustomResourceDefinition";
    findings.rule(Severity::Error, path, holds(is_version, "apiVersion is not in 'apiextensions.k8s.io'"));
    findings.rule(Severity::Error, path, holds(is_kind, "object kind is not 'CustomResourceDefinition'"));
}

/// A path without the charts that lead to it.
fn within_chart(source: &str) -> &str {
    let mut path = source.split_once('/').map_or(source, |(_, path)| path);
    while let Some((_, inner)) = path.strip_prefix("charts/").and_then(|path| path.split_once('/')) {
        path = inner;
    }
    path
}

/// A document of a template, and what Helm's linter reads of it: numbers and booleans count as their texts.
struct Head {
    api_version: String,
    kind: String,
    name: String,
    document: Value,
}

/// The documents of what a template rendered; those that hold nothing left out.
fn heads(content: &str) -> Result<Vec<Head>, String> {
    let refuse = |message: String| format!("unable to parse YAML: {message}");
    let mut heads = Vec::new();
    for document in values::documents(content).map_err(|error| refuse(error.to_string()))? {
        let value = yaml::from_str(document).map_err(|error| refuse(format!("error converting YAML to JSON: {error}")))?;
        heads.extend(head(value).map_err(refuse)?);
    }
    Ok(heads)
}

/// Fields have the names of Go's struct, which messages show.
fn head(document: Value) -> Result<Option<Head>, String> {
    let Some(fields) = Fields::of(&document, "rules.k8sYamlStruct")? else { return Ok(None) };
    let (api_version, kind) = (fields.text("apiVersion")?, fields.text("Kind")?);
    let metadata = fields.get("Metadata").map_or(Ok(None), |value| fields.inner(value, "Metadata.", "rules.k8sYamlMetadata"))?;
    let name = metadata.map_or(Ok(String::new()), |metadata| metadata.text("Namespace").and(metadata.text("Name")))?;
    Ok(Some(Head { api_version, kind, name, document }))
}

fn find<'a>(files: &'a [File], name: &str) -> Option<&'a File> {
    files.iter().find(|file| file.name == name)
}

fn holds(condition: bool, message: impl Into<String>) -> Result<(), String> {
    if condition { Ok(()) } else { Err(message.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_yaml_takes_for_a_number_or_a_flag_is_a_name() {
        let heads = heads("kind: A\nmetadata: {name: 12}\n---\nkind: B\nmetadata: {name: y}\n---\n").unwrap_or_default();
        assert_eq!(heads.iter().map(|head| head.name.as_str()).collect::<Vec<_>>(), ["12", "true"]);
    }

    #[test]
    fn a_head_of_the_wrong_shape_is_told_with_the_names_of_gos_fields() {
        for (text, field) in [("kind: [a]", "k8sYamlStruct.Kind of type string"), ("metadata: b", "k8sYamlStruct.Metadata of type")] {
            let message = heads(text).err().unwrap_or_default();
            assert!(message.contains(field), "{message}");
        }
    }
}
