//! Bodies: reading a request's within a limit, and writing a response from bytes or from a stream of bytes.

use std::convert::Infallible;

use bytes::{Buf, Bytes, BytesMut};
use futures::{Stream, StreamExt};
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use serde_json::Value;

use crate::status::Status;

/// The largest request body, as kube-apiserver has it.
pub const BODY_BYTES_MAX: usize = 3 << 20;

/// The body of every response.
pub type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Reads a whole request body, or refuses one that is too large or breaks off.
pub async fn read<B: http_body::Body>(body: B) -> Result<Bytes, Status> {
    let mut body = std::pin::pin!(body);
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Status::bad_request("the request body could not be read to its end"))?;
        let Ok(mut data) = frame.into_data() else { continue };
        if whole.len() + data.remaining() > BODY_BYTES_MAX {
            return Err(Status::too_large(BODY_BYTES_MAX));
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            whole.extend_from_slice(chunk);
            let taken = chunk.len();
            data.advance(taken);
        }
    }
    Ok(whole.freeze())
}

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
