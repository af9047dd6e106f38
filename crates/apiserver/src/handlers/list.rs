//! GET of a collection, in pages if asked.
//!
//! A page goes on where the last one ended in key order, on the present state, and keeps the revision of the first page:
//! a watch from there replays whatever changed between the pages.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::decode;
use crate::registry::Resolved;
use crate::render::{self, ListMeta};
use crate::request::Call;
use crate::selection::Selection;
use crate::shared::Shared;
use crate::status::Status;
use crate::store::{Key, Stored};

/// How tokens are written, as lenient as Go's decoder.
const TOKEN: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Where a next page begins.
struct Continue {
    revision: u64,
    after: Key,
}

/// Answers with the selected objects.
pub fn list(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
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
        list.remaining = selection.is_whole().then(|| objects.len() - limit);
        objects.truncate(limit);
        list.next = objects.last().map(|last| Continue { revision, after: last.key.clone() }.write());
    }
    Ok(render::list(call.accept, resolved, &objects, &list))
}

/// An exact revision can be answered only while nothing has changed since; anything older is gone.
fn check_exact(shared: &Shared, call: &Call, resolved: &Resolved, present: u64) -> Result<(), Status> {
    let Some(revision) = call.query.number("resourceVersion").filter(|revision| *revision > 0) else { return Ok(()) };
    if revision > present {
        return Err(Status::future_revision(revision, present));
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
        let refuse = |why: String| Status::bad_request(format!("invalid continue token: continue key is not valid: {why}"));
        let bytes = TOKEN.decode(token).map_err(|_| refuse("illegal base64 data at input byte 0".into()))?;
        let place: Value = serde_json::from_slice(&bytes).map_err(|error| refuse(decode::syntax_fault(&bytes, &error)))?;
        let read = || {
            let (namespace, name) = place["start"].as_str()?.split_once('/')?;
            Some(Continue { revision: place["rv"].as_u64()?, after: Key::new(namespace, name) })
        };
        read().ok_or_else(|| refuse("it names no place".into()))
    }

    fn write(&self) -> String {
        let start = format!("{}/{}", self.after.namespace, self.after.name);
        TOKEN.encode(json!({"v": "meta.k8s.io/v1", "rv": self.revision, "start": start}).to_string())
    }
}
