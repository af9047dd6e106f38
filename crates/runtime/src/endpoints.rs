//! `/metrics`, `/healthz` and `/readyz` over HTTP.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::Metrics;

/// What the endpoints tell.
#[derive(Clone)]
pub struct Endpoints {
    /// Served under `/metrics`.
    pub metrics: Metrics,
    /// Whether `/readyz` says yes.
    pub is_ready: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// Serves the endpoints until `stop`. Gives the address it listens on, which matters for port 0.
pub async fn serve(endpoints: Endpoints, address: SocketAddr, stop: CancellationToken) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! { accepted = listener.accept() => accepted, () = stop.cancelled() => return };
            let Ok((stream, _)) = accepted else { continue };
            let endpoints = endpoints.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(answer(&endpoints, &request))));
                // A client that goes away in the middle is no concern of ours.
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    Ok(address)
}

fn answer<B>(endpoints: &Endpoints, request: &Request<B>) -> Response<Full<Bytes>> {
    match request.uri().path() {
        "/metrics" => respond(StatusCode::OK, endpoints.metrics.text()),
        "/healthz" => respond(StatusCode::OK, "ok".to_owned()),
        "/readyz" if (endpoints.is_ready)() => respond(StatusCode::OK, "ok".to_owned()),
        "/readyz" => respond(StatusCode::SERVICE_UNAVAILABLE, "not ready: the first lists are not complete".to_owned()),
        _ => respond(StatusCode::NOT_FOUND, "known are /metrics, /healthz and /readyz".to_owned()),
    }
}

fn respond(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
