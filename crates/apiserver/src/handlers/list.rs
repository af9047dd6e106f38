//! GET of a collection, in pages if asked.
//!
//! A page goes on where the last one ended in key order, on the present state, and keeps the revision of the first page:
//! a watch from there replays whatever changed between the pages.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Answer;
use crate::registry::Resolved;
use crate::render::{self, ListMeta};
use crate::request::Call;
use crate::selection::Selection;
use crate::server::Shared;
use crate::status::{Cause, Status};
use crate::store::{Key, Stored};

/// Where a next page begins.
struct Continue {
    revision: u64,
    after: Key,
}

/// Answers with the selected objects.
pub fn list(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    check_match(call)?;
    let selection = Selection::of(call, resolved)?;
    let place = call.query.text("continue").map(Continue::parse).transpose()?;
    let snapshot = shared.store.list(&resolved.resource.collection, selection.namespace.as_deref());
    if let Some(place) = &place {
        shared.store.events(&resolved.resource.collection, place.revision).map_err(|_| continue_expired())?;
    }
    let revision = place.as_ref().map_or(snapshot.revision, |place| place.revision);
    check_exact(shared, call, resolved, snapshot.revision)?;
    let mut objects: Vec<Arc<Stored>> = snapshot.objects.into_iter().filter(|object| selection.matches(resolved, object)).collect();
    if let Some(place) = &place {
        objects.retain(|object| object.key > place.after);
    }
    let mut list = ListMeta { revision, ..ListMeta::default() };
    let limit = call.query.number("limit").and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
    if let Some(limit) = limit.filter(|limit| *limit < objects.len()) {
        list.remaining = Some(objects.len() - limit);
        objects.truncate(limit);
        list.next = objects.last().map(|last| Continue { revision, after: last.key.clone() }.write());
    }
    Ok(render::list(call.accept, resolved, &objects, &list))
}

/// `resourceVersionMatch` without a revision says nothing.
fn check_match(call: &Call) -> Result<(), Status> {
    let matching = call.query.text("resourceVersionMatch");
    if matching.is_some() && call.query.text("resourceVersion").is_none() {
        let cause = Cause::forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        return Err(Status::invalid(crate::status::About { group: "meta.k8s.io", resource: "ListOptions", name: "" }, vec![cause]));
    }
    Ok(())
}

/// An exact revision can be answered only while nothing has changed since; anything older is gone.
fn check_exact(shared: &Shared, call: &Call, resolved: &Resolved, present: u64) -> Result<(), Status> {
    let Some(revision) = call.query.number("resourceVersion").filter(|revision| *revision > 0) else { return Ok(()) };
    if revision > present {
        let message = format!("Too large resource version: {revision}, current: {present}");
        return Err(Status::new(504, "Timeout", message).with_cause(Cause {
            reason: "ResourceVersionTooLarge",
            message: "Too large resource version".into(),
            field: String::new(),
        }));
    }
    if call.query.text("resourceVersionMatch") != Some("Exact") {
        return Ok(());
    }
    let unchanged = shared.store.events(&resolved.resource.collection, revision).is_ok_and(|batch| batch.events.is_empty());
    if unchanged { Ok(()) } else { Err(Status::expired(format!("The resourceVersion for the provided list is too old: {revision}"))) }
}

fn continue_expired() -> Status {
    Status::expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
    )
}

impl Continue {
    fn parse(token: &str) -> Result<Continue, Status> {
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            let mut parts = text.splitn(3, '/');
            let revision = parts.next()?.parse().ok()?;
            Some(Continue { revision, after: Key::new(parts.next()?, parts.next()?) })
        };
        read().ok_or_else(|| Status::bad_request("continue key is not valid"))
    }

    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}/{}/{}", self.revision, self.after.namespace, self.after.name))
    }
}
