//! What stands between the controllers and the API server: delays, refusals, lost answers, cut watches, and the end of a process.
//!
//! A process that was killed is one from which nothing comes any more: its line is dead, and whatever it still awaits never
//! happens. What it had sent may arrive all the same, and late.
//!
//! Which fault a request meets depends on the seed, its method and path, and how often that path was asked for: not on the order
//! in which tasks happen to run.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::anyhow;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, BodyStream, Full, StreamBody};
use kube::Client;
use kube::client::Body;
use object::Object;
use parking_lot::Mutex;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tower::BoxError;

use crate::random::Random;

type Answer = Result<Response<UnsyncBoxBody<Bytes, BoxError>>, BoxError>;
/// Says what was wrong with a deletion, by the object as it was before.
type Judge = dyn Fn(&Object) -> Option<String> + Send + Sync;

/// How many writes are remembered, to be told when the quiet is broken.
const WRITES_TOLD_MAX: usize = 8;
const DELAY_MS_MAX: u64 = 3000;
const WATCH_MS_MAX: u64 = 20_000;

/// The faults of one history. Clones are the same.
#[derive(Clone)]
pub struct Faults(Arc<State>);

struct State {
    seed: u64,
    base: Client,
    judge: Box<Judge>,
    /// So many of a hundred requests meet a fault.
    percent: AtomicU64,
    /// Requests until the process that makes them is killed; 0 means never.
    fuse: AtomicU64,
    has_ended: AtomicBool,
    asked: Mutex<HashMap<String, u64>>,
    /// One write at a time, so that a deletion is judged by what it deletes.
    write: tokio::sync::Mutex<()>,
    writes: AtomicU64,
    last: Mutex<VecDeque<String>>,
    wrongs: Mutex<Vec<String>>,
}

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Late(Duration),
    Refused(u16),
    /// It never arrives.
    Lost,
    /// It is carried out, and the answer is lost.
    Unanswered,
}

impl Faults {
    /// Faults in front of an API server. `judge` hears of every deletion.
    pub fn new(seed: u64, percent: u64, base: Client, judge: impl Fn(&Object) -> Option<String> + Send + Sync + 'static) -> Faults {
        Faults(Arc::new(State {
            seed,
            base,
            judge: Box::new(judge),
            percent: percent.into(),
            fuse: AtomicU64::new(0),
            has_ended: AtomicBool::new(false),
            asked: Mutex::default(),
            write: tokio::sync::Mutex::default(),
            writes: AtomicU64::new(0),
            last: Mutex::default(),
            wrongs: Mutex::default(),
        }))
    }

