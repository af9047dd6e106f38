//! The embedded API server as a target: asked in process, or over HTTPS by others and where it has to be restarted.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use apiserver::{ApiServer, Authorization, Options, Serving, Store};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// Longest time until the port and the database file of a stopped server are free.
const RELEASE_WAIT_MAX: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// An embedded API server with role based access control. Nothing makes workloads ready but the case itself.
pub struct Embedded {
    folder: tempfile::TempDir,
    store: Store,
    server: Option<ApiServer>,
    serving: Serving,
}

impl Embedded {
    /// In memory, asked in process.
    pub async fn in_memory() -> anyhow::Result<Embedded> {
        Embedded::open(tempfile::tempdir()?, Store::Memory).await
    }

    /// On a database file, asked over HTTPS: it can be restarted.
    pub async fn on_disk() -> anyhow::Result<Embedded> {
        let folder = tempfile::tempdir()?;
        let store = Store::File(folder.path().join("state"));
        Embedded::open(folder, store).await
    }

    async fn open(folder: tempfile::TempDir, store: Store) -> anyhow::Result<Embedded> {
        let server = ApiServer::open(options(&store)).context("cannot open the embedded API server")?;
        let serving = server.serve("127.0.0.1:0").await?;
        let embedded = Embedded { folder, store, server: Some(server), serving };
        let file = File::options().write(true).create_new(true).mode(0o600).open(embedded.kubeconfig());
        file?.write_all(embedded.serving.kubeconfig.as_bytes())?;
        Ok(embedded)
    }

    /// A client of its own, as the administrator.
    pub async fn client(&self) -> anyhow::Result<Client> {
        match (&self.server, &self.store) {
            (Some(server), Store::Memory) => Ok(Client::new(server.service(), "default")),
            _ => from_kubeconfig(&self.kubeconfig()).await,
        }
    }

    /// Kubeconfig of the administrator, over HTTPS.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// Ends it. What is on disk stays.
    pub async fn stop(&mut self) {
        self.serving.stop();
        if let Some(server) = self.server.take() {
            server.shutdown().await;
        }
    }

    /// Starts it again on the same store and address.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            // The last connection's task may hold the file or the port for a moment.
            match reopen(&self.store, self.serving.address).await {
                Ok((server, serving)) => {
                    (self.server, self.serving) = (Some(server), serving);
                    return Ok(());
                }
                Err(error) => ensure!(begin.elapsed() < RELEASE_WAIT_MAX, "the embedded API server does not start again: {error}"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn reopen(store: &Store, address: SocketAddr) -> Result<(ApiServer, Serving), apiserver::Error> {
    let server = ApiServer::open(options(store))?;
    let serving = server.serve(address).await?;
    Ok((server, serving))
}

fn options(store: &Store) -> Options {
    Options { store: store.clone(), authorization: Authorization::Rbac, ..Options::default() }
}

async fn from_kubeconfig(path: &Path) -> anyhow::Result<Client> {
    let config = Config::from_custom_kubeconfig(Kubeconfig::read_from(path)?, &KubeConfigOptions::default()).await?;
    Ok(Client::try_from(config)?)
}
