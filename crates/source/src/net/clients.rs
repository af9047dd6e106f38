//! What all sources share: one connection pool per way to a server, tokens, and pulled blobs.

use std::sync::Arc;
use std::time::Duration;

use artifact::Digest;
use parking_lot::Mutex;
use reqwest::redirect::{Attempt, Policy};
use tokio::sync::Semaphore;

use super::{Egress, Keyed, Network, Proxy};
use crate::oci::Shared;
use crate::{Error, Result};

/// Redirects followed in one request.
const REDIRECTS_MAX: usize = 5;
/// Ways to servers remembered at the same time.
const POOLS_MAX: usize = 256;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(90);
const POOL_IDLE_PER_HOST_MAX: usize = 16;
const USER_AGENT: &str = concat!("sluice/", env!("CARGO_PKG_VERSION"));

/// How the shared clients behave.
#[derive(Clone, Copy, Debug)]
pub struct ClientsOptions {
    /// Where connections may go.
    pub egress: Egress,
    /// Git operations at the same time; each holds a thread and a pack.
    pub git_concurrency_max: usize,
    /// Bytes of pulled layers kept for other sources of the same repository.
    pub blob_cache_bytes_max: u64,
}

impl Default for ClientsOptions {
    /// No link-local addresses, 8 Git operations, 32 MiB of layers.
    fn default() -> ClientsOptions {
        ClientsOptions { egress: Egress::default(), git_concurrency_max: 8, blob_cache_bytes_max: 32 * 1024 * 1024 }
    }
}

/// Connections, tokens and blobs that all sources of a process share. A clone is the same thing.
#[derive(Clone)]
pub struct Clients(Arc<Inner>);

struct Inner {
    options: ClientsOptions,
    pools: Mutex<Keyed<Digest, reqwest::Client>>,
    git_slots: Arc<Semaphore>,
    registries: Shared,
}

impl Default for Clients {
    fn default() -> Clients {
        Clients::new(ClientsOptions::default())
    }
}

impl Clients {
    /// Nothing connected yet.
    pub fn new(options: ClientsOptions) -> Clients {
        Clients(Arc::new(Inner {
            options,
            pools: Mutex::new(Keyed::new(POOLS_MAX)),
            git_slots: Arc::new(Semaphore::new(options.git_concurrency_max)),
            registries: Shared::new(options.blob_cache_bytes_max),
        }))
    }

    /// Where connections may go.
    pub(crate) fn egress(&self) -> Egress {
        self.0.options.egress
    }

    pub(crate) fn git_slots(&self) -> Arc<Semaphore> {
        self.0.git_slots.clone()
    }

    pub(crate) fn registries(&self) -> &Shared {
        &self.0.registries
    }

    /// The connection pool for this way to a server.
    pub(crate) fn http(&self, network: &Network) -> Result<reqwest::Client> {
        let key = network.fingerprint();
        if let Some(client) = self.0.pools.lock().get(&key) {
            return Ok(client);
        }
        let client = build(network, self.egress())?;
        self.0.pools.lock().insert(key, client.clone());
        Ok(client)
    }
}

fn build(network: &Network, egress: Egress) -> Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .pool_max_idle_per_host(POOL_IDLE_PER_HOST_MAX)
        .referer(false)
        .no_proxy()
        .no_gzip()
        .redirect(Policy::custom(move |attempt| redirect(attempt, egress)))
        .tls_danger_accept_invalid_certs(network.insecure)
        .dns_resolver(egress);
    if let Some(ca) = &network.tls.ca {
        let certificates = reqwest::Certificate::from_pem_bundle(ca).map_err(|_| bad("`ca.crt` holds no certificate in PEM"))?;
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some(identity) = &network.tls.identity {
        let pem = [&identity.certificate, b"\n".as_slice(), identity.key.expose()].concat();
        let identity = reqwest::Identity::from_pem(&pem).map_err(|_| bad("`tls.crt` and `tls.key` are no certificate and key in PEM"))?;
        builder = builder.identity(identity);
    }
    if let Some(proxy) = &network.proxy {
        builder = builder.proxy(through(proxy)?);
    }
    builder.build().map_err(|error| Error::Credentials(failure::with_causes(&error)))
}

fn through(proxy: &Proxy) -> Result<reqwest::Proxy> {
    let address = crate::error::without_credentials(&proxy.address);
    let through = reqwest::Proxy::all(&proxy.address).map_err(|_| bad(&format!("`{address}` is no address of a proxy")))?;
    let Some((user, password)) = &proxy.login else { return Ok(through) };
    match (user.expose_str(), password.expose_str()) {
        (Some(user), Some(password)) => Ok(through.basic_auth(user, password)),
        _ => Err(bad("user and password of the proxy are not UTF-8")),
    }
}

fn bad(why: &str) -> Error {
    Error::Credentials(why.to_owned())
}

/// Follows a few redirects, never from TLS to plain text and never to a refused address. The HTTP client drops
/// `Authorization` and cookies when host or port change.
fn redirect(attempt: Attempt<'_>, egress: Egress) -> reqwest::redirect::Action {
    let from_tls = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
    let host = attempt.url().host_str().unwrap_or_default();
    if attempt.previous().len() > REDIRECTS_MAX {
        attempt.error("too many redirects")
    } else if from_tls && attempt.url().scheme() != "https" {
        attempt.error("refused a redirect from https to plain text")
    } else if !egress.allows_host(host) {
        attempt.error("refused a redirect to a link-local address")
    } else {
        attempt.follow()
    }
}
