//! Watches: a cursor into a collection's event ring, turned into a stream of JSON lines.
//!
//! A watch keeps nothing but its cursor; events are rendered once and their bytes shared. An object that enters or
//! leaves the selection is told as ADDED or DELETED, whatever really happened to it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::answer::{self, Answer};
use crate::registry::Resolved;
use crate::render;
use crate::request::{Accept, Call};
use crate::selection::Selection;
use crate::shared::Shared;
use crate::status::Status;
use crate::store::{Event, Expired, Snapshot, Stored};

/// How long a watch lives when the client does not say.
const DURATION_DEFAULT: Duration = Duration::from_secs(40 * 60);
/// The longest life that a client may ask for.
const DURATION_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// How often an idle watch tells its revision, if bookmarks are allowed.
const BOOKMARK_INTERVAL: Duration = Duration::from_secs(60);

/// Answers with a stream of events.
pub fn watch(shared: &Arc<Shared>, call: &Call, resolved: &Resolved) -> Answer {
    let selection = Selection::of(call, resolved)?;
    let begin = begin(call);
    let mut cursor = Cursor::new(shared.clone(), call, resolved.clone(), selection);
    match begin {
        Begin::After(revision) => cursor.revision = revision,
        Begin::State { mark_end } => cursor.queue_state(mark_end),
    }
    Ok(answer::stream(stream::unfold(cursor, |mut cursor| async move { Some((cursor.next().await?, cursor)) })))
}

/// Where a watch begins.
enum Begin {
    /// Behind a revision.
    After(u64),
    /// With everything there is, and a bookmark at its end if asked.
    State { mark_end: bool },
}

fn begin(call: &Call) -> Begin {
    let query = &call.query;
    if query.flag("sendInitialEvents") {
        return Begin::State { mark_end: query.flag("allowWatchBookmarks") };
    }
    match query.number("resourceVersion") {
        None | Some(0) => Begin::State { mark_end: false },
        Some(revision) => Begin::After(revision),
    }
}

struct Cursor {
    shared: Arc<Shared>,
    resolved: Resolved,
    selection: Selection,
    accept: Accept,
    bookmarks: bool,
    revision: u64,
    changed: watch::Receiver<u64>,
    deadline: Instant,
    next_bookmark: Instant,
    queue: VecDeque<Bytes>,
    ended: bool,
    told_columns: bool,
}

impl Cursor {
    fn new(shared: Arc<Shared>, call: &Call, resolved: Resolved, selection: Selection) -> Cursor {
        let asked = call.query.number("timeoutSeconds").filter(|seconds| *seconds > 0).map(Duration::from_secs);
        let changed = shared.store.watch(&resolved.resource.collection);
        Cursor {
            shared,
            resolved,
            selection,
            accept: call.accept,
            bookmarks: call.query.flag("allowWatchBookmarks"),
            revision: 0,
            changed,
            deadline: Instant::now() + asked.unwrap_or(DURATION_DEFAULT).min(DURATION_MAX),
            next_bookmark: Instant::now() + BOOKMARK_INTERVAL,
            queue: VecDeque::new(),
            ended: false,
            told_columns: false,
        }
    }

    fn queue_state(&mut self, mark_end: bool) {
        let Snapshot { revision, objects } =
            self.shared.store.list(&self.resolved.resource.collection, self.selection.namespace.as_deref());
        for object in objects {
            if !self.selection.matches(&self.resolved, &object) {
                continue;
            }
            let rendered = self.without_known_columns(render::watched(self.accept, &self.resolved, &object));
            self.queue.extend(render::event("ADDED", rendered));
        }
        self.revision = revision;
        if mark_end {
            self.queue.push_back(render::bookmark(self.accept, &self.resolved, revision, true));
        }
    }

    /// The columns of a table are told with its first row, and not again.
    fn without_known_columns(&mut self, object: Bytes) -> Bytes {
        if !matches!(self.accept, Accept::Table(_)) || !std::mem::replace(&mut self.told_columns, true) {
            return object;
        }
        let Ok(mut table) = serde_json::from_slice::<Value>(&object) else { return object };
        table["columnDefinitions"] = Value::Null;
        Bytes::from(table.to_string())
    }

    /// The next bytes, or the end of the watch.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.queue.pop_front() {
                return Some(bytes);
            }
            if self.ended {
                return None;
            }
            self.changed.mark_unchanged();
            if self.pull() {
                continue;
            }
            self.wait().await;
        }
    }

    /// Takes what the ring has; whether that was anything to send.
    fn pull(&mut self) -> bool {
        match self.shared.store.events(&self.resolved.resource.collection, self.revision) {
            Ok(batch) => {
                batch.events.iter().for_each(|event| self.queue_event(event));
                self.revision = self.revision.max(batch.revision);
            }
            Err(Expired { oldest }) => {
                let status = Status::expired(format!("too old resource version: {} ({oldest})", self.revision));
                self.queue.extend(render::event("ERROR", Bytes::from(status.to_value().to_string())));
                self.ended = true;
            }
        }
        !self.queue.is_empty()
    }

    fn queue_event(&mut self, event: &Event) {
        let was = event.old.as_ref().is_some_and(|old| self.selection.matches(&self.resolved, old));
        let is = !event.deleted && self.selection.matches(&self.resolved, &event.new);
        if !was && !is {
            return;
        }
        let object = match &event.old {
            // What leaves the selection is shown as it was when it was last selected.
            Some(old) if was && !is && !event.deleted => {
                let left = Stored::freeze(old.key.clone(), old.value(), event.revision);
                render::watched(self.accept, &self.resolved, &left)
            }
            _ => render::event_object(self.accept, &self.resolved, event),
        };
        let kind = match (was, is) {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (_, false) => "DELETED",
        };
        let object = self.without_known_columns(object);
        self.queue.extend(render::event(kind, object));
    }

    async fn wait(&mut self) {
        let stop = self.shared.stop.clone();
        let bookmark_at = if self.bookmarks { self.next_bookmark } else { self.deadline };
        tokio::select! {
            biased;
            () = stop.cancelled() => self.ended = true,
            changed = self.changed.changed() => self.ended = changed.is_err(),
            () = tokio::time::sleep_until(bookmark_at.min(self.deadline)) => self.tick(),
        }
    }

    /// Time has passed: a bookmark is due, or the watch is over.
    fn tick(&mut self) {
        let now = Instant::now();
        if self.bookmarks {
            self.queue.push_back(render::bookmark(self.accept, &self.resolved, self.revision, false));
            self.next_bookmark = now + BOOKMARK_INTERVAL;
        }
        self.ended = now >= self.deadline;
    }
}
