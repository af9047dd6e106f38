//! `sluice build kustomization NAME --path DIR`: what a Kustomization makes of local files.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context as _;
use object::Object;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::local::Local;
use crate::view;

pub const COMMAND: Command =
    Command { define: || define::<Build>("build", "Build a Kustomization from local files, as the controller does"), run };

#[derive(clap::Args)]
struct Build {
    #[command(flatten)]
    local: Local,
    /// Ask no cluster: the Kustomization comes from --kustomization-file, and substituteFrom is passed over
    #[arg(long, requires = "kustomization_file")]
    dry_run: bool,
    #[command(flatten)]
    connection: Connection,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    block_on(build(parse(matches)))
}

async fn build(flags: Build) -> Outcome {
    let mut options = controllers::Options::default();
    let (kustomization, variables) = if flags.dry_run {
        // Variables of substituteFrom are not known, so those that are missing cannot be a failure.
        options.strict_substitution = false;
        let kustomization = flags.local.of_file(&flags.connection.namespace)?.context("--dry-run needs --kustomization-file")?;
        let inline = kustomization.spec.post_build.as_ref().map(|post_build| post_build.substitute.clone()).unwrap_or_default();
        (kustomization, inline)
    } else {
        let cluster = flags.connection.connect().await?;
        let kustomization = flags.local.kustomization(&cluster, &flags.connection.namespace).await?;
        let variables: BTreeMap<String, String> = controllers::variables(&cluster.controller(), &kustomization).await?;
        (kustomization, variables)
    };
    let (kustomization, tree) = flags.local.tree(kustomization)?;
    let rendered = controllers::render(tree, &kustomization, &variables, &options).await?;
    let values: Vec<_> = rendered.objects.into_iter().map(Object::into_value).collect();
    view::put(&view::documents(&values))?;
    Ok(ExitCode::SUCCESS)
}
