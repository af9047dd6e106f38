//! Responses: from bytes, from values, from a stream of bytes, and refusals.

use bytes::Bytes;
use futures::{Stream, StreamExt};
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use serde_json::Value;

use crate::body::Body;
use crate::status::Status;

/// What every handler gives.
pub type Answer = Result<Response<Body>, Status>;

/// A response of bytes that are JSON already.
pub fn json_bytes(code: u16, bytes: Bytes) -> Response<Body> {
    respond(code, "application/json", Full::new(bytes).boxed_unsync())
}

/// A response of a JSON value.
pub fn json(code: u16, value: &Value) -> Response<Body> {
    json_bytes(code, Bytes::from(value.to_string()))
}

/// A response of text.
pub fn text(code: u16, text: &str) -> Response<Body> {
    respond(code, "text/plain; charset=utf-8", Full::new(Bytes::copy_from_slice(text.as_bytes())).boxed_unsync())
}

/// A response that goes on until the stream ends.
pub fn stream(stream: impl Stream<Item = Bytes> + Send + 'static) -> Response<Body> {
    let frames = stream.map(|bytes| Ok(Frame::data(bytes)));
    respond(200, "application/json", BodyExt::boxed_unsync(StreamBody::new(frames)))
}

/// What paths get that nothing serves, not even a group of resources.
pub fn not_found() -> Response<Body> {
    text(404, "404 page not found\n")
}

/// A refusal.
pub fn refusal(status: &Status) -> Response<Body> {
    let mut response = json(status.code, &status.to_value());
    if let Some(seconds) = status.retry_after_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn respond(code: u16, content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
