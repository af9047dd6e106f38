//! `sluice install`: the controllers in a cluster of its own kind, or their manifests.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use cluster::{Apply, Cluster, Resource};
use object::Object;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::request::MANAGER;
use crate::view;

mod manifests;

const POLL_INTERVAL: Duration = Duration::from_millis(200);

pub const COMMAND: Command =
    Command { define: || define::<Install>("install", "Install Sluice in a cluster, or print what would be installed"), run };

#[derive(clap::Args)]
struct Install {
    /// Print the manifests and ask no cluster
    #[arg(long)]
    export: bool,
    /// The image to run
    #[arg(long, default_value = manifests::IMAGE)]
    image: String,
    /// The Secret to pull the image with
    #[arg(long)]
    image_pull_secret: Option<String>,
    /// Let Pods of other namespaces reach metrics only
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    network_policy: bool,
    #[command(flatten)]
    connection: Connection,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    let flags: Install = parse(matches);
    let manifests = manifests::all(&manifests::Options {
        namespace: flags.connection.namespace.clone(),
        image: flags.image.clone(),
        image_pull_secret: flags.image_pull_secret.clone(),
        network_policy: flags.network_policy,
    });
    if flags.export {
        view::put(&view::documents(&manifests))?;
        return Ok(ExitCode::SUCCESS);
    }
    block_on(install(&flags, manifests.into_iter().map(Object::new).collect::<Result<_, _>>()?))
}

async fn install(flags: &Install, mut objects: Vec<Object>) -> Outcome {
    let cluster = flags.connection.connect().await?;
    plan::order(&mut objects);
    view::starting(&format!("installing in {} namespace", flags.connection.namespace));
    for object in &objects {
        apply(&cluster, object).await?;
    }
    view::done("manifests applied");
    view::waiting("waiting for definitions and Deployment");
    let waiting = async {
        for object in objects.iter().filter(|object| matches!(object.kind(), "CustomResourceDefinition" | "Deployment")) {
            current(&cluster, object).await?;
        }
        anyhow::Ok(())
    };
    match tokio::time::timeout(flags.connection.timeout(), waiting).await {
        Ok(done) => done?,
        Err(_) => bail!("not ready within {} s: {}", flags.connection.timeout().as_secs(), lacking(&cluster, &objects).await),
    }
    view::done("install finished");
    Ok(ExitCode::SUCCESS)
}

async fn apply(cluster: &Cluster, object: &Object) -> anyhow::Result<()> {
    let resource = cluster.mapper().resource(&object.gvk()).await?;
    let apply = Apply { manager: MANAGER, dry_run: false, metadata_only: true };
    cluster.controller().apply(&resource, object, apply).await.with_context(|| format!("cannot apply {object}"))?;
    Ok(())
}

/// Waits until the object is as its spec asks.
async fn current(cluster: &Cluster, object: &Object) -> anyhow::Result<()> {
    let resource = cluster.mapper().resource(&object.gvk()).await?;
    while !is_current(cluster, &resource, object).await? {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Ok(())
}

async fn is_current(cluster: &Cluster, resource: &Resource, object: &Object) -> anyhow::Result<bool> {
    let live = cluster.controller().find(resource, object.namespace(), object.name()).await?;
    Ok(live.is_some_and(|live| health::health(&live, jiff::Timestamp::now()).is_current()))
}

/// The objects that are not as they should be.
async fn lacking(cluster: &Cluster, objects: &[Object]) -> String {
    let mut lacking = Vec::new();
    for object in objects {
        let Ok(resource) = cluster.mapper().resource(&object.gvk()).await else { continue };
        if !is_current(cluster, &resource, object).await.unwrap_or(false) {
            lacking.push(object.to_string());
        }
    }
    lacking.join(", ")
}
