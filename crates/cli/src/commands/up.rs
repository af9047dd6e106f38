//! `sluice up`: the whole platform in one process on this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;

use super::{Command, Outcome, define, parse};
use crate::{place, up};

pub const COMMAND: Command = Command {
    define: || define::<Up>("up", "Run everything here: an embedded API server, the controllers, and a directory or repository"),
    run,
};

#[derive(clap::Args)]
struct Up {
    /// A directory (watched) or a Git URL; without one, the bundled example fleet
    target: Option<String>,
    /// The path within it that is reconciled
    #[arg(long)]
    path: Option<String>,
    /// The branch of a Git URL
    #[arg(long, default_value = "main")]
    branch: String,
    /// Keep objects in this database file instead of in memory
    #[arg(long)]
    store: Option<PathBuf>,
    /// The port of the API server on loopback; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where the kubeconfig is written
    #[arg(long)]
    kubeconfig_out: Option<PathBuf>,
    /// Make workloads ready as a kubelet would
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true")]
    simulate_workloads: bool,
    /// End when everything is Ready (exit code 0) or failed (1)
    #[arg(long)]
    once: bool,
    /// How long --once waits, in seconds
    #[arg(long, default_value_t = 300)]
    timeout: u64,
    /// How many objects are reconciled at a time
    #[arg(long, default_value_t = 8)]
    concurrent: usize,
}

fn run(matches: &clap::ArgMatches) -> Outcome {
    let flags = parse::<Up>(matches);
    let kubeconfig = flags.kubeconfig_out.or_else(place::up_kubeconfig).context("no home directory: give --kubeconfig-out")?;
    let wish = up::Wish {
        target: flags.target,
        path: flags.path,
        branch: flags.branch,
        store: flags.store,
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, flags.port)),
        kubeconfig,
        simulate_workloads: flags.simulate_workloads,
        once: flags.once,
        timeout: Duration::from_secs(flags.timeout),
        concurrent: flags.concurrent,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(up::up(wish))?.exit_code())
}
