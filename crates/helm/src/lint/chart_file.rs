//! The rules for Chart.yaml.

use object::Value;

use super::{Findings, Severity, find, holds};
use crate::chart::{File, Metadata};
use crate::decode;

const PATH: &str = "Chart.yaml";

pub(super) fn lint(files: &[File], findings: &mut Findings) {
    let parsed = find(files, PATH).ok_or_else(|| "file does not exist".to_owned()).and_then(|file| read(&file.text()));
    let (value, metadata) = match parsed {
        Ok(parsed) => parsed,
        Err(message) => {
            findings.rule(Severity::Error, PATH, Err(format!("unable to parse YAML\n\t{message}")));
            return;
        }
    };
    findings.rule(Severity::Warning, PATH, known_fields(&value));
    for (severity, result) in rules(&value, &metadata) {
        findings.rule(severity, PATH, result);
    }
}

fn read(text: &str) -> Result<(Value, Metadata), String> {
    let value = decode::document(text).map_err(|error| format!("error converting YAML to JSON: {error}"))?;
    let mut metadata = Metadata::default();
    metadata.read(&value)?;
    Ok((value, metadata))
}

/// The rules in Helm's order.
fn rules(value: &Value, metadata: &Metadata) -> [(Severity, Result<(), String>); 12] {
    let error = |result| (Severity::Error, result);
    let version = &metadata.api_version;
    let only_v2 = |absent: bool, what: String| holds(absent || version == "v2", what);
    let has_dependencies = metadata.dependencies.as_ref().is_some_and(|list| !list.is_empty());
    let is_strict = semver::Version::parse(&metadata.version).is_ok();
    [
        error(check_name(&metadata.name)),
        error(check_api_version(version)),
        error(is_text(value, "version")),
        error(check_version(&metadata.version)),
        error(is_text(value, "appVersion")),
        error(check_maintainers(metadata)),
        error(check_sources(metadata)),
        (Severity::Info, holds(!metadata.icon.is_empty(), "icon is recommended")),
        error(holds(metadata.icon.is_empty() || is_address(&metadata.icon), format!("invalid icon URL '{}'", metadata.icon))),
        error(only_v2(
            metadata.kind.is_empty(),
            format!("chart type is not valid in apiVersion '{version}'. It is valid in apiVersion 'v2'"),
        )),
        error(only_v2(
            !has_dependencies,
            format!("dependencies are not valid in the Chart file with apiVersion '{version}'. They are valid in apiVersion 'v2'"),
        )),
        (Severity::Warning, holds(is_strict, format!("version '{}' is not a valid SemVerV2", metadata.version))),
    ]
}

fn known_fields(value: &Value) -> Result<(), String> {
    const KNOWN: [&str; 17] = [
        "name",
        "home",
        "sources",
        "version",
        "description",
        "keywords",
        "maintainers",
        "icon",
        "apiVersion",
        "condition",
        "tags",
        "appVersion",
        "deprecated",
        "annotations",
        "kubeVersion",
        "dependencies",
        "type",
    ];
    let unknown = value.as_object().into_iter().flatten().map(|(key, _)| key).find(|key| !KNOWN.contains(&key.as_str()));
    unknown.map_or(Ok(()), |key| {
        Err(format!(
            "failed to strictly parse chart metadata file\n\terror unmarshaling JSON: while decoding JSON: json: unknown field {key:?}"
        ))
    })
}

fn check_name(name: &str) -> Result<(), String> {
    holds(!name.is_empty(), "name is required")?;
    holds(!name.contains('/'), format!("chart name {name:?} is invalid"))
}

fn check_api_version(version: &str) -> Result<(), String> {
    const ALLOWED: &str = "The value must be either \"v1\" or \"v2\"";
    holds(!version.is_empty(), format!("apiVersion is required. {ALLOWED}"))?;
    holds(["v1", "v2"].contains(&version), format!("apiVersion '{version}' is not valid. {ALLOWED}"))
}

fn check_version(text: &str) -> Result<(), String> {
    holds(!text.is_empty(), "version is required")?;
    let version = semver::Version::parse_lenient(text).map_err(|_| format!("version '{text}' is not a valid SemVer"))?;
    let above_zero = semver::Constraint::parse(">0.0.0-0").map_err(|error| error.to_string())?;
    above_zero.explain(&version).into_iter().next().map_or(Ok(()), |reason| Err(format!("version {reason}")))
}

fn is_text(value: &Value, key: &str) -> Result<(), String> {
    match value.get(key) {
        None | Some(Value::String(_)) => Ok(()),
        Some(other) => {
            let found = match other {
                Value::Number(_) => "float64",
                other => crate::values::go_type(other),
            };
            Err(format!("{key} should be of type string but it's of type {found}"))
        }
    }
}

fn check_maintainers(metadata: &Metadata) -> Result<(), String> {
    for person in &metadata.maintainers {
        holds(!person.name.is_empty(), "each maintainer requires a name")?;
        let is_mail = person.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        holds(person.email.is_empty() || is_mail, format!("invalid email '{}' for maintainer '{}'", person.email, person.name))?;
        let is_page = person.url.contains('.') && !person.url.contains(char::is_whitespace);
        holds(person.url.is_empty() || is_page, format!("invalid url '{}' for maintainer '{}'", person.url, person.name))?;
    }
    Ok(())
}

fn check_sources(metadata: &Metadata) -> Result<(), String> {
    let bad = metadata.sources.iter().find(|source| !is_address(source));
    bad.map_or(Ok(()), |source| Err(format!("invalid source URL '{source}'")))
}

/// An absolute address: a scheme, a colon, something behind it.
fn is_address(text: &str) -> bool {
    let is_scheme = |scheme: &str| scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && !scheme.contains(['/', '@', '.']);
    text.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty() && !text.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_a_scheme() {
        for (text, expected) in [("https://riverrun.io", true), ("riverrun.io", false), ("john@winterfell", false), ("", false)] {
            assert_eq!(is_address(text), expected, "{text}");
        }
    }

    #[test]
    fn versions_must_be_above_nothing() {
        assert_eq!(check_version(""), Err("version is required".into()));
        assert_eq!(check_version("waps"), Err("version 'waps' is not a valid SemVer".into()));
        assert_eq!(check_version("0.0.1-beta"), Ok(()));
    }
}
