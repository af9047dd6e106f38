//! `sluice get KIND [NAME...]`: the state of objects, a line each.

use std::process::ExitCode;

use anyhow::bail;
use cluster::{Cluster, Error};
use object::{Object, Value};
use serde_json::json;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::kinds::{self, Kind};
use crate::view::{self, Format, Table};

pub const COMMAND: Command =
    Command { define: || define::<Get>("get", "Show the state of sources, Kustomizations and HelmReleases").after_help(kinds::HELP), run };

#[derive(clap::Args)]
struct Get {
    /// The kind, then names; without names, all objects of the kind
    #[arg(default_value = "all")]
    kind: Vec<String>,
    /// Objects of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Only objects with these labels
    #[arg(short = 'l', long, default_value = "")]
    label_selector: String,
    /// How to print
    #[arg(short, long, value_enum)]
    output: Option<Format>,
    /// Leave out the headings
    #[arg(long)]
    no_header: bool,
    #[command(flatten)]
    connection: Connection,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    block_on(get(parse(matches)))
}

async fn get(flags: Get) -> Outcome {
    let (kinds, names) = kinds::read(&flags.kind)?;
    let cluster = flags.connection.connect().await?;
    let mut found = Vec::new();
    for kind in &kinds {
        let objects = objects(&cluster, *kind, names, &flags).await?;
        if !objects.is_empty() {
            found.push((*kind, objects));
        }
    }
    if found.is_empty() {
        bail!("{}", nothing(&kinds, names, &flags));
    }
    match flags.output {
        Some(format @ (Format::Json | Format::Yaml)) => view::put_value(&list(found, names), format)?,
        _ => {
            let tables: Vec<String> = found.iter().map(|(kind, objects)| table(*kind, objects, kinds.len() > 1, &flags)).collect();
            view::put(&tables.join("\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn objects(cluster: &Cluster, kind: Kind, names: &[String], flags: &Get) -> anyhow::Result<Vec<Object>> {
    let namespace = if flags.all_namespaces { "" } else { flags.connection.namespace.as_str() };
    let listed = cluster.controller().list_all(&kind.resource(), namespace, &flags.label_selector).await;
    let mut objects = match listed {
        // A kind that is not installed has no objects.
        Err(Error::Answered { status: 404, .. }) => Vec::new(),
        other => other?,
    };
    objects.retain(|object| names.is_empty() || names.iter().any(|name| name == object.name()));
    objects.sort_by_key(Object::id);
    Ok(objects)
}

fn nothing(kinds: &[Kind], names: &[String], flags: &Get) -> String {
    let kind = if let [kind] = kinds { kind.name() } else { "Flux" };
    let place = if flags.all_namespaces { "any namespace".into() } else { format!("\"{}\" namespace", flags.connection.namespace) };
    match names {
        [] => format!("no {kind} objects found in {place}"),
        names => format!("{kind} object '{}' not found in {place}", names.join("', '")),
    }
}

fn list(found: Vec<(Kind, Vec<Object>)>, names: &[String]) -> Value {
    let mut items: Vec<Value> = found.into_iter().flat_map(|(_, objects)| objects).map(without_managers).collect();
    match (names, items.len()) {
        ([_], 1) => items.remove(0),
        _ => json!({"apiVersion": "v1", "kind": "List", "items": items}),
    }
}

/// Who owns which field is of no interest here, as in kubectl.
fn without_managers(mut object: Object) -> Value {
    object.metadata_mut().remove("managedFields");
    object.into_value()
}

fn table(kind: Kind, objects: &[Object], names_kind: bool, flags: &Get) -> String {
    let is_wide = flags.output == Some(Format::Wide);
    let mut columns = vec!["NAME", "REVISION", "SUSPENDED", "READY", "MESSAGE"];
    if flags.all_namespaces {
        columns.insert(0, "NAMESPACE");
    }
    if is_wide {
        columns.extend(["SOURCE", "AGE"]);
    }
    let mut table = Table::new(columns);
    for object in objects {
        let mut cells = row(kind, object, names_kind);
        if flags.all_namespaces {
            cells.insert(0, object.namespace().to_owned());
        }
        if is_wide {
            cells.extend([source(object), view::age(object.get("metadata.creationTimestamp"), jiff::Timestamp::now())]);
        }
        table.push(cells);
    }
    if flags.no_header { table.body() } else { table.text() }
}

fn row(kind: Kind, object: &Object, names_kind: bool) -> Vec<String> {
    let name = if names_kind { format!("{}/{}", kind.definition.singular(), object.name()) } else { object.name().to_owned() };
    let suspended = if kinds::is_suspended(object) { "True" } else { "False" };
    let (ready, message) = kinds::ready(object);
    vec![name, view::shorten(kinds::revision(object)), suspended.into(), ready.into(), view::shorten(message)]
}

/// Where an object takes its content from.
fn source(object: &Object) -> String {
    let text = |path: &str| object.get(path).and_then(Value::as_str);
    let reference = |reference: &Value| Some(format!("{}/{}", reference["kind"].as_str()?, reference["name"].as_str()?));
    let found = text("spec.url").or_else(|| text("spec.endpoint")).map(str::to_owned);
    found.or_else(|| kinds::source_reference(object).and_then(reference)).unwrap_or_default()
}
