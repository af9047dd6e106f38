//! Events: what happened to an object, for `kubectl describe` and for people who follow along.
//!
//! They are sent beside the reconcile, one at a time: a slow API server delays events, never the work. Past
//! [`OUTBOX_MAX`] the newest are dropped and counted in the log.

use cluster::{Client, Resource};
use object::{Object, Value};
use serde_json::json;
use tokio::sync::mpsc;

/// How many events wait to be sent at most.
const OUTBOX_MAX: usize = 10_000;
/// The API server takes no longer messages.
const MESSAGE_BYTES_MAX: usize = 1024;
/// What is kept of the end of a longer message, where its code and its hint are.
const TAIL_BYTES: usize = 256;

/// How serious an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Something was done.
    Normal,
    /// Something went wrong.
    Warning,
}

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// How serious it is.
    pub kind: EventKind,
    /// The reason word, as in the Ready condition.
    pub reason: String,
    /// What happened.
    pub message: String,
    /// Further facts, under keys with the API group of the object.
    pub metadata: Vec<(String, String)>,
}

/// Where events are handed in. Clones share the outbox.
#[derive(Clone)]
pub struct Events {
    outbox: mpsc::Sender<Value>,
    reporter: &'static str,
}

impl Events {
    /// Starts the sender. `reporter` is the name of the controller that clients expect.
    pub fn start(client: Client, reporter: &'static str) -> Events {
        let (outbox, mut inbox) = mpsc::channel(OUTBOX_MAX);
        tokio::spawn(async move {
            let resource = Resource::namespaced("v1", "Event", "events");
            while let Some(event) = inbox.recv().await {
                send(&client, &resource, event).await;
            }
        });
        Events { outbox, reporter }
    }

    /// Hands in one event about an object.
    pub fn emit(&self, about: &Object, event: Event) {
        tracing::info!(object = %about, reason = event.reason, "{}", event.message);
        if self.outbox.try_send(body(about, &event, self.reporter)).is_err() {
            tracing::warn!(object = %about, reason = event.reason, "event dropped: the outbox is full");
        }
    }
}

async fn send(client: &Client, resource: &Resource, event: Value) {
    let Ok(event) = Object::new(event) else { return };
    if let Err(error) = client.create(resource, &event).await {
        tracing::debug!(event = event.name(), %error, "event not stored");
    }
}

fn body(about: &Object, event: &Event, reporter: &str) -> Value {
    let now = jiff::Timestamp::now();
    let seconds = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let namespace = if about.namespace().is_empty() { "default" } else { about.namespace() };
    let annotations: Value = event.metadata.iter().map(|(key, value)| (key.clone(), Value::from(value.clone()))).collect();
    json!({
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": format!("{}.{:x}", about.name(), now.as_nanosecond()),
            "namespace": namespace,
            "annotations": annotations,
        },
        "involvedObject": {
            "apiVersion": about.api_version(),
            "kind": about.kind(),
            "name": about.name(),
            "namespace": about.namespace(),
            "uid": about.uid(),
            "resourceVersion": about.resource_version(),
        },
        "type": match event.kind { EventKind::Normal => "Normal", EventKind::Warning => "Warning" },
        "reason": event.reason,
        "message": shorten(&event.message),
        "source": {"component": reporter},
        "reportingComponent": reporter,
        "reportingInstance": reporter,
        "firstTimestamp": seconds,
        "lastTimestamp": seconds,
        "count": 1,
    })
}

/// A message that is too long loses its middle.
fn shorten(message: &str) -> String {
    const GAP: &str = "...";
    if message.len() <= MESSAGE_BYTES_MAX {
        return message.to_owned();
    }
    let tail = &message[message.ceil_char_boundary(message.len() - TAIL_BYTES)..];
    let head = &message[..message.floor_char_boundary(MESSAGE_BYTES_MAX - GAP.len() - TAIL_BYTES)];
    format!("{head}{GAP}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_cut_between_characters_and_keep_their_end() {
        for padding in ["", "x"] {
            let long = format!("{padding}{} [SL4003]", "ä".repeat(2000));
            let short = shorten(&long);
            assert!(short.len() <= MESSAGE_BYTES_MAX && short.contains("ä...ä") && short.ends_with(" [SL4003]"), "{short}");
        }
        assert_eq!(shorten("short"), "short");
    }
}
