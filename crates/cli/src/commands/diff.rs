//! `sluice diff kustomization NAME --path DIR`: what applying local files would change in the cluster.

use std::process::ExitCode;

use plan::Action;

use super::{Command, Outcome, block_on, define, parse};
use crate::connection::Connection;
use crate::local::Local;
use crate::{error, view};

/// Exit code when something would change.
const CHANGES: u8 = 1;
/// Exit code when it cannot be told, or something would be refused.
const TROUBLE: u8 = 2;

pub const COMMAND: Command = Command {
    define: || {
        define::<Diff>("diff", "Show what a Kustomization would change in the cluster if its source held these files")
            .after_help("Exit code: 0 nothing changes, 1 something changes, 2 it failed")
    },
    run,
};

#[derive(clap::Args)]
struct Diff {
    #[command(flatten)]
    local: Local,
    #[command(flatten)]
    connection: Connection,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    Ok(block_on(diff(parse(matches))).unwrap_or_else(|failure| {
        error::print(&failure);
        ExitCode::from(TROUBLE)
    }))
}

async fn diff(flags: Diff) -> Outcome {
    let cluster = flags.connection.connect().await?;
    let kustomization = flags.local.kustomization(&cluster, &flags.connection.namespace).await?;
    let (kustomization, tree) = flags.local.tree(kustomization)?;
    let previews = controllers::preview(&cluster, &kustomization, tree, &controllers::Options::default()).await?;
    let shown: Vec<String> = previews.iter().filter_map(view::difference).collect();
    view::put(&shown.concat())?;
    let mut is_refused = false;
    for preview in &previews {
        if let Action::Refuse(code) = preview.entry.action {
            is_refused = true;
            view::failed(&format!("{}: {} [{code}]", preview.entry.id, preview.entry.why));
        }
    }
    Ok(match (is_refused, shown.is_empty()) {
        (true, _) => ExitCode::from(TROUBLE),
        (_, false) => ExitCode::from(CHANGES),
        _ => ExitCode::SUCCESS,
    })
}
