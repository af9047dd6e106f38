//! `sluice up`: the whole platform in one process, on the embedded API server.
//!
//! ```text
//!   ApiServer (memory or a file) <── in process ── controllers ── artifacts (a temporary folder)
//!      ^ HTTPS, kubeconfig                             ^
//!   kubectl                                     directory (watched) or Git URL
//! ```

pub mod directory;
pub mod fleet;
mod progress;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use apiserver::{ApiServer, Authorization, Serving, Store};
use cluster::Cluster;
use controllers::{Options, Platform};
use runtime::Metrics;
use tokio_util::sync::CancellationToken;

use crate::install::{self, manifests};

pub use progress::Verdict;

/// How long the definitions may take until they are served.
const ESTABLISH_WAIT_MAX: Duration = Duration::from_secs(30);

/// What `sluice up` was asked for.
pub struct Wish {
    /// A directory or a Git URL; the bundled fleet if none.
    pub target: Option<String>,
    /// The path within it.
    pub path: Option<String>,
    /// The branch of a Git URL.
    pub branch: String,
    /// Where objects live; memory if none.
    pub store: Option<PathBuf>,
    /// Where the API server listens.
    pub address: SocketAddr,
    /// Where the kubeconfig is written.
    pub kubeconfig: PathBuf,
    /// Workloads become ready as a kubelet would make them.
    pub simulate_workloads: bool,
    /// End as soon as everything is Ready or failed.
    pub once: bool,
    /// How long `once` waits.
    pub timeout: Duration,
    /// How many objects are reconciled at a time.
    pub concurrent: usize,
}

/// Runs until everything is settled (`once`) or until Ctrl-C.
pub async fn up(wish: Wish) -> anyhow::Result<Verdict> {
    let server = open(&wish)?;
    let serving = server.serve(wish.address).await.context("cannot serve the Kubernetes API")?;
    write_private(&wish.kubeconfig, &serving.kubeconfig)?;
    println!("► Kubernetes API at https://{}", serving.address);
    println!("► export KUBECONFIG={}", wish.kubeconfig.display());
    let cluster = Cluster::over(server.service());
    let foundation = install::apply_all(&cluster, manifests::foundation(fleet::NAMESPACE)).await?;
    install::settled(&cluster, &foundation, ESTABLISH_WAIT_MAX).await?;
    let verdict = reconcile(&wish, cluster).await;
    stop(&server, serving).await;
    verdict
}

async fn reconcile(wish: &Wish, cluster: Cluster) -> anyhow::Result<Verdict> {
    let (stop, storage) = (CancellationToken::new(), tempfile::tempdir().context("cannot make a folder for artifacts")?);
    let platform = Platform {
        cluster: cluster.clone(),
        storage: storage.path().to_path_buf(),
        advertised: "localhost".into(),
        metrics: Metrics::default(),
        options: Options { concurrent: wish.concurrent, ..Options::default() },
    };
    let running = Arc::new(controllers::start(platform, &stop)?);
    running.synced().await;
    let source = fleet::choose(wish)?;
    let watched = source.apply(&cluster, &running).await?;
    let verdict = progress::follow(&cluster, &running, wish).await;
    drop(watched);
    stop.cancel();
    if let Some(running) = Arc::into_inner(running) {
        running.finish().await;
    }
    verdict
}

fn open(wish: &Wish) -> anyhow::Result<ApiServer> {
    let options = apiserver::Options {
        store: wish.store.clone().map_or(Store::Memory, Store::File),
        authorization: Authorization::Rbac,
        simulate_workloads: wish.simulate_workloads,
        ..apiserver::Options::default()
    };
    ApiServer::open(options).context("cannot open the embedded API server")
}

async fn stop(server: &ApiServer, serving: Serving) {
    serving.stop();
    server.shutdown().await;
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let refused = || format!("cannot write `{}`; choose another place with --kubeconfig-out", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(refused)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).with_context(refused)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600)).with_context(refused)?;
    file.write_all(text.as_bytes()).with_context(refused)
}
