//! The stage of the measurements on a cluster: a real kube-apiserver, a real registry with the artifact, and `sluice run` as a
//! process of its own.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use cluster::{Apply, Client, Cluster, ListOptions, Resource};
use futures::{StreamExt, TryStreamExt, stream};
use object::{Object, Value};
use serde_json::json;
use tempfile::TempDir;
use testing::kube::KubeApiServer;
use testing::registry::{Access, Layer, Registry};

use crate::measurement::Skipped;
use crate::{apps, machine, programs};

/// Requests that a measuring client has in flight, and objects that Sluice reconciles at a time.
pub const CONCURRENCY: usize = 16;
/// How often readiness is asked for.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// How long everything may take to become Ready.
const READY_WITHIN: Duration = Duration::from_secs(900);
/// How long Sluice may take to start.
const STARTED_WITHIN: Duration = Duration::from_secs(30);
const MANAGER: &str = "sluice-bench";
const LAYER: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";

/// Server and registry. They end when dropped.
pub struct World {
    /// The API server.
    pub server: KubeApiServer,
    /// The registry that holds the artifact.
    pub registry: Registry,
    /// A client as the administrator.
    pub client: Client,
}

/// `sluice run`. It ends when dropped.
pub struct Running {
    child: Child,
    _storage: TempDir,
}

impl World {
    /// Starts both and installs the definitions. Errors: [`Skipped`] where a program is missing.
    pub async fn start() -> Result<World> {
        let server = tokio::task::spawn_blocking(KubeApiServer::start).await?.map_err(|error| Skipped(error.to_string()))?;
        let registry = Registry::start(Access::Open).await.map_err(|error| Skipped(format!("{error:#}")))?;
        let layer = Layer { media_type: LAYER.into(), bytes: archive(&apps::manifest()?)? };
        registry.push(apps::REPOSITORY, apps::TAG, &[layer], json!({})).await?;
        testing::crds::install(&server.client().await?).await?;
        let client = Cluster::connect(Some(server.kubeconfig()), None).await?.controller();
        Ok(World { server, registry, client })
    }

    /// Makes a namespace in which apps can live.
    pub async fn stage(&self, namespace: &str) -> Result<()> {
        for (resource, value) in apps::stage(namespace) {
            self.apply(&resource, value).await?;
        }
        Ok(())
    }

    /// Starts Sluice against the server and waits until it says that it is ready.
    pub async fn run_sluice(&self) -> Result<Running> {
        let storage = tempfile::tempdir()?;
        let addresses = [free_address()?, free_address()?, free_address()?];
        let mut command = Command::new(programs::sluice()?);
        command.arg("run").arg("--kubeconfig").arg(self.server.kubeconfig()).arg("--storage-path").arg(storage.path());
        command.args(["--metrics-addr", &addresses[0], "--health-addr", &addresses[1], "--storage-addr", &addresses[2]]);
        command.args(["--concurrent", &CONCURRENCY.to_string(), "--log-level", "error"]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut running = Running { child, _storage: storage };
        running.wait(&format!("http://{}/readyz", addresses[1])).await?;
        Ok(running)
    }

    /// Creates n sources and n Kustomizations and waits until all are Ready. Gives the time from the first creation.
    pub async fn converge(&self, running: &mut Running, namespace: &str, n: usize) -> Result<Duration> {
        let start = Instant::now();
        concurrently(n, |i| self.apply_owned(apps::sources(), apps::source(namespace, &self.registry.host, i))).await?;
        concurrently(n, |i| self.apply_owned(apps::kustomizations(), apps::kustomization(namespace, i))).await?;
        while self.ready(namespace).await? < n {
            running.still_runs()?;
            if start.elapsed() > READY_WITHIN {
                bail!("{} of {n} Kustomizations are Ready after {READY_WITHIN:?}", self.ready(namespace).await?);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(start.elapsed())
    }

    /// Server-side apply as the measuring client.
    pub async fn apply(&self, resource: &Resource, value: Value) -> Result<()> {
        let apply = Apply { manager: MANAGER, dry_run: false, metadata_only: false };
        self.client.apply(resource, &Object::new(value)?, apply).await?;
        Ok(())
    }

    async fn apply_owned(&self, resource: Resource, value: Value) -> Result<()> {
        self.apply(&resource, value).await
    }

    async fn ready(&self, namespace: &str) -> Result<usize> {
        let page = self.client.list(&apps::kustomizations(), namespace, &ListOptions::default()).await?;
        Ok(page.items.iter().filter(|object| is_ready(object)).count())
    }
}

impl Running {
    /// Peak resident memory so far, in MiB.
    pub fn peak_rss_mib(&self) -> f64 {
        machine::peak_rss_mib(self.child.id())
    }

    async fn wait(&mut self, ready: &str) -> Result<()> {
        let start = Instant::now();
        while !reqwest::get(ready).await.is_ok_and(|response| response.status().is_success()) {
            self.still_runs()?;
            ensure!(start.elapsed() < STARTED_WITHIN, "`sluice run` was not ready after {STARTED_WITHIN:?}");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(())
    }

    fn still_runs(&mut self) -> Result<()> {
        let ended = self.child.try_wait()?;
        ensure!(ended.is_none(), "`sluice run` ended with {ended:?}");
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that ended already cannot be killed, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Does something for every app, [`CONCURRENCY`] at a time.
pub async fn concurrently<F: Future<Output = Result<()>>>(n: usize, work: impl Fn(usize) -> F) -> Result<()> {
    stream::iter(0..n).map(work).buffer_unordered(CONCURRENCY).try_collect().await
}

/// A runtime for a measurement.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

fn is_ready(object: &Object) -> bool {
    let conditions = object.get_in(&["status", "conditions"]).and_then(Value::as_array);
    conditions.is_some_and(|all| all.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True"))
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// The manifest as the layer of an artifact.
fn archive(manifest: &str) -> Result<Vec<u8>> {
    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default()));
    let mut header = tar::Header::new_gnu();
    header.set_size(manifest.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    builder.append_data(&mut header, "podinfo.yaml", manifest.as_bytes())?;
    Ok(builder.into_inner()?.finish()?)
}
