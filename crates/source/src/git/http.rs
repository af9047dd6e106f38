//! Git's smart HTTP over the shared HTTP client.
//!
//! Refuses to: send credentials to another scheme, host or port than the address names, follow a redirect of anything but the
//! first request, and ask anybody for a password.

use std::any::Any;
use std::io::{self, BufRead, Cursor, Read, Write};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use failure::with_causes;
use gix_transport::client::blocking_io::http::{GetResponse, Http, PostBodyDataKind, PostResponse};
use http::{HeaderName, HeaderValue, StatusCode, header};
use parking_lot::Mutex;
use reqwest::{RequestBuilder, Response, Url};

use super::GitAuth;
use super::address::Address;
use super::run::Cancel;
use crate::net::secret_header;
use crate::{Error, Result};

/// Bytes of one request; ours are lists of wanted objects.
const REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One connection of the protocol.
pub(super) struct HttpTransport {
    client: reqwest::Client,
    address: Address,
    authorization: Option<HeaderValue>,
    redirected: Option<String>,
    cancel: Cancel,
}

impl HttpTransport {
    pub(super) fn new(client: reqwest::Client, address: &Address, auth: &GitAuth, cancel: &Cancel) -> Result<HttpTransport> {
        let authorization = authorization(address, auth)?;
        Ok(HttpTransport { client, address: address.clone(), authorization, redirected: None, cancel: cancel.clone() })
    }

    fn prepare(&self, request: RequestBuilder, url: &str, headers: impl IntoIterator<Item = impl AsRef<str>>) -> RequestBuilder {
        let mut request = request;
        for line in headers {
            if let Some((name, value)) = line.as_ref().split_once(':')
                && let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value.trim()))
            {
                request = request.header(name, value);
            }
        }
        let ours = Address::parse(url).is_ok_and(|target| target.same_origin(&self.address));
        match self.authorization.clone().filter(|_| ours) {
            Some(value) => request.header(header::AUTHORIZATION, value),
            None => request,
        }
    }

    fn send(&self, request: RequestBuilder) -> io::Result<Response> {
        send(&self.cancel, request, &self.address.place())
    }
}

fn send(cancel: &Cancel, request: RequestBuilder, place: &str) -> io::Result<Response> {
    let response = cancel.wait(async { Ok(request.send().await) })?;
    let response = response.map_err(|error| cancel.blame(unreachable(place, error)))?;
    match response.status() {
        status if status.is_success() => Ok(response),
        status => Err(cancel.blame(refused(place, status))),
    }
}

fn refused(place: &str, status: StatusCode) -> Error {
    let host = place.to_owned();
    match status {
        StatusCode::UNAUTHORIZED => Error::AuthenticationFailed { host, why: "authentication required".into() },
        StatusCode::FORBIDDEN => Error::AuthenticationFailed { host, why: "the login may not read this repository".into() },
        StatusCode::NOT_FOUND => Error::RefNotFound(format!("there is no repository at `{host}`")),
        status => Error::Unreachable { host, why: format!("it answered {status}") },
    }
}

fn unreachable(host: &str, error: reqwest::Error) -> Error {
    Error::Unreachable { host: host.to_owned(), why: with_causes(&error.without_url()) }
}

fn authorization(address: &Address, auth: &GitAuth) -> Result<Option<HeaderValue>> {
    let basic = |user: &[u8], password: &[u8]| format!("Basic {}", STANDARD.encode([user, b":", password].concat()));
    let text = match (auth, &address.password) {
        (GitAuth::Basic { username, password }, _) => basic(username.expose(), password.expose()),
        (GitAuth::Bearer(token), _) => format!("Bearer {}", token.expose_str().unwrap_or_default().trim()),
        (GitAuth::Anonymous, Some(password)) => basic(address.user.as_bytes(), password.expose()),
        (GitAuth::Anonymous | GitAuth::Ssh(_), _) => return Ok(None),
    };
    let unusable = || Error::Credentials("the token holds characters that cannot be in a header".to_owned());
    secret_header(&text).ok_or_else(unusable).map(Some)
}

/// What the base address is after a redirect of `<base>/info/refs`.
fn redirected_base(asked: &str, base: &str, answered: &Url) -> Option<String> {
    let tail = asked.strip_prefix(base)?;
    let answered = answered.as_str();
    (answered != asked).then(|| answered.strip_suffix(tail).map(str::to_owned)).flatten()
}

impl Http for HttpTransport {
    type Headers = Headers;
    type ResponseBody = Body;
    type PostBody = PostBody;

