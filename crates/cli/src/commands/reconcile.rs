//! `sluice reconcile KIND NAME`: asks for a pass now and waits for its result.

use std::process::ExitCode;

use anyhow::bail;
use cluster::Cluster;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::kinds::{self, Kind};
use crate::request::{self, Target};
use crate::view;

pub const COMMAND: Command =
    Command { define: || define::<Reconcile>("reconcile", "Reconcile an object now and wait for the result").after_help(kinds::HELP), run };

#[derive(clap::Args)]
struct Reconcile {
    /// The kind, then the name
    #[arg(required = true)]
    object: Vec<String>,
    /// Reconcile the source first
    #[arg(long)]
    with_source: bool,
    #[command(flatten)]
    connection: Connection,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    block_on(reconcile(parse(matches)))
}

async fn reconcile(flags: Reconcile) -> Outcome {
    let (kind, names) = kinds::read_one(&flags.object)?;
    let [name] = names else { bail!("name one {}: `sluice reconcile {} NAME`", kind.name(), flags.object.join(" ")) };
    let cluster = flags.connection.connect().await?;
    let target = Target { kind, namespace: flags.connection.namespace.clone(), name: name.clone() };
    match both(&cluster, &target, &flags).await {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(failure) => {
            view::failed(&format!("{failure:#}"));
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn both(cluster: &Cluster, target: &Target, flags: &Reconcile) -> anyhow::Result<()> {
    if flags.with_source {
        source_first(cluster, target, &flags.connection).await?;
    }
    request::reconcile(cluster, target, flags.connection.timeout()).await
}

async fn source_first(cluster: &Cluster, target: &Target, connection: &Connection) -> anyhow::Result<()> {
    let object = target.find(cluster).await?;
    let Some(reference) = kinds::source_reference(&object) else { bail!("{object} has no source: leave out --with-source") };
    let text = |field: &str| reference[field].as_str().unwrap_or_default();
    let kind: Option<Kind> = kinds::find(text("kind")).filter(Kind::is_source);
    let Some(kind) = kind else { bail!("{object}: `{}` is no kind of source", text("kind")) };
    let namespace = if text("namespace").is_empty() { &target.namespace } else { text("namespace") };
    let source = Target { kind, namespace: namespace.to_owned(), name: text("name").to_owned() };
    request::reconcile(cluster, &source, connection.timeout()).await
}
