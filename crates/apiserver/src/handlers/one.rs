//! One object: found by the path of a request, and answered as the request wants it.

use std::sync::Arc;

use http::{HeaderValue, header};

use crate::answer::Answer;
use crate::registry::Resolved;
use crate::render;
use crate::request::Call;
use crate::shared::Shared;
use crate::status::Status;
use crate::store::{Key, Stored};

/// Warnings in one answer at most; more would not fit a header block.
const WARNINGS_MAX: usize = 16;

/// The object that the path names.
pub fn find(shared: &Shared, call: &Call, resolved: &Resolved) -> Result<Arc<Stored>, Status> {
    let key = Key::new(call.namespace(), call.name());
    let found = shared.store.get(&resolved.resource.collection, &key);
    found.ok_or_else(|| Status::not_found(resolved.about(call.name())))
}

/// An answer with one object, rendered as asked.
pub fn object(call: &Call, resolved: &Resolved, code: u16, object: &Stored, warnings: &[String]) -> Answer {
    let mut response = render::object(call.accept, resolved, code, object);
    let deprecation = resolved.custom().and_then(|custom| custom.deprecation.as_ref());
    for warning in deprecation.into_iter().chain(warnings).take(WARNINGS_MAX) {
        let text = format!("299 - {warning:?}");
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::WARNING, value);
        }
    }
    Ok(response)
}
