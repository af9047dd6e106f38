//! Bodies: the type of every response's, and reading a request's within a limit.

use std::convert::Infallible;

use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

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
