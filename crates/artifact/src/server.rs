//! The file server over a store: GET and HEAD with ranges, and folder listings, as Flux's consumers expect.
//!
//! Refuses to be: authenticated (as Flux's is not; a NetworkPolicy guards it) and a way out of the root: names that begin with
//! a dot are not served, and a link is followed only to a place under the root.

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::Frame;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::{conn::auto, graceful::GracefulShutdown};
use tokio::io::{AsyncReadExt, AsyncSeekExt, Take};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// How long open downloads may take once the server is asked to stop.
pub const STOP_GRACE: Duration = Duration::from_secs(5);
/// Connections served at the same time; more wait to be accepted.
pub const CONNECTIONS_MAX: usize = 512;
/// Names in one listing.
const LISTING_NAMES_MAX: usize = 10_000;
const CHUNK_BYTES: usize = 64 * 1024;

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Serves the files under `root` until `stop` resolves, then lets open downloads end within [`STOP_GRACE`].
pub async fn serve(listener: TcpListener, root: PathBuf, stop: impl Future<Output = ()>) {
    let root: Arc<Path> = root.into();
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    tokio::pin!(stop);
    loop {
        let slot = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else { continue };
        let root = root.clone();
        let service = service_fn(move |request| answer_all(root.clone(), request));
        let connection = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).into_owned();
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "artifact download ended early");
            }
            drop(slot);
        });
    }
    let _ = tokio::time::timeout(STOP_GRACE, graceful.shutdown()).await;
}

async fn answer_all(root: Arc<Path>, request: Request<hyper::body::Incoming>) -> Result<Response<Body>, Infallible> {
    let answered = answer(&root, request.method(), request.uri().path(), request.headers()).await;
    Ok(answered.unwrap_or_else(|error| {
        let status = if error.kind() == io::ErrorKind::NotFound { StatusCode::NOT_FOUND } else { StatusCode::INTERNAL_SERVER_ERROR };
        plain(status)
    }))
}

async fn answer(root: &Path, method: &Method, uri_path: &str, headers: &HeaderMap) -> io::Result<Response<Body>> {
    if method != Method::GET && method != Method::HEAD {
        return Ok(plain(StatusCode::METHOD_NOT_ALLOWED));
    }
    let path = locate(root, uri_path).await?;
    let response = match tokio::fs::metadata(&path).await?.is_dir() {
        true => listing(&path).await?,
        false => file(&path, headers.get(header::RANGE)).await?,
    };
    Ok(if method == Method::HEAD { response.map(|_| empty()) } else { response })
}

/// The place of a request path: every part a plain name without a leading dot, and after all links still under the root.
async fn locate(root: &Path, uri_path: &str) -> io::Result<PathBuf> {
    let not_found = || io::Error::from(io::ErrorKind::NotFound);
    let decoded = percent_decode(uri_path).ok_or_else(not_found)?;
    let parts = decoded.split('/').filter(|part| !part.is_empty());
    let mut path = root.to_path_buf();
    for part in parts {
        if part.starts_with('.') || part.contains('\0') {
            return Err(not_found());
        }
        path.push(part);
    }
    let (real, root) = (tokio::fs::canonicalize(path).await?, tokio::fs::canonicalize(root).await?);
    if real.starts_with(root) { Ok(real) } else { Err(not_found()) }
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { hex(rest.next()?)? * 16 + hex(rest.next()?)? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

async fn file(path: &Path, range: Option<&HeaderValue>) -> io::Result<Response<Body>> {
    let mut open = tokio::fs::File::open(path).await?;
    let size = open.metadata().await?.len();
    let response = Response::builder().header(header::CONTENT_TYPE, content_type(path)).header(header::ACCEPT_RANGES, "bytes");
    let (response, start, length) = match range.map(|range| parse_range(range, size)) {
        None | Some(Range::Whole) => (response, 0, size),
        Some(Range::Part(start, end)) => {
            let content_range = format!("bytes {start}-{end}/{size}");
            (response.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, content_range), start, end - start + 1)
        }
        Some(Range::Impossible) => {
            let response = response.status(StatusCode::RANGE_NOT_SATISFIABLE).header(header::CONTENT_RANGE, format!("bytes */{size}"));
            return Ok(response.body(empty()).expect("the headers are valid"));
        }
    };
    open.seek(SeekFrom::Start(start)).await?;
    let response = response.header(header::CONTENT_LENGTH, length).body(stream(open.take(length)));
    Ok(response.expect("the headers are valid"))
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    Whole,
    /// First and last byte, both included.
    Part(u64, u64),
    Impossible,
}

/// One range; several at once, and what is no range, give the whole file.
fn parse_range(value: &HeaderValue, size: u64) -> Range {
    let spec = value.to_str().ok().and_then(|text| text.strip_prefix("bytes="));
    let Some((first, last)) = spec.filter(|spec| !spec.contains(',')).and_then(|spec| spec.split_once('-')) else {
        return Range::Whole;
    };
    let bounds = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => Some((first, last.min(size.saturating_sub(1)))),
        (Ok(first), Err(_)) if last.is_empty() => Some((first, size.saturating_sub(1))),
        (Err(_), Ok(last)) if first.is_empty() && last > 0 => Some((size.saturating_sub(last), size.saturating_sub(1))),
        _ => None,
    };
    match bounds {
        None => Range::Whole,
        Some((first, _)) if first >= size => Range::Impossible,
        Some((first, last)) => Range::Part(first, last),
    }
}

