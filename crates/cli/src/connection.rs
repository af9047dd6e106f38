//! The flags that every command with a cluster has, and the connection they lead to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cluster::Cluster;

use crate::place;

/// Which cluster, which namespace, how long.
#[derive(Clone, clap::Args)]
pub struct Connection {
    /// The kubeconfig; without one, KUBECONFIG, a running `sluice up`, ~/.kube/config or the service account of the Pod
    #[arg(long, global = true)]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig
    #[arg(long, global = true)]
    context: Option<String>,
    /// The namespace of the objects
    #[arg(short, long, global = true, env = "FLUX_SYSTEM_NAMESPACE", default_value = "flux-system")]
    pub namespace: String,
    /// How long to wait
    #[arg(long, global = true, default_value = "5m")]
    timeout: api::Duration,
}

impl Connection {
    /// Connects, and asks the API server for its version, so that a cluster that is away is told at once.
    pub async fn connect(&self) -> anyhow::Result<Cluster> {
        let found = self.kubeconfig.clone().or_else(of_running_up);
        let cluster = Cluster::connect(found.as_deref(), self.context.as_deref()).await;
        let cluster = cluster.with_context(|| format!("cannot connect to {}", name(found.as_deref())))?;
        let asked = cluster.controller().raw_get("/version", "application/json").await;
        asked.with_context(|| {
            let hint = "start one with `sluice up`, or name another by `--kubeconfig`";
            format!("cannot reach {}\n  hint: {hint}", name(found.as_deref()))
        })?;
        Ok(cluster)
    }

    /// How long to wait for anything.
    pub fn timeout(&self) -> Duration {
        self.timeout.get()
    }
}

fn name(kubeconfig: Option<&Path>) -> String {
    kubeconfig.map_or("the cluster".into(), |path| format!("the cluster of `{}`", path.display()))
}

/// The kubeconfig that a running `sluice up` left, unless the environment names another.
fn of_running_up() -> Option<PathBuf> {
    let is_named = std::env::var_os("KUBECONFIG").is_some_and(|paths| !paths.is_empty());
    place::up_kubeconfig().filter(|path| !is_named && path.is_file())
}
