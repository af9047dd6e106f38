//! What stands between the controllers and the API server: it counts requests, and answers in the server's place when told to.
//!
//! Refuses to be: a mock. What it lets through reaches a real or the embedded API server unchanged. A watch that is open when an
//! outage begins ends at once, as it would with a server that goes away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::anyhow;
use bytes::Bytes;
use futures::StreamExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, BodyStream, Full, StreamBody};
use kube::Client;
use kube::client::Body;
use parking_lot::Mutex;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::BoxError;

type Request = http::Request<Body>;
type Response = http::Response<UnsyncBoxBody<Bytes, BoxError>>;

/// How the API server fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// It answers with these status codes in turn, and nothing reaches it.
    Answers(&'static [u16]),
    /// Nobody listens.
    Unreachable,
    /// Requests are carried out, and their answers are lost on the way back.
    LostAnswers,
    /// It serves everything and leaves this API group out when asked what it serves, as a server that has just started does.
    Hides(&'static str),
}

/// Requests so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reads that are no watches.
    pub reads: u64,
    /// Writes, dry runs among them.
    pub writes: u64,
    /// Requests that an outage kept from their answer.
    pub refused: u64,
}

/// The door of one client. Clones are the same door.
#[derive(Clone, Default)]
pub struct Door(Arc<State>);

#[derive(Default)]
struct State {
    outage: Mutex<Option<Outage>>,
    cut: Mutex<CancellationToken>,
    counts: Mutex<Counts>,
    turn: AtomicUsize,
}

impl Door {
    /// The client behind the door.
    pub fn before(&self, base: Client) -> Client {
        let door = self.clone();
        let service = tower::service_fn(move |request| {
            let (door, base) = (door.clone(), base.clone());
            async move { door.pass(base, request).await }
        });
        Client::new(service, "default")
    }

    /// Begins an outage; open watches end.
    pub fn close(&self, outage: Outage) {
        *self.0.outage.lock() = Some(outage);
        self.0.cut.lock().cancel();
    }

    /// Ends the outage.
    pub fn open(&self) {
        *self.0.cut.lock() = CancellationToken::new();
        *self.0.outage.lock() = None;
    }

    /// What was asked so far.
    pub fn counts(&self) -> Counts {
        *self.0.counts.lock()
    }

    async fn pass(&self, base: Client, request: Request) -> Result<Response, BoxError> {
        let is_watch = is_watch(&request);
        self.count(&request, is_watch);
        let outage = *self.0.outage.lock();
        match outage {
            None if is_watch => Ok(self.cuttable(base.send(request).await?)),
            None => Ok(base.send(request).await?.map(boxed)),
            Some(Outage::Answers(codes)) => Ok(refusal(codes[self.0.turn.fetch_add(1, Ordering::Relaxed) % codes.len()])),
            Some(Outage::Unreachable) => Err(anyhow!("connection refused").into()),
            Some(Outage::Hides(group)) if request.uri().path() == "/apis" => without(group, base.send(request).await?).await,
            Some(Outage::Hides(_)) => Ok(base.send(request).await?.map(boxed)),
            Some(Outage::LostAnswers) => {
                // What became of it is exactly what the client does not learn.
                let _ = base.send(request).await;
                Err(anyhow!("connection reset by peer").into())
            }
        }
    }

    fn count(&self, request: &Request, is_watch: bool) {
        let is_read = request.method() == http::Method::GET;
        let mut counts = self.0.counts.lock();
        counts.reads += u64::from(is_read && !is_watch);
        counts.writes += u64::from(!is_read);
        counts.refused += u64::from(self.0.outage.lock().is_some());
    }

    /// The same answer, whose body ends with the next outage.
    fn cuttable(&self, response: http::Response<Body>) -> Response {
        let cut = self.0.cut.lock().clone();
        response.map(|body| boxed(StreamBody::new(BodyStream::new(body).take_until(cut.cancelled_owned()))))
    }
}

fn boxed<B>(body: B) -> UnsyncBoxBody<Bytes, BoxError>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// The list of API groups without one of them.
async fn without(group: &str, response: http::Response<Body>) -> Result<Response, BoxError> {
    let (mut head, body) = response.into_parts();
    let mut list: Value = serde_json::from_slice(&body.collect().await?.to_bytes())?;
    if let Some(items) = list["items"].as_array_mut() {
        items.retain(|item| item["metadata"]["name"] != group);
    }
    head.headers.remove(http::header::CONTENT_LENGTH);
    Ok(Response::from_parts(head, boxed(Full::from(list.to_string()))))
}

fn is_watch(request: &Request) -> bool {
    request.uri().query().unwrap_or_default().split('&').any(|parameter| matches!(parameter, "watch=true" | "watch=1"))
}

/// What an overloaded or broken server sends.
fn refusal(code: u16) -> Response {
    let status = http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::SERVICE_UNAVAILABLE);
    let text = format!(r#"{{"kind":"Status","apiVersion":"v1","status":"Failure","message":"the server is overloaded","code":{code}}}"#);
    let mut response = Response::new(boxed(Full::from(text)));
    *response.status_mut() = status;
    response
}
