//! `sluice install`: the controllers in a cluster of its own kind, or their manifests.

use std::process::ExitCode;

use object::Value;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::install::{self, manifests};
use crate::view;

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
    block_on(install(&flags, manifests))
}

async fn install(flags: &Install, manifests: Vec<Value>) -> Outcome {
    let cluster = flags.connection.connect().await?;
    view::starting(&format!("installing in {} namespace", flags.connection.namespace));
    let objects = install::apply_all(&cluster, manifests).await?;
    view::done("manifests applied");
    view::waiting("waiting for definitions and Deployment");
    install::settled(&cluster, &objects, flags.connection.timeout()).await?;
    view::done("install finished");
    Ok(ExitCode::SUCCESS)
}
