//! `sluice events`: what happened to objects of our kinds.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use cluster::{Change, Cluster, Depth, Resource, Watched};
use futures::StreamExt;
use jiff::Timestamp;
use object::{Object, Value};

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::kinds;
use crate::view::{self, Format, Table};

pub const COMMAND: Command =
    Command { define: || define::<Events>("events", "Show the events of sources, Kustomizations and HelmReleases"), run };

#[derive(clap::Args)]
struct Events {
    /// Only events about this object and its source, as Kind/name
    #[arg(long = "for", value_name = "KIND/NAME")]
    about: Option<String>,
    /// Events of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Only these types: Normal, Warning
    #[arg(long, value_delimiter = ',')]
    types: Vec<String>,
    /// Go on with new events until interrupted
    #[arg(short, long)]
    watch: bool,
    /// How to print
    #[arg(short, long, value_enum)]
    output: Option<Format>,
    /// Leave out the headings
    #[arg(long)]
    no_header: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Which events are shown.
struct Filter {
    /// Kind and name; empty means every object of our kinds.
    about: Vec<(String, String)>,
    types: Vec<String>,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    block_on(events(parse(matches)))
}

async fn events(flags: Events) -> Outcome {
    let cluster = flags.connection.connect().await?;
    let filter = Filter { about: about(&cluster, &flags).await?, types: flags.types.clone() };
    let resource = Resource::namespaced("v1", "Event", "events");
    let namespace = if flags.all_namespaces { "" } else { flags.connection.namespace.as_str() };
    if flags.watch {
        return follow(&cluster, &resource, namespace, &filter, &flags).await;
    }
    let mut events = cluster.controller().list_all(&resource, namespace, "").await.context("cannot list events")?;
    events.retain(|event| filter.keeps(event));
    events.sort_by(|a, b| last_seen(a).cmp(last_seen(b)));
    match flags.output {
        Some(format @ (Format::Json | Format::Yaml)) => {
            view::put_value(&Value::Array(events.into_iter().map(Object::into_value).collect()), format)?
        }
        _ if events.is_empty() => eprintln!("no events found"),
        _ => {
            let table = table(&events, &flags);
            view::put(&if flags.no_header { table.body() } else { table.text() })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what is there and then what comes, a line each.
async fn follow(cluster: &Cluster, resource: &Resource, namespace: &str, filter: &Filter, flags: &Events) -> Outcome {
    let watched = Watched { namespace: namespace.into(), ..Watched::default() };
    let mut changes = std::pin::pin!(cluster::watch(cluster, resource, &watched, Depth::Full));
    while let Some(change) = changes.next().await {
        if let Change::Is(event) = change
            && filter.keeps(&event)
        {
            view::put(&table(&[event], flags).body())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The object that is asked for, and the source it is made from.
async fn about(cluster: &Cluster, flags: &Events) -> anyhow::Result<Vec<(String, String)>> {
    let Some(about) = &flags.about else { return Ok(Vec::new()) };
    let Some((kind, name)) = about.split_once('/') else { bail!("`--for {about}`: write Kind/name, such as Kustomization/apps") };
    let kind = kinds::find(kind).with_context(|| format!("`--for {about}`: `{kind}` is no kind\n{}", kinds::HELP))?;
    let mut about = vec![(kind.name().to_owned(), name.to_owned())];
    if let Some(object) = cluster.controller().find(&kind.resource(), &flags.connection.namespace, name).await? {
        let named = |reference: &Value| Some((reference["kind"].as_str()?.to_owned(), reference["name"].as_str()?.to_owned()));
        about.extend(kinds::source_reference(&object).and_then(named));
    }
    Ok(about)
}

impl Filter {
    fn keeps(&self, event: &Object) -> bool {
        let text = |path: &str| event.get(path).and_then(Value::as_str).unwrap_or_default();
        let (kind, name) = (text("involvedObject.kind"), text("involvedObject.name"));
        let group = text("involvedObject.apiVersion").split_once('/').map_or("", |(group, _)| group);
        let is_about = self.about.is_empty() || self.about.iter().any(|about| about.0 == kind && about.1 == name);
        let is_type = self.types.is_empty() || self.types.iter().any(|wanted| wanted.eq_ignore_ascii_case(text("type")));
        is_about && is_type && kinds::is_ours(group, kind)
    }
}

fn table(events: &[Object], flags: &Events) -> Table {
    let mut columns = vec!["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
    if flags.all_namespaces {
        columns.insert(0, "NAMESPACE");
    }
    let mut table = Table::new(columns);
    for event in events {
        let text = |path: &str| event.get(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let seen = view::age(Some(&Value::from(last_seen(event))), Timestamp::now());
        let object = format!("{}/{}", text("involvedObject.kind"), text("involvedObject.name"));
        let mut cells = vec![seen, text("type"), text("reason"), object, text("message")];
        if flags.all_namespaces {
            cells.insert(0, event.namespace().to_owned());
        }
        table.push(cells);
    }
    table
}

/// When it happened last, in the notation of the API, which sorts by time.
fn last_seen(event: &Object) -> &str {
    let paths = ["series.lastObservedTime", "lastTimestamp", "eventTime", "metadata.creationTimestamp"];
    paths.into_iter().find_map(|path| event.get(path)?.as_str()).unwrap_or_default()
}
