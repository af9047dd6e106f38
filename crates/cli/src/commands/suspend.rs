//! `sluice suspend` and `sluice resume`: let objects rest, and set them to work again.

use std::process::ExitCode;

use anyhow::bail;
use cluster::Cluster;
use object::{Object, Value};
use serde_json::json;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::kinds::{self, Kind};
use crate::request::{self, Target};
use crate::view;

pub const SUSPEND: Command = Command {
    define: || define::<Suspend>("suspend", "Let objects rest: nothing is reconciled until they are resumed").after_help(kinds::HELP),
    run: suspend,
};
pub const RESUME: Command =
    Command { define: || define::<Resume>("resume", "Set suspended objects to work again").after_help(kinds::HELP), run: resume };

#[derive(clap::Args)]
struct Suspend {
    /// The kind, then names
    #[arg(required = true)]
    objects: Vec<String>,
    /// Every object of the kind in the namespace
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    connection: Connection,
}

#[derive(clap::Args)]
struct Resume {
    #[command(flatten)]
    chosen: Suspend,
    /// Wait until the objects are reconciled
    #[arg(long)]
    wait: bool,
}

fn suspend(matches: &clap::ArgMatches) -> Outcome {
    block_on(async {
        let flags: Suspend = parse(matches);
        let cluster = flags.connection.connect().await?;
        let (targets, missing) = targets(&cluster, &flags).await?;
        for target in &targets {
            set(&cluster, target, true).await?;
        }
        Ok(exit_code(missing))
    })
}

fn resume(matches: &clap::ArgMatches) -> Outcome {
    block_on(async {
        let Resume { chosen, wait } = parse(matches);
        let cluster = chosen.connection.connect().await?;
        let (targets, mut failures) = targets(&cluster, &chosen).await?;
        let mut resumed = Vec::new();
        for target in targets {
            let generation = set(&cluster, &target, false).await?.generation();
            resumed.push((target, generation));
        }
        for (target, generation) in resumed.iter().filter(|_| wait) {
            let is_seen = |object: &Object| object.get("status.observedGeneration").and_then(Value::as_i64) >= Some(*generation);
            if let Err(error) = request::settled(&cluster, target, is_seen, chosen.connection.timeout()).await {
                view::failed(&error.to_string());
                failures += 1;
            }
        }
        Ok(exit_code(failures))
    })
}

fn exit_code(failures: usize) -> ExitCode {
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The objects that are meant and are there, and how many are not. Those that are missing are told.
async fn targets(cluster: &Cluster, flags: &Suspend) -> anyhow::Result<(Vec<Target>, usize)> {
    let (kind, names) = kinds::read_one(&flags.objects)?;
    check(kind, names, flags.all)?;
    let namespace = &flags.connection.namespace;
    let there: Vec<Object> = cluster.controller().list_all(&kind.resource(), namespace, "").await?;
    let there: Vec<&str> = there.iter().map(Object::name).collect();
    let wanted: Vec<&str> = if flags.all { there.clone() } else { names.iter().map(String::as_str).collect() };
    if wanted.is_empty() {
        bail!("no {} objects found in \"{namespace}\" namespace", kind.name());
    }
    let (found, missing): (Vec<&str>, Vec<&str>) = wanted.into_iter().partition(|name| there.contains(name));
    for name in &missing {
        view::failed(&format!("{} object '{name}' not found in \"{namespace}\" namespace", kind.name()));
    }
    let target = |name: &str| Target { kind, namespace: namespace.clone(), name: name.to_owned() };
    Ok((found.into_iter().map(target).collect(), missing.len()))
}

fn check(kind: Kind, names: &[String], all: bool) -> anyhow::Result<()> {
    match (kind.has_suspend(), names.is_empty(), all) {
        (false, ..) => bail!("{} has no spec.suspend: it cannot be suspended", kind.name()),
        (_, true, false) => bail!("which {}? give names, or --all", kind.name()),
        (_, false, true) => bail!("give names or --all, not both"),
        _ => Ok(()),
    }
}

async fn set(cluster: &Cluster, target: &Target, suspend: bool) -> anyhow::Result<Object> {
    let kind = target.kind.definition.singular();
    let (doing, done) = if suspend { ("suspending", "suspended") } else { ("resuming", "resumed") };
    view::starting(&format!("{doing} {kind} {} in {} namespace", target.name, target.namespace));
    let object = target.merge(cluster, &json!({"spec": {"suspend": suspend}})).await?;
    view::done(&format!("{kind} {done}"));
    Ok(object)
}
