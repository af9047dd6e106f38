//! One cluster: the connection, the kinds it serves, and a client for each identity.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use kube::config::{AuthInfo, KubeConfigOptions, Kubeconfig};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::{Client, Identity, Mapper, Stats};

/// How many requests one cluster gets from us at a time. Watches are not counted.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 64;

/// A cluster. Cheap to clone; clones share connections, discovery and clients.
#[derive(Clone)]
pub struct Cluster {
    inner: Arc<Inner>,
}

struct Inner {
    base: kube::Client,
    mapper: Mapper,
    gate: Arc<Semaphore>,
    stats: Stats,
    clients: Mutex<HashMap<Identity, Client>>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No kubeconfig and no service account of a Pod.
    #[error("found neither a kubeconfig nor a service account of a Pod: {0}")]
    NoConfiguration(String),
    /// The kubeconfig cannot be used.
    #[error("the kubeconfig cannot be used: {0}")]
    Kubeconfig(String),
    /// The kubeconfig runs a program to get credentials, which Sluice never does.
    #[error("user `{0}` of the kubeconfig runs a program (`exec` or `auth-provider`), which is refused; use a token or a certificate")]
    Exec(String),
    /// The client cannot be built.
    #[error("cannot build a client: {0}")]
    Client(String),
}

impl Cluster {
    /// Takes any kube client: one from a kubeconfig, or one that calls an API server in process.
    pub fn new(base: kube::Client) -> Cluster {
        let (gate, stats) = (Arc::new(Semaphore::new(REQUESTS_IN_FLIGHT_MAX)), Stats::default());
        let mapper = Mapper::new(Client::new(base.clone(), Identity::Controller, gate.clone(), stats.clone()));
        Cluster { inner: Arc::new(Inner { base, mapper, gate, stats, clients: Mutex::default() }) }
    }

    /// A cluster that is called in process: any service that answers HTTP requests.
    pub fn over<S, B>(service: S) -> Cluster
    where
        S: tower::Service<http::Request<kube::client::Body>, Response = http::Response<B>> + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<tower::BoxError>,
        B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<tower::BoxError>,
    {
        Cluster::new(kube::Client::new(service, "default"))
    }

    /// Connects by the kubeconfig that is given, else by the usual places, else as a Pod.
    pub async fn connect(kubeconfig: Option<&Path>, context: Option<&str>) -> Result<Cluster, ConnectError> {
        let config = match (kubeconfig, context) {
            (None, None) => kube::Config::infer().await.map_err(|error| ConnectError::NoConfiguration(error.to_string()))?,
            _ => from_kubeconfig(kubeconfig, context).await?,
        };
        refuse_exec(&config.auth_info)?;
        let base = kube::Client::try_from(config).map_err(|error| ConnectError::Client(error.to_string()))?;
        Ok(Cluster::new(base))
    }

    /// Connects by the text of a kubeconfig.
    pub async fn from_kubeconfig_text(text: &str) -> Result<Cluster, ConnectError> {
        let wrong = |error: kube::config::KubeconfigError| ConnectError::Kubeconfig(error.to_string());
        let kubeconfig = Kubeconfig::from_yaml(text).map_err(wrong)?;
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.map_err(wrong)?;
        refuse_exec(&config.auth_info)?;
        let base = kube::Client::try_from(config).map_err(|error| ConnectError::Client(error.to_string()))?;
        Ok(Cluster::new(base))
    }

    /// The client of an identity. Clients are kept: asking again is cheap.
    pub fn as_identity(&self, identity: &Identity) -> Client {
        let mut clients = self.inner.clients.lock();
        if let Some(client) = clients.get(identity) {
            return client.clone();
        }
        let base = crate::client::impersonate(&self.inner.base, identity);
        let client = Client::new(base, identity.clone(), self.inner.gate.clone(), self.inner.stats.clone());
        clients.insert(identity.clone(), client.clone());
        client
    }

    /// The client of the controller itself.
    pub fn controller(&self) -> Client {
        self.as_identity(&Identity::Controller)
    }

    /// The kinds that the cluster serves.
    pub fn mapper(&self) -> &Mapper {
        &self.inner.mapper
    }

    /// What was asked so far.
    pub fn stats(&self) -> &Stats {
        &self.inner.stats
    }

    /// The underlying client, for watches.
    pub(crate) fn base(&self) -> &kube::Client {
        &self.inner.base
    }
}

async fn from_kubeconfig(path: Option<&Path>, context: Option<&str>) -> Result<kube::Config, ConnectError> {
    let wrong = |error: kube::config::KubeconfigError| ConnectError::Kubeconfig(error.to_string());
    let options = KubeConfigOptions { context: context.map(str::to_owned), ..Default::default() };
    let kubeconfig = match path {
        Some(path) => Kubeconfig::read_from(path).map_err(wrong)?,
        None => Kubeconfig::read().map_err(wrong)?,
    };
    kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(wrong)
}

fn refuse_exec(auth: &AuthInfo) -> Result<(), ConnectError> {
    if auth.exec.is_some() || auth.auth_provider.is_some() {
        return Err(ConnectError::Exec(auth.username.clone().unwrap_or_default()));
    }
    Ok(())
}