    fn get(
        &mut self,
        url: &str,
        base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> gix::Result<GetResponse<Headers, Body>> {
        let response = self.send(self.prepare(self.client.get(url), url, headers)).map_err(gix::Error::from_error)?;
        self.redirected = redirected_base(url, base_url, response.url());
        let headers = Headers { cursor: Cursor::new(header_lines(&response)), exchange: None };
        Ok(GetResponse {
            headers,
            body: Body { source: Source::Answer(Box::new(response)), chunk: Bytes::new(), cancel: self.cancel.clone() },
        })
    }

    fn post(
        &mut self,
        url: &str,
        _base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
        _kind: PostBodyDataKind,
    ) -> gix::Result<PostResponse<Headers, Body, PostBody>> {
        let request = self.prepare(self.client.post(url), url, headers);
        let exchange = Exchange { request: Some(request), body: Vec::new(), response: None, place: self.address.place() };
        let exchange = Arc::new(Mutex::new(exchange));
        Ok(PostResponse {
            post_body: PostBody(exchange.clone()),
            headers: Headers { cursor: Cursor::default(), exchange: Some((exchange.clone(), self.cancel.clone())) },
            body: Body { source: Source::Exchange(exchange), chunk: Bytes::new(), cancel: self.cancel.clone() },
        })
    }

    fn configure(&mut self, _config: &dyn Any) -> gix::Result {
        Ok(())
    }

    fn redirected_base_url(&self) -> Option<String> {
        self.redirected.clone()
    }
}

/// A POST that is sent when its answer is first looked at.
pub(super) struct Exchange {
    request: Option<RequestBuilder>,
    body: Vec<u8>,
    response: Option<Response>,
    place: String,
}

impl Exchange {
    fn answer(&mut self, cancel: &Cancel) -> io::Result<()> {
        if let Some(request) = self.request.take() {
            let body = std::mem::take(&mut self.body);
            self.response = Some(send(cancel, request.body(body), &self.place)?);
        }
        Ok(())
    }
}

/// Collects what is posted.
pub(super) struct PostBody(Arc<Mutex<Exchange>>);

impl Write for PostBody {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut exchange = self.0.lock();
        if exchange.body.len() + bytes.len() > REQUEST_BYTES_MAX {
            return Err(io::Error::other("the request is too large (REQUEST_BYTES_MAX)"));
        }
        exchange.body.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The answer's headers, one per line.
pub(super) struct Headers {
    cursor: Cursor<Vec<u8>>,
    exchange: Option<(Arc<Mutex<Exchange>>, Cancel)>,
}

impl Headers {
    fn fill(&mut self) -> io::Result<()> {
        if let Some((exchange, cancel)) = self.exchange.take() {
            let mut exchange = exchange.lock();
            exchange.answer(&cancel)?;
            self.cursor = Cursor::new(exchange.response.as_ref().map(header_lines).unwrap_or_default());
        }
        Ok(())
    }
}

impl Read for Headers {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        self.cursor.read(buffer)
    }
}

impl BufRead for Headers {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fill()?;
        self.cursor.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.cursor.consume(amount);
    }
}

fn header_lines(response: &Response) -> Vec<u8> {
    let mut lines = Vec::new();
    for (name, value) in response.headers() {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(value.as_bytes());
        lines.push(b'\n');
    }
    lines
}

enum Source {
    Exchange(Arc<Mutex<Exchange>>),
    Answer(Box<Response>),
    End,
}

/// The answer's body, as it arrives.
pub(super) struct Body {
    source: Source,
    chunk: Bytes,
    cancel: Cancel,
}

impl Body {
    fn fill(&mut self) -> io::Result<()> {
        if let Source::Exchange(exchange) = &self.source {
            let mut exchange = exchange.lock();
            exchange.answer(&self.cancel)?;
            let response = exchange.response.take();
            drop(exchange);
            self.source = response.map_or(Source::End, |response| Source::Answer(Box::new(response)));
        }
        while self.chunk.is_empty() {
            let Source::Answer(response) = &mut self.source else { return Ok(()) };
            let host = response.url().host_str().unwrap_or_default().to_owned();
            let next = self.cancel.wait(async { Ok(response.chunk().await) })?;
            match next.map_err(|error| self.cancel.blame(unreachable(&host, error)))? {
                Some(chunk) => self.chunk = chunk,
                None => self.source = Source::End,
            }
        }
        Ok(())
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&available[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}

impl BufRead for Body {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fill()?;
        Ok(&self.chunk)
    }

    fn consume(&mut self, amount: usize) {
        let _ = self.chunk.split_to(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_moves_the_base_only_when_its_end_is_the_same() {
        let asked = "https://a/x/info/refs?service=git-upload-pack";
        let base = |answered: &str| redirected_base(asked, "https://a/x/", &Url::parse(answered).unwrap());
        assert_eq!(base(asked), None);
        assert_eq!(base("https://b/y.git/info/refs?service=git-upload-pack").as_deref(), Some("https://b/y.git/"));
        assert_eq!(base("https://b/login"), None);
    }
}
