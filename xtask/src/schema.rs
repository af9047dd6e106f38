//! Writes `crates/schema/data`: the table of built-in kinds and types, from the API descriptions that Kubernetes publishes.
//!
//! Takes facts only (names, shapes, topology, defaults), no descriptions. It refuses to guess: a shape that the table's
//! grammar cannot say is an error, not an omission. Begin with [`files`]; the grammar is told in `crates/schema/src/table.rs`.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::generated::Generated;

/// The release that the tables describe.
const MODULE: &str = "k8s.io/kubernetes@v1.36.3";

/// Definition names that stand for one scalar, and their codes.
const SCALARS: [(&str, &str); 11] = [
    ("io.k8s.apimachinery.pkg.api.resource.Quantity", "q"),
    ("io.k8s.apimachinery.pkg.util.intstr.IntOrString", "x"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", "t"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", "u"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", "{*}"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Patch", "{*}"),
    ("io.k8s.apimachinery.pkg.runtime.RawExtension", "{*}"),
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON", "*"),
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray", "*"),
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool", "*"),
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray", "*"),
];

/// `types.txt`, `kinds.txt` and `groups.txt` under `workspace`/crates/schema/data, from a folder of [`module`].
pub fn files(workspace: &Path, module: &Path) -> Result<Vec<Generated>> {
    let api = module.join("api");
    let definitions = definitions(&api)?;
    let data = workspace.join("crates/schema/data");
    Ok(vec![
        (data.join("types.txt"), types(&definitions)?),
        (data.join("groups.txt"), groups(&api)?),
        (data.join("kinds.txt"), kinds(&api, &definitions)?),
    ])
}

/// The folder of the module in the Go module cache. Nothing is downloaded: who wants the table made runs `go mod download` first.
pub fn module() -> Result<PathBuf> {
    let command = Command::new("go").args(["mod", "download", "-json", MODULE]).env("GOPROXY", "off").current_dir("/").output();
    let output = command.context("Go is not installed")?;
    let answer: Value = serde_json::from_slice(&output.stdout).context("`go mod download` gave no JSON")?;
    match answer["Dir"].as_str() {
        Some(dir) => Ok(dir.into()),
        None => bail!("{MODULE} is not in the Go module cache; `go mod download {MODULE}` gets it"),
    }
}

fn read(path: &Path) -> Result<Value> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is no JSON", path.display()))
}

/// Every schema of every group, by its full name.
fn definitions(api: &Path) -> Result<BTreeMap<String, Value>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(api.join("openapi-spec/v3"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json")
            && let Value::Object(schemas) = read(&path)?["components"]["schemas"].take()
        {
            all.extend(schemas);
        }
    }
    Ok(all)
}

fn types(definitions: &BTreeMap<String, Value>) -> Result<String> {
    let mut lines = Vec::new();
    for (name, schema) in definitions {
        if !SCALARS.iter().any(|(scalar, _)| scalar == name) {
            lines.push(type_line(name, schema).with_context(|| format!("type {name}"))?);
        }
    }
    lines.sort();
    Ok(lines.join("\n") + "\n")
}

fn type_line(name: &str, schema: &Value) -> Result<String> {
    let mut line = short(name)?.to_string() + &annotations(schema)?;
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
        let mark = if required.contains(&field.as_str()) { "!" } else { "" };
        write!(line, " {field}{mark}:{}{}", code(schema)?, annotations(schema)?)?;
    }
    Ok(line)
}

fn short(name: &str) -> Result<&str> {
    name.strip_prefix("io.k8s.").with_context(|| format!("{name} is outside io.k8s"))
}

fn code(schema: &Value) -> Result<String> {
    let reference = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
    if let Some(name) = reference.and_then(|path| path.strip_prefix("#/components/schemas/")) {
        return Ok(SCALARS.iter().find(|(scalar, _)| *scalar == name).map_or(short(name)?, |(_, code)| code).to_string());
    }
    Ok(match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), None) => "s".into(),
        (Some("string"), Some("byte")) => "y".into(),
        (Some("integer"), Some("int32")) => "i".into(),
        (Some("integer"), _) => "l".into(),
        (Some("number"), _) => "n".into(),
        (Some("boolean"), _) => "b".into(),
        (Some("array"), _) => format!("[{}]", code(&schema["items"])?),
        (Some("object"), _) if schema["additionalProperties"].is_object() => format!("{{{}}}", code(&schema["additionalProperties"])?),
        (Some("object"), _) => "{*}".into(),
        (None, None) => "*".into(),
        _ => bail!("no code for {schema}"),
    })
}

