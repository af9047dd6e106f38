//! `sluice tree [kustomization] NAME`: what a Kustomization applied, with the health of each object, nested ones too.

use std::collections::HashSet;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use api::Inventory;
use cluster::Cluster;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use health::{Health, Status};
use object::{Object, ObjectId, Value};
use serde_json::json;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::kinds;
use crate::view::{self, Format, Node};

/// Objects asked for at a time.
const CONCURRENCY: usize = 16;
/// Kustomizations of Kustomizations, so deep.
const DEPTH_MAX: usize = 16;

pub const COMMAND: Command = Command {
    define: || define::<Tree>("tree", "Draw what a Kustomization or a HelmRelease applied, with the health of each object"),
    run,
};

#[derive(clap::Args)]
struct Tree {
    /// The name, which may follow `kustomization` or `helmrelease`
    #[arg(required = true, num_args = 1..=2)]
    name: Vec<String>,
    /// Only objects of the Flux kinds
    #[arg(long)]
    compact: bool,
    /// How to print
    #[arg(short, long, value_enum)]
    output: Option<Format>,
    #[command(flatten)]
    connection: Connection,
}

/// One object and what it applied.
struct Branch {
    id: ObjectId,
    health: Health,
    below: Vec<Branch>,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    block_on(tree(parse(matches)))
}

async fn tree(flags: Tree) -> Outcome {
    let (kind, name) = match flags.name.as_slice() {
        [kind, name] => (kind.as_str(), name),
        [name, ..] => ("kustomization", name),
        [] => bail!("which Kustomization?"),
    };
    let kind = kinds::find(kind).with_context(|| format!("`{kind}` is no kind\n{}", kinds::HELP))?;
    let cluster = flags.connection.connect().await?;
    let (namespace, definition) = (flags.connection.namespace.clone(), kind.definition);
    let id = ObjectId { group: definition.group.into(), kind: definition.kind.into(), namespace, name: name.clone() };
    let walk = Walk { cluster: &cluster, is_compact: flags.compact };
    let root = walk.branch(id, HashSet::new()).await;
    if root.health.status == Status::NotFound {
        bail!("{} not found\n  hint: `sluice get {} -A` lists those there are", root.id, definition.plural);
    }
    match flags.output {
        Some(format @ (Format::Json | Format::Yaml)) => view::put_value(&value(&root), format)?,
        _ => view::put(&node(&root).draw())?,
    }
    Ok(ExitCode::SUCCESS)
}

struct Walk<'a> {
    cluster: &'a Cluster,
    is_compact: bool,
}

impl Walk<'_> {
    /// The object and what is below it. `above` ends circles: an object is drawn once on the way down.
    fn branch(&self, id: ObjectId, mut above: HashSet<ObjectId>) -> BoxFuture<'_, Branch> {
        async move {
            let found = self.find(&id).await;
            let health = match &found {
                Ok(Some(object)) => health::health(object, jiff::Timestamp::now()),
                Ok(None) => Health::not_found(),
                Err(error) => Health::unknown(error.to_string()),
            };
            let inventory = found.ok().flatten().map(|object| inventory(&object)).unwrap_or_default();
            above.insert(id.clone());
            let ids = inventory.into_iter().filter(|id| self.is_drawn(id) && !above.contains(id));
            let ids: Vec<ObjectId> = if above.len() < DEPTH_MAX { ids.collect() } else { Vec::new() };
            let below = stream::iter(ids).map(|id| self.branch(id, above.clone())).buffered(CONCURRENCY).collect().await;
            Branch { id, health, below }
        }
        .boxed()
    }

    async fn find(&self, id: &ObjectId) -> Result<Option<Object>, cluster::Error> {
        let resource = self.cluster.mapper().resource_of_kind(&id.group, &id.kind).await?;
        self.cluster.controller().find(&resource, &id.namespace, &id.name).await
    }

    fn is_drawn(&self, id: &ObjectId) -> bool {
        !self.is_compact || kinds::is_ours(&id.group, &id.kind)
    }
}

/// The inventory of an object that has one: only those of our own kinds count.
fn inventory(object: &Object) -> Vec<ObjectId> {
    if !kinds::is_ours(object.group(), object.kind()) {
        return Vec::new();
    }
    let inventory = object.get("status.inventory").cloned();
    let inventory: Inventory = inventory.and_then(|inventory| serde_json::from_value(inventory).ok()).unwrap_or_default();
    inventory.entries.iter().filter_map(|entry| entry.object_id().ok()).collect()
}

fn node(branch: &Branch) -> Node {
    let Health { status, message, .. } = &branch.health;
    let message = message.lines().next().unwrap_or_default();
    let label = match status {
        Status::Failed | Status::InProgress | Status::Unknown if !message.is_empty() => {
            format!("{} [{status}: {}]", branch.id, view::shorten(message))
        }
        status => format!("{} [{status}]", branch.id),
    };
    Node { label, children: branch.below.iter().map(node).collect() }
}

/// The tree in Flux's shape, with the health added.
fn value(branch: &Branch) -> Value {
    let ObjectId { group, kind, namespace, name } = &branch.id;
    let mut value = json!({
        "resource": {"Namespace": namespace, "Name": name, "GroupKind": {"Group": group, "Kind": kind}},
        "health": branch.health,
    });
    if !branch.below.is_empty() {
        value["resources"] = branch.below.iter().map(self::value).collect();
    }
    value
}
