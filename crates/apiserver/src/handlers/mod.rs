//! One verb, one file. This one finds the resource and picks the verb.

mod create;
mod delete;
mod delete_collection;
mod get;
mod list;
mod options;
mod patch;
mod review;
mod scale;
mod special;
mod token;
mod update;
mod watch;

use std::sync::Arc;

use http::{HeaderValue, Response};

use crate::body::Body;
use crate::registry::Resolved;
use crate::render;
use crate::request::Call;
use crate::server::Shared;
use crate::status::Status;
use crate::store::{Key, Stored};
use crate::{discovery, pages};

pub use delete::{Propagation, remove};

/// What every handler gives.
pub type Answer = Result<Response<Body>, Status>;

/// Warnings in one answer at most; more would not fit a header block.
const WARNINGS_MAX: usize = 16;

/// Answers a request for objects.
pub fn handle(shared: &Arc<Shared>, call: &Call) -> Answer {
    let target = &call.target;
    let Some(resolved) = shared.registry.find(&target.group, &target.version, &target.plural) else {
        return if discovery::is_own_group(&target.group) { Err(Status::no_such_path()) } else { Ok(pages::not_found()) };
    };
    options::check(call)?;
    if let Some(subresource) = &target.subresource {
        return special::subresource(shared, call, &resolved, subresource);
    }
    if resolved.resource.create_only {
        return review::review(shared, call, &resolved);
    }
    let served = resolved.resource.verbs().contains(&call.verb);
    let scoped = scope_fits(call, &resolved);
    match call.verb {
        _ if !served || !scoped => Err(Status::method_not_allowed()),
        "get" => get::get(shared, call, &resolved),
        "list" => list::list(shared, call, &resolved),
        "watch" => watch::watch(shared, call, &resolved),
        "create" => create::create(shared, call, &resolved),
        "update" => update::update(shared, call, &resolved),
        "patch" => patch::patch(shared, call, &resolved),
        "delete" => delete::delete(shared, call, &resolved),
        _ => delete_collection::delete_collection(shared, call, &resolved),
    }
}

/// A namespaced object is read and written in its namespace; only lists and watches span all.
fn scope_fits(call: &Call, resolved: &Resolved) -> bool {
    match (resolved.resource.namespaced, call.target.namespace.is_some()) {
        (true, false) => matches!(call.verb, "list" | "watch"),
        (false, true) => false,
        _ => true,
    }
}

/// The object that the path names.
pub(crate) fn find(shared: &Shared, call: &Call, resolved: &Resolved) -> Result<Arc<Stored>, Status> {
    let key = Key::new(call.namespace(), call.name());
    let found = shared.store.get(&resolved.resource.collection, &key);
    found.ok_or_else(|| Status::not_found(resolved.about(call.name())))
}

/// An answer with one object, rendered as asked.
fn object(call: &Call, resolved: &Resolved, code: u16, object: &Stored, warnings: &[String]) -> Answer {
    let mut response = render::object(call.accept, resolved, code, object);
    let deprecation = resolved.custom().and_then(|custom| custom.deprecation.as_ref());
    for warning in deprecation.into_iter().chain(warnings).take(WARNINGS_MAX) {
        let text = format!("299 - {warning:?}");
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().append(http::header::WARNING, value);
        }
    }
    Ok(response)
}