fn annotations(schema: &Value) -> Result<String> {
    let mut text = String::new();
    match schema["x-kubernetes-list-type"].as_str() {
        Some("map") => write!(text, "%map({})", words(&schema["x-kubernetes-list-map-keys"]))?,
        Some(topology) => write!(text, "%{topology}")?,
        None => {}
    }
    if schema["x-kubernetes-map-type"] == "atomic" {
        text += "%atomic";
    }
    for strategy in schema["x-kubernetes-patch-strategy"].as_str().into_iter().flat_map(|strategies| strategies.split(',')) {
        write!(text, "%{strategy}")?;
    }
    if let Some(key) = schema["x-kubernetes-patch-merge-key"].as_str() {
        write!(text, "%key({key})")?;
    }
    if let Some(default) = schema.get("default") {
        write!(text, "%={default}")?;
    }
    if text.contains(' ') {
        bail!("a blank cannot be written in {text}");
    }
    Ok(text)
}

fn words(list: &Value) -> String {
    let words: Vec<&str> = list.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if words.is_empty() { "-".into() } else { words.join(",") }
}

/// One line for each group version, in the order of discovery.
fn groups(api: &Path) -> Result<String> {
    let mut text = "- v1\n".to_string();
    for group in read(&api.join("discovery/apis.json"))?["groups"].as_array().context("apis.json has no groups")? {
        for version in group["versions"].as_array().into_iter().flatten() {
            writeln!(text, "{} {}", field(group, "name"), field(version, "version"))?;
        }
    }
    Ok(text)
}

fn kinds(api: &Path, definitions: &BTreeMap<String, Value>) -> Result<String> {
    let roots = roots(definitions);
    let mut lines = Vec::new();
    for group_version in groups(api)?.lines() {
        let (group, version) = group_version.split_once(' ').context("a group line has two words")?;
        let file = if group == "-" { format!("api__{version}.json") } else { format!("apis__{group}__{version}.json") };
        let list = read(&api.join("discovery").join(file))?;
        let resources = list["resources"].as_array().context("no resources")?;
        for resource in resources.iter().filter(|resource| !field(resource, "name").contains('/')) {
            lines.push(kind_line(group, version, resource, resources, &roots)?);
        }
    }
    lines.sort();
    Ok(lines.join("\n") + "\n")
}

/// Type names by `group version kind`.
fn roots(definitions: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let mut roots = BTreeMap::new();
    for (name, schema) in definitions {
        if let [gvk] = schema["x-kubernetes-group-version-kind"].as_array().map_or(&[][..], Vec::as_slice) {
            roots.insert(triple(gvk), name.clone());
        }
    }
    roots
}

fn triple(gvk: &Value) -> String {
    let group = if field(gvk, "group").is_empty() { "-" } else { field(gvk, "group") };
    format!("{group} {} {}", field(gvk, "version"), field(gvk, "kind"))
}

fn kind_line(group: &str, version: &str, resource: &Value, all: &[Value], roots: &BTreeMap<String, String>) -> Result<String> {
    let (plural, kind) = (field(resource, "name"), field(resource, "kind"));
    let root = roots.get(&format!("{group} {version} {kind}")).with_context(|| format!("no schema for {group}/{version} {kind}"))?;
    let scope = if resource["namespaced"] == true { "namespaced" } else { "cluster" };
    Ok(format!(
        "{group} {kind} {version} {plural} {} {} {} {scope} {} {} {}",
        field(resource, "singularName"),
        words(&resource["shortNames"]),
        words(&resource["categories"]),
        words(&resource["verbs"]),
        subresources(group, version, plural, all),
        short(root)?
    ))
}

/// `name=group/version/kind:verbs` for each subresource, joined by `;`.
fn subresources(group: &str, version: &str, plural: &str, all: &[Value]) -> String {
    let mut found = Vec::new();
    for resource in all {
        if let Some((_, name)) = field(resource, "name").split_once('/').filter(|(owner, _)| *owner == plural) {
            let group = if field(resource, "version").is_empty() { group } else { field(resource, "group") };
            let version = Some(field(resource, "version")).filter(|version| !version.is_empty()).unwrap_or(version);
            found.push(format!("{name}={group}/{version}/{}:{}", field(resource, "kind"), words(&resource["verbs"])));
        }
    }
    if found.is_empty() { "-".into() } else { found.join(";") }
}

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value.as_object().and_then(|map: &Map<String, Value>| map.get(name)).and_then(Value::as_str).unwrap_or("")
}
