//! The HTTPS door: accepts connections, finds out who a client certificate proves, and hands requests to the service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::server::ApiServer;
use crate::service::ApiService;
use crate::shared::Shared;
use crate::tls::{Authority, Issued, user_of_certificate};
use crate::user::User;

/// How long a client may take for its handshake.
const HANDSHAKE_DURATION_MAX: Duration = Duration::from_secs(10);
/// Streams of one HTTP/2 connection at once: kubectl and controllers hold many watches on one.
const STREAMS_MAX: u32 = 1000;

/// A server that listens. It goes on until [`Serving::stop`] or the server's shutdown.
#[derive(Debug)]
pub struct Serving {
    /// Where it listens; the port is the real one where 0 was asked for.
    pub address: SocketAddr,
    /// A kubeconfig of the administrator. It holds a private key: write it with mode 0600.
    pub kubeconfig: String,
    stop: CancellationToken,
}

impl Serving {
    /// Stops listening. Open connections end with the server.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

impl ApiServer {
    /// Serves HTTPS on an address such as `127.0.0.1:6443`; port 0 takes a free one.
    pub async fn serve(&self, address: impl ToSocketAddrs + std::fmt::Debug) -> Result<Serving, Error> {
        let asked = format!("{address:?}");
        let listener = TcpListener::bind(address).await.map_err(|cause| Error::Listen { address: asked, cause })?;
        self.serve_on(listener)
    }

    /// Serves HTTPS on a listener.
    pub fn serve_on(&self, listener: TcpListener) -> Result<Serving, Error> {
        let shared = self.shared();
        let address = listener.local_addr().map_err(|cause| Error::Listen { address: "the given listener".into(), cause })?;
        let config = shared.authority.server_config(address.ip())?;
        let admin = shared.authority.client(&User::admin())?;
        let kubeconfig = kubeconfig(address, &shared.authority, &admin);
        let stop = shared.stop.child_token();
        let door = Door { acceptor: TlsAcceptor::from(Arc::new(config)), shared: shared.clone(), stop: stop.clone() };
        shared.tasks.spawn(door.accept_all(listener));
        Ok(Serving { address, kubeconfig, stop })
    }
}

#[derive(Clone)]
struct Door {
    acceptor: TlsAcceptor,
    shared: Arc<Shared>,
    stop: CancellationToken,
}

impl Door {
    async fn accept_all(self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                () = self.stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => drop(self.shared.tasks.spawn(self.clone().serve_one(stream))),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn serve_one(self, stream: TcpStream) {
        // Without this small watch events wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_DURATION_MAX, self.acceptor.accept(stream)).await else { return };
        let proven = stream.get_ref().1.peer_certificates().and_then(|chain| user_of_certificate(chain.first()?));
        let service = TowerToHyperService::new(ApiService::new(self.shared.clone(), proven));
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http2().max_concurrent_streams(STREAMS_MAX);
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => {}
            () = self.shared.stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
    }
}

fn kubeconfig(address: SocketAddr, authority: &Authority, admin: &Issued) -> String {
    let encode = |text: &str| STANDARD.encode(text);
    let host = if address.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], address.port())) } else { address };
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: sluice\nclusters:\n- name: sluice\n  cluster:\n    server: https://{host}\n    certificate-authority-data: {}\ncontexts:\n- name: sluice\n  context:\n    cluster: sluice\n    user: admin\nusers:\n- name: admin\n  user:\n    client-certificate-data: {}\n    client-key-data: {}\n",
        encode(authority.pem()),
        encode(&admin.certificate),
        encode(&admin.key),
    )
}
