//! The door: a tower service that takes any HTTP request, finds out who asks and what, and answers.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, header};

use crate::access::{self, authenticate, authorize_impersonation, authorize_path, authorize_target};
use crate::answer::{self, Answer};
use crate::body::{self, Body};
use crate::request::{self, Accept, Call, Query, Route, Target};
use crate::shared::Shared;
use crate::status::Status;
use crate::user::User;
use crate::{documents, handlers};

/// How long a client may take to send its body.
const BODY_DURATION_MAX: Duration = Duration::from_secs(60);
/// What a client that is turned away should wait.
const RETRY_SECONDS: u32 = 1;

/// A handle on a server that answers HTTP requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ApiService {
    shared: Arc<Shared>,
    identity: Option<User>,
}

impl ApiService {
    /// A service whose requests come from `identity`, or from whoever their headers prove.
    pub(crate) fn new(shared: Arc<Shared>, identity: Option<User>) -> ApiService {
        ApiService { shared, identity }
    }

    /// A service for one connection, whose client certificate proved `identity`.
    pub(crate) fn with_identity(&self, identity: Option<User>) -> ApiService {
        ApiService { shared: self.shared.clone(), identity }
    }

    /// The same server asked by `user`; impersonation headers are still honoured.
    pub fn as_user(&self, user: User) -> ApiService {
        self.with_identity(Some(user))
    }
}

impl<B> tower::Service<Request<B>> for ApiService
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            // A panic on one request must not take the connection, or an in-process client, with it.
            let answer = AssertUnwindSafe(service.answer(request)).catch_unwind().await;
            let answer = answer.unwrap_or_else(|_| Err(Status::internal("the request met a fault of the server")));
            Ok(answer.unwrap_or_else(|status| answer::refusal(&status)))
        })
    }
}

impl ApiService {
    async fn answer<B: http_body::Body>(&self, request: Request<B>) -> Answer {
        let (parts, incoming) = request.into_parts();
        let user = self.who(&parts.headers)?;
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        match request::route(parts.uri.path()) {
            Route::Page(path) => {
                authorize_path(&self.shared, &user, &parts.method, &path)?;
                documents::page(&self.shared, &path)
            }
            Route::Discovery(segments) => {
                authorize_path(&self.shared, &user, &parts.method, parts.uri.path())?;
                documents::discovery(&self.shared, &parts.headers, &segments)
            }
            Route::Resource(target) => self.objects(parts, incoming, user, target, query).await,
        }
    }

    async fn objects<B: http_body::Body>(&self, parts: Parts, incoming: B, user: User, target: Target, query: Query) -> Answer {
        let verb = request::verb(&parts.method, &target, &query).ok_or_else(Status::method_not_allowed)?;
        authorize_target(&self.shared, &user, verb, &target)?;
        let _place = match verb {
            "watch" => None,
            _ => Some(self.shared.in_flight.try_acquire().map_err(|_| Status::too_many_requests(RETRY_SECONDS))?),
        };
        let body = tokio::time::timeout(BODY_DURATION_MAX, body::read(incoming)).await;
        let body = body.map_err(|_| Status::new(408, "Timeout", "the request body took too long"))??;
        let writes = !matches!(parts.method, Method::GET | Method::HEAD);
        let call = Call {
            accept: Accept::parse(&parts.headers)?.with(&query),
            content_type: media_type(&parts.headers),
            agent: header_text(&parts.headers, header::USER_AGENT),
            verb,
            target,
            query,
            user,
            body,
        };
        let response = handlers::handle(&self.shared, &call);
        if writes {
            self.shared.store.flushed().await;
        }
        response
    }

    /// The identity of a request, after impersonation.
    fn who(&self, headers: &HeaderMap) -> Result<User, Status> {
        let caller = match &self.identity {
            Some(user) => user.clone(),
            None => authenticate(&self.shared, headers)?,
        };
        let Some(wanted) = access::wanted(headers)? else { return Ok(caller) };
        for need in &wanted.needs {
            authorize_impersonation(&self.shared, &caller, need)?;
        }
        Ok(wanted.user)
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let text = header_text(headers, header::CONTENT_TYPE);
    text.split(';').next().unwrap_or_default().trim().to_owned()
}

fn header_text(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
