//! One verb, one file. This one finds the resource and picks the verb.

mod create;
mod delete;
mod delete_collection;
mod delete_options;
mod get;
mod list;
mod one;
mod options;
mod patch;
mod review;
mod scale;
mod subresource;
mod token;
mod update;
mod watch;

use std::sync::Arc;

use crate::answer::{self, Answer};
use crate::registry::{Resolved, is_own_group};
use crate::request::Call;
use crate::shared::Shared;
use crate::status::Status;

/// Answers a request for objects.
pub fn handle(shared: &Arc<Shared>, call: &Call) -> Answer {
    let target = &call.target;
    let Some(resolved) = shared.registry.find(&target.group, &target.version, &target.plural) else {
        return if is_own_group(&target.group) { Err(Status::no_such_path()) } else { Ok(answer::not_found()) };
    };
    options::check(call)?;
    if let Some(subresource) = &target.subresource {
        return subresource::subresource(shared, call, &resolved, subresource);
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
