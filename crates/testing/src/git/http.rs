//! `git http-backend` as a CGI behind hyper, with a log of what was asked.

use std::convert::Infallible;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How the server behaves.
#[derive(Clone, Default)]
pub struct HttpOptions {
    /// The value of `Authorization` without which it answers 401.
    pub authorization: Option<String>,
    /// Sends every request to this base address instead of answering it.
    pub redirect_to: Option<String>,
    /// The protocol version to pretend to know no better than: the client's wish for version 2 is not passed on.
    pub old_protocol: bool,
}

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Method, path and query.
    pub line: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
}

/// A running server. It ends when dropped.
pub struct HttpServer {
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl HttpServer {
    /// Serves the repositories under `root`.
    pub async fn start(root: &Path, options: HttpOptions) -> Result<HttpServer> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let task = tokio::spawn(accept(listener, root.to_path_buf(), options, seen.clone()));
        Ok(HttpServer { url, seen, task })
    }

    /// What was asked so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().map(|seen| seen.clone()).unwrap_or_default()
    }
}

async fn accept(listener: TcpListener, root: PathBuf, options: HttpOptions, seen: Arc<Mutex<Vec<Seen>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (root, options, seen) = (root.clone(), options.clone(), seen.clone());
        let service = service_fn(move |request| answer_all(root.clone(), options.clone(), seen.clone(), request));
        tokio::spawn(async move { hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await });
    }
}

async fn answer_all(
    root: PathBuf,
    options: HttpOptions,
    seen: Arc<Mutex<Vec<Seen>>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let authorization = text(&request, header::AUTHORIZATION.as_str());
    let line = format!("{} {}", request.method(), request.uri());
    if let Ok(mut seen) = seen.lock() {
        seen.push(Seen { line, authorization: authorization.clone() });
    }
    if let Some(base) = &options.redirect_to {
        return Ok(redirect(&format!("{base}{}", request.uri())));
    }
    if options.authorization.is_some() && options.authorization != authorization {
        let mut response = plain(StatusCode::UNAUTHORIZED);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Basic realm=\"test\""));
        return Ok(response);
    }
    Ok(backend(root, options.old_protocol, request).await.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR)))
}

async fn backend(root: PathBuf, old_protocol: bool, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    let mut command = Command::new("git");
    command.arg("http-backend").envs(super::ENVIRONMENT.iter().copied());
    command.env("GIT_PROJECT_ROOT", root).env("GIT_HTTP_EXPORT_ALL", "1");
    command.env("REQUEST_METHOD", request.method().as_str()).env("PATH_INFO", request.uri().path());
    command.env("QUERY_STRING", request.uri().query().unwrap_or_default());
    command.env("CONTENT_TYPE", text(&request, "content-type").unwrap_or_default());
    if let Some(version) = text(&request, "git-protocol").filter(|_| !old_protocol) {
        command.env("GIT_PROTOCOL", version);
    }
    let body = request.into_body().collect().await?.to_bytes();
    let output = tokio::task::spawn_blocking(move || pipe(command, &body)).await??;
    parse(&output)
}

fn pipe(mut command: Command, body: &[u8]) -> Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut input = child.stdin.take().context("the child has an input")?;
    std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(body));
        Ok(child.wait_with_output()?.stdout)
    })
}

/// What a CGI prints: headers, an empty line, the body.
fn parse(output: &[u8]) -> Result<Response<Full<Bytes>>> {
    let end = output.windows(4).position(|window| window == b"\r\n\r\n").context("the headers end")?;
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(&output[end + 4..])));
    for line in std::str::from_utf8(&output[..end])?.lines() {
        let (name, value) = line.split_once(':').context("a header has a colon")?;
        match name.eq_ignore_ascii_case("status") {
            true => *response.status_mut() = value.trim().get(..3).unwrap_or_default().parse()?,
            false => {
                response.headers_mut().append(name.parse::<header::HeaderName>()?, value.trim().parse()?);
            }
        }
    }
    Ok(response)
}

fn redirect(target: &str) -> Response<Full<Bytes>> {
    let mut response = plain(StatusCode::FOUND);
    if let Ok(target) = target.parse() {
        response.headers_mut().insert(header::LOCATION, target);
    }
    response
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

fn text(request: &Request<Incoming>, name: &str) -> Option<String> {
    request.headers().get(name)?.to_str().ok().map(str::to_owned)
}
