//! The API server under the controllers: the embedded one or a real one.

use anyhow::Context as _;
use apiserver::{ApiServer, Authorization, Options};
use cluster::Cluster;
use testing::kube::KubeApiServer;

/// An API server that lives as long as the value.
pub enum Target {
    /// The embedded API server, in memory, with role based access control and simulated workloads.
    Embedded(Box<ApiServer>),
    /// A kube-apiserver with etcd and the controllers.
    Real(Box<KubeApiServer>),
}

impl Target {
    /// Opens an embedded API server with an empty store.
    pub fn embedded() -> anyhow::Result<Target> {
        let options = Options { authorization: Authorization::Rbac, simulate_workloads: true, ..Options::default() };
        let server = ApiServer::open(options).context("cannot open the embedded API server")?;
        Ok(Target::Embedded(Box::new(server)))
    }

    /// A client of its own, as the administrator, whose requests are counted apart.
    pub async fn cluster(&self) -> anyhow::Result<Cluster> {
        match self {
            Target::Embedded(server) => Ok(Cluster::over(server.service())),
            Target::Real(server) => Ok(Cluster::connect(Some(server.kubeconfig()), None).await?),
        }
    }
}
