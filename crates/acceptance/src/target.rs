//! The API server under the controllers: the embedded one or a real one.

use std::path::PathBuf;

use cluster::Cluster;
use kube::Client;
use testing::kube::KubeApiServer;
use tokio::task::block_in_place;

use crate::embedded::Embedded;
use crate::kinds;

/// An API server that lives as long as the value.
pub enum Target {
    /// The embedded API server.
    Embedded(Box<Embedded>),
    /// A kube-apiserver with etcd and the controllers that make no pods run.
    Real(Box<KubeApiServer>),
}

impl Target {
    /// The embedded API server, in memory.
    pub async fn embedded() -> anyhow::Result<Target> {
        Ok(Target::Embedded(Box::new(Embedded::in_memory().await?)))
    }

    /// One that can be stopped and started: the real one as it is, in place of the one in memory another on disk.
    pub async fn durable(self) -> anyhow::Result<Target> {
        match self {
            Target::Embedded(_) => Ok(Target::Embedded(Box::new(Embedded::on_disk().await?))),
            Target::Real(_) => Ok(self),
        }
    }

    /// Installs the definitions of Sluice and waits until they are served.
    pub async fn install(&self) -> anyhow::Result<()> {
        kinds::install(&Cluster::new(self.client().await?)).await
    }

    /// A client of its own, as the administrator.
    pub async fn client(&self) -> anyhow::Result<Client> {
        match self {
            Target::Embedded(server) => server.client().await,
            Target::Real(server) => server.client().await,
        }
    }

    /// The administrator's kubeconfig, for another process.
    pub fn kubeconfig(&self) -> PathBuf {
        match self {
            Target::Embedded(server) => server.kubeconfig(),
            Target::Real(server) => server.kubeconfig().to_path_buf(),
        }
    }

    /// Whether a controller-manager looks after workloads. Where none does, a case writes what it would write.
    pub fn has_controllers(&self) -> bool {
        matches!(self, Target::Real(_))
    }

    /// Ends the server; what was written stays.
    pub async fn stop(&mut self) {
        match self {
            Target::Embedded(server) => server.stop().await,
            Target::Real(server) => block_in_place(|| server.kill()),
        }
    }

    /// Starts the server again, under the same address.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        match self {
            Target::Embedded(server) => server.start().await,
            Target::Real(server) => Ok(block_in_place(|| server.restart())?),
        }
    }
}