    /// The client of one process, until `dead`.
    pub fn line(&self, dead: CancellationToken) -> Client {
        let faults = self.clone();
        let service = tower::service_fn(move |request| {
            let (faults, dead) = (faults.clone(), dead.clone());
            async move {
                let alive = faults.pass(dead.clone(), request);
                match dead.run_until_cancelled_owned(alive).await {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
        });
        Client::new(service, "default")
    }

    /// The process is killed at its n-th request from now.
    pub fn light_fuse(&self, requests: u64) {
        self.0.fuse.store(requests, Ordering::SeqCst);
    }

    /// No faults any more.
    pub fn end(&self) {
        self.light_fuse(0);
        self.0.has_ended.store(true, Ordering::SeqCst);
        self.0.percent.store(0, Ordering::SeqCst);
    }

    /// Whether there are no faults any more.
    pub fn has_ended(&self) -> bool {
        self.0.has_ended.load(Ordering::SeqCst)
    }

    /// How many writes were carried out.
    pub fn writes(&self) -> u64 {
        self.0.writes.load(Ordering::SeqCst)
    }

    /// How many requests there were.
    pub fn requests(&self) -> u64 {
        self.0.asked.lock().values().sum()
    }

    /// The last writes.
    pub fn last_writes(&self) -> Vec<String> {
        self.0.last.lock().iter().cloned().collect()
    }

    /// What should never have been done.
    pub fn wrongs(&self) -> Vec<String> {
        self.0.wrongs.lock().clone()
    }

    async fn pass(&self, dead: CancellationToken, request: Request<Body>) -> Answer {
        let mut chance = self.chance(&request);
        let is_last = self.0.fuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) == Ok(1);
        if is_last && chance.chance(50) {
            dead.cancel();
            return std::future::pending().await;
        }
        let is_faulty = chance.chance(self.0.percent.load(Ordering::SeqCst));
        if is_watch(&request) {
            return self.watch(request, is_faulty.then_some(chance)).await;
        }
        let fault = is_faulty.then(|| fault(&mut chance));
        let faults = self.clone();
        // A task of its own: what was sent arrives, even if the sender is no more.
        let carried = tokio::spawn(async move { faults.carry(request, fault).await });
        if is_last {
            dead.cancel();
        }
        carried.await.unwrap_or_else(|error| Err(error.into()))
    }

    fn chance(&self, request: &Request<Body>) -> Random {
        let about = format!("{} {}", request.method(), request.uri().path());
        let mut asked = self.0.asked.lock();
        let count = asked.entry(about.clone()).or_default();
        *count += 1;
        Random::about(self.0.seed, &format!("{about} {count}"))
    }

    async fn carry(&self, request: Request<Body>, fault: Option<Fault>) -> Answer {
        match fault {
            None => self.forward(request).await,
            Some(Fault::Late(by)) => {
                sleep(by).await;
                self.forward(request).await
            }
            Some(Fault::Refused(code)) => Ok(refusal(code)),
            Some(Fault::Lost) => Err(anyhow!("connection refused").into()),
            Some(Fault::Unanswered) => {
                self.forward(request).await?;
                Err(anyhow!("connection reset by peer").into())
            }
        }
    }

    async fn forward(&self, request: Request<Body>) -> Answer {
        let base = self.0.base.clone();
        if request.method() == Method::GET || request.uri().query().is_some_and(|query| query.contains("dryRun=All")) {
            return Ok(base.send(request).await?.map(boxed));
        }
        let _alone = self.0.write.lock().await;
        self.note(&request);
        let doomed = match request.method() == Method::DELETE {
            true => base.request::<serde_json::Value>(Request::get(request.uri().path()).body(Vec::new())?).await.ok(),
            false => None,
        };
        let answer = base.send(request).await?;
        if let Some(Ok(doomed)) = doomed.filter(|_| answer.status().is_success()).map(Object::new) {
            self.0.wrongs.lock().extend((self.0.judge)(&doomed));
        }
        Ok(answer.map(boxed))
    }

    fn note(&self, request: &Request<Body>) {
        self.0.writes.fetch_add(1, Ordering::SeqCst);
        let mut last = self.0.last.lock();
        last.push_back(format!("{} {}", request.method(), request.uri().path()));
        if last.len() > WRITES_TOLD_MAX {
            last.pop_front();
        }
    }

    /// A watch that is refused, or slow and cut after a while; some end with the news that their version is gone.
    async fn watch(&self, request: Request<Body>, chance: Option<Random>) -> Answer {
        let Some(mut chance) = chance else { return Ok(self.0.base.send(request).await?.map(boxed)) };
        if chance.chance(40) {
            return Ok(refusal(chance.pick([410, 429, 500, 503]).unwrap_or(500)));
        }
        let answer = self.0.base.send(request).await?;
        let (life, slowness) = (Duration::from_millis(chance.below(WATCH_MS_MAX)), Duration::from_millis(chance.below(DELAY_MS_MAX)));
        let end = chance
            .chance(50)
            .then(|| Ok(http_body::Frame::data(Bytes::from(format!("{{\"type\":\"ERROR\",\"object\":{}}}\n", status(410))))));
        Ok(answer.map(|body| {
            let frames = BodyStream::new(body).then(move |frame| async move {
                sleep(slowness).await;
                frame
            });
            boxed(StreamBody::new(frames.take_until(Box::pin(sleep(life))).chain(stream::iter(end))))
        }))
    }
}

fn fault(chance: &mut Random) -> Fault {
    match chance.below(10) {
        0..4 => Fault::Late(Duration::from_millis(chance.below(DELAY_MS_MAX))),
        4..7 => Fault::Refused(chance.pick([429, 500, 503]).unwrap_or(500)),
        7 => Fault::Lost,
        _ => Fault::Unanswered,
    }
}

fn is_watch(request: &Request<Body>) -> bool {
    request.uri().query().unwrap_or_default().split('&').any(|parameter| matches!(parameter, "watch=true" | "watch=1"))
}

fn boxed<B>(body: B) -> UnsyncBoxBody<Bytes, BoxError>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

fn refusal(code: u16) -> Response<UnsyncBoxBody<Bytes, BoxError>> {
    let mut response = Response::new(boxed(Full::from(status(code))));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    if code == 429 {
        response.headers_mut().insert("retry-after", http::HeaderValue::from_static("1"));
    }
    response
}

fn status(code: u16) -> String {
    let reason = match code {
        410 => "Expired",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        _ => "InternalError",
    };
    format!(
        r#"{{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":"simulated","reason":"{reason}","code":{code}}}"#
    )
}
