//! `sluice build kustomization NAME --path DIR`: what a Kustomization makes of local files, printed as `flux build` prints it.

use std::process::ExitCode;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::local::Local;
use crate::view;
use builder::Builder;
use sources::LocalSource;

mod builder;
mod sources;

pub const COMMAND: Command =
    Command { define: || define::<Build>("build", "Build a Kustomization from local files, as the controller does"), run };

#[derive(clap::Args)]
struct Build {
    #[command(flatten)]
    local: Local,
    /// Ask no cluster: the Kustomization comes from --kustomization-file, and substituteFrom is passed over
    #[arg(long, requires = "kustomization_file")]
    dry_run: bool,
    /// Fail where a variable has no value and no default, as the controller does; without it such a variable is empty
    #[arg(long)]
    strict_substitute: bool,
    /// Files to leave out, in the words of .gitignore, beside those of .sourceignore
    #[arg(long, value_delimiter = ',')]
    ignore_paths: Vec<String>,
    /// Build the Kustomizations among the objects too
    #[arg(short, long)]
    recursive: bool,
    /// Where the files of a source are, for --recursive
    #[arg(long, value_delimiter = ',', value_name = "KIND/NAMESPACE/NAME=DIR")]
    local_sources: Vec<LocalSource>,
    /// Without effect: no build writes into the directory
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[allow(dead_code, reason = "accepted and without effect")]
    in_memory_build: Option<bool>,
    #[command(flatten)]
    connection: Connection,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    block_on(build(parse(matches)))
}

async fn build(flags: Build) -> Outcome {
    let namespace = &flags.connection.namespace;
    let folder = flags.local.folder()?;
    let cluster = if flags.dry_run { None } else { Some(flags.connection.connect().await?) };
    let kustomization = match &cluster {
        Some(cluster) => flags.local.kustomization(cluster, namespace).await?,
        None => flags.local.of_file(namespace)?.expect("--dry-run requires --kustomization-file"),
    };
    let builder = Builder {
        cluster,
        strict_substitute: flags.strict_substitute,
        ignore_paths: flags.ignore_paths,
        sources: flags.recursive.then_some(flags.local_sources),
    };
    for object in builder.all(kustomization, folder).await? {
        view::put(&format!("{}---\n", yaml::to_string(&object.into_value())))?;
    }
    Ok(ExitCode::SUCCESS)
}