fn stream(file: Take<tokio::fs::File>) -> Body {
    let frames = frames(file);
    BodyExt::boxed_unsync(StreamBody::new(frames))
}

fn frames(file: Take<tokio::fs::File>) -> impl futures::Stream<Item = io::Result<Frame<Bytes>>> + Send {
    futures::stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK_BYTES];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok((read > 0).then(|| (Frame::data(Bytes::from(chunk)), file)))
    })
}

async fn listing(folder: &Path) -> io::Result<Response<Body>> {
    let mut names = Vec::new();
    let mut entries = tokio::fs::read_dir(folder).await?;
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && names.len() < LISTING_NAMES_MAX {
            names.push(if entry.file_type().await?.is_dir() { format!("{name}/") } else { name });
        }
    }
    names.sort();
    let rows: String = names.iter().map(|name| format!("<a href=\"./{0}\">{0}</a>\n", escape(name))).collect();
    let response = Response::builder().header(header::CONTENT_TYPE, "text/html; charset=utf-8");
    Ok(response.body(full(format!("<pre>\n{rows}</pre>\n"))).expect("the headers are valid"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz" | "tgz") => "application/gzip",
        Some("yaml") => "application/yaml",
        _ => "application/octet-stream",
    }
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(full(format!("{status}\n")));
    *response.status_mut() = status;
    response
}

fn full(text: String) -> Body {
    Full::from(text).map_err(|never| match never {}).boxed_unsync()
}

fn empty() -> Body {
    Empty::new().map_err(|never: Infallible| match never {}).boxed_unsync()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let cases = [
            ("bytes=0-3", Range::Part(0, 3)),
            ("bytes=4-", Range::Part(4, 9)),
            ("bytes=-3", Range::Part(7, 9)),
            ("bytes=-30", Range::Part(0, 9)),
            ("bytes=8-99", Range::Part(8, 9)),
            ("bytes=10-", Range::Impossible),
            ("bytes=3-2", Range::Whole),
            ("bytes=0-1,3-4", Range::Whole),
            ("lines=1-2", Range::Whole),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_range(&HeaderValue::from_static(text), 10), expected, "{text}");
        }
    }

    #[tokio::test]
    async fn no_spelling_leads_out_of_the_root() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        std::fs::create_dir_all(root.join(".blobs")).unwrap();
        std::fs::write(root.join("file"), "x").unwrap();
        std::fs::write(root.join(".blobs/b"), "x").unwrap();
        std::fs::write(folder.path().join("secret"), "x").unwrap();
        std::os::unix::fs::symlink("../secret", root.join("link")).unwrap();
        assert!(locate(&root, "/file").await.is_ok());
        for path in ["/../secret", "/%2e%2e/secret", "/a/..%2f..%2fsecret", "/link", "/.blobs/b", "/%2Eblobs/b", "/file%00", "/%zz"] {
            assert!(locate(&root, path).await.is_err(), "{path}");
        }
    }
}
