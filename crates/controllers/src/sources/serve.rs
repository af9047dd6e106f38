//! The HTTP server over the artifact store, for consumers in other processes.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

/// Serves the store until `stop`. Gives the address it listens on.
pub async fn serve_artifacts(store: Arc<artifact::Store>, address: SocketAddr, stop: CancellationToken) -> std::io::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    tokio::spawn(artifact::server::serve(listener, store.root().to_path_buf(), async move { stop.cancelled().await }));
    Ok(address)
}
