//! One cluster: the connection, the kinds it serves, and a client for each identity.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kube::config::{AuthInfo, KubeConfigOptions, Kubeconfig};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::{Client, Identity, Mapper, Stats};

/// How many requests one cluster gets from us at a time. Watches are not counted.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 64;

/// How long a connection to a cluster of somebody else's kubeconfig may take.
const REMOTE_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

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
    /// The kubeconfig names a file of the machine that it was not written on.
    #[error("`{field}` of the kubeconfig names the file `{path}`, which is refused; put the content into the kubeconfig")]
    File {
        /// The field.
        field: &'static str,
        /// The file.
        path: String,
    },
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

    /// Connects by the text of a kubeconfig that somebody else wrote.
    ///
    /// Nothing of this machine is read for it: no program runs, and a field that names a file is refused. The certificate of the
    /// server is always checked. No request is made yet.
    pub async fn from_kubeconfig_text(text: &str) -> Result<Cluster, ConnectError> {
        let wrong = |error: kube::config::KubeconfigError| ConnectError::Kubeconfig(error.to_string());
        let mut kubeconfig = Kubeconfig::from_yaml(text).map_err(wrong)?;
        refuse_foreign(&kubeconfig)?;
        for cluster in kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
            cluster.insecure_skip_tls_verify = None;
        }
        let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.map_err(wrong)?;
        config.connect_timeout = Some(REMOTE_CONNECT_TIMEOUT);
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

/// Refuses what would run a program here, or read a file here into somebody else's credentials.
fn refuse_foreign(kubeconfig: &Kubeconfig) -> Result<(), ConnectError> {
    for auth in kubeconfig.auth_infos.iter().filter_map(|named| named.auth_info.as_ref()) {
        refuse_exec(auth)?;
        let files = [("tokenFile", &auth.token_file), ("client-certificate", &auth.client_certificate), ("client-key", &auth.client_key)];
        files.into_iter().try_for_each(|(field, path)| refuse_file(field, path.as_deref()))?;
    }
    let clusters = kubeconfig.clusters.iter().filter_map(|named| named.cluster.as_ref());
    clusters.into_iter().try_for_each(|cluster| refuse_file("certificate-authority", cluster.certificate_authority.as_deref()))
}

fn refuse_file(field: &'static str, path: Option<&str>) -> Result<(), ConnectError> {
    path.map_or(Ok(()), |path| Err(ConnectError::File { field, path: path.to_owned() }))
}

fn refuse_exec(auth: &AuthInfo) -> Result<(), ConnectError> {
    if auth.exec.is_some() || auth.auth_provider.is_some() {
        return Err(ConnectError::Exec(auth.username.clone().unwrap_or_default()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refusal(user: &str, cluster: &str) -> String {
        let text = format!(
            "{{apiVersion: v1, kind: Config, current-context: c, contexts: [{{name: c, context: {{cluster: c, user: u}}}}], \
             clusters: [{{name: c, cluster: {{server: 'https://127.0.0.1:1', {cluster}}}}}], users: [{{name: u, user: {{{user}}}}}]}}"
        );
        Cluster::from_kubeconfig_text(&text).await.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[tokio::test]
    async fn a_foreign_kubeconfig_runs_nothing_and_reads_no_file() {
        assert!(refusal("exec: {apiVersion: client.authentication.k8s.io/v1, command: sh}", "").await.contains("runs a program"));
        assert!(refusal("auth-provider: {name: gcp}", "").await.contains("runs a program"));
        for field in ["tokenFile", "client-certificate", "client-key"] {
            assert!(refusal(&format!("{field}: /etc/passwd"), "").await.contains(field), "{field}");
        }
        assert!(refusal("token: t", "certificate-authority: /etc/passwd").await.contains("names the file `/etc/passwd`"));
        assert_eq!(refusal("token: t", "").await, "");
    }
}
