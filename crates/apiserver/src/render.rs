//! What an answer looks like: whole objects, metadata only, or tables; single, in lists, or as watch events.

use bytes::{Bytes, BytesMut};
use http::Response;
use serde_json::{Map, Value, json};
use std::sync::Arc;

use crate::answer;
use crate::body::Body;
use crate::convert;
use crate::registry::Resolved;
use crate::request::{Accept, Include};
use crate::store::{Event, Stored};

/// The revision and paging of a list.
#[derive(Clone, Debug, Default)]
pub struct ListMeta {
    /// The revision of the state listed.
    pub revision: u64,
    /// Token for the next page.
    pub next: Option<String>,
    /// Objects on further pages.
    pub remaining: Option<usize>,
}

/// One object.
pub fn object(accept: Accept, resolved: &Resolved, code: u16, object: &Stored) -> Response<Body> {
    let bytes = match accept {
        Accept::Object => convert::bytes(resolved, object),
        Accept::Partial => partial(resolved, object),
        Accept::Table(include) => {
            table(resolved, include, std::slice::from_ref(&object), &ListMeta { revision: object.revision, ..ListMeta::default() })
        }
    };
    answer::json_bytes(code, bytes)
}

/// A list of objects.
pub fn list(accept: Accept, resolved: &Resolved, objects: &[Arc<Stored>], meta: &ListMeta) -> Response<Body> {
    let bytes = match accept {
        Accept::Table(include) => table(resolved, include, objects, meta),
        Accept::Object => {
            let append = |object: &Stored, list: &mut BytesMut| convert::append_item(resolved, object, list);
            // Lists of custom resources say that there is no next page, others say nothing.
            let next = meta.next.clone().or_else(|| resolved.resource.is_custom().then(String::new));
            let meta = ListMeta { next, ..meta.clone() };
            joined(&resolved.api_version(), &resolved.resource.list_kind, &meta, objects, append)
        }
        Accept::Partial => {
            let append = |object: &Stored, list: &mut BytesMut| list.extend_from_slice(&partial(resolved, object));
            joined("meta.k8s.io/v1", "PartialObjectMetadataList", meta, objects, append)
        }
    };
    answer::json_bytes(200, bytes)
}

fn joined(api_version: &str, kind: &str, meta: &ListMeta, objects: &[Arc<Stored>], append: impl Fn(&Stored, &mut BytesMut)) -> Bytes {
    let head = json!({"apiVersion": api_version, "kind": kind, "metadata": meta.to_value()}).to_string();
    let mut bytes = BytesMut::with_capacity(head.len() + objects.iter().map(|object| object.json.len() + 1).sum::<usize>() + 16);
    bytes.extend_from_slice(&head.as_bytes()[..head.len() - 1]);
    bytes.extend_from_slice(b",\"items\":[");
    for (at, object) in objects.iter().enumerate() {
        if at > 0 {
            bytes.extend_from_slice(b",");
        }
        append(object, &mut bytes);
    }
    bytes.extend_from_slice(b"]}");
    bytes.freeze()
}

impl ListMeta {
    fn to_value(&self) -> Value {
        let mut map = Map::from_iter([("resourceVersion".to_owned(), self.revision.to_string().into())]);
        if let Some(next) = &self.next {
            map.insert("continue".into(), next.as_str().into());
        }
        if let Some(remaining) = self.remaining {
            map.insert("remainingItemCount".into(), remaining.into());
        }
        Value::Object(map)
    }
}

/// An object as a watch shows it.
pub fn watched(accept: Accept, resolved: &Resolved, object: &Stored) -> Bytes {
    match accept {
        Accept::Object => convert::bytes(resolved, object),
        Accept::Partial => partial(resolved, object),
        Accept::Table(include) => {
            table(resolved, include, std::slice::from_ref(&object), &ListMeta { revision: object.revision, ..ListMeta::default() })
        }
    }
}

/// The object of an event; its metadata-only form is made once for all watchers.
pub fn event_object(accept: Accept, resolved: &Resolved, event: &Event) -> Bytes {
    match accept {
        Accept::Partial => event.partial.get_or_init(|| partial(resolved, &event.new)).clone(),
        _ => watched(accept, resolved, &event.new),
    }
}

/// The chunks of one line of a watch; the object's bytes are not copied.
pub fn event(kind: &'static str, object: Bytes) -> [Bytes; 3] {
    let head: &'static [u8] = match kind {
        "ADDED" => b"{\"type\":\"ADDED\",\"object\":",
        "MODIFIED" => b"{\"type\":\"MODIFIED\",\"object\":",
        "DELETED" => b"{\"type\":\"DELETED\",\"object\":",
        _ => b"{\"type\":\"ERROR\",\"object\":",
    };
    [Bytes::from_static(head), object, Bytes::from_static(b"}\n")]
}

/// A line that only tells how far the watch has come.
pub fn bookmark(accept: Accept, resolved: &Resolved, revision: u64, ends_state: bool) -> Bytes {
    let mut metadata = json!({"resourceVersion": revision.to_string()});
    if ends_state {
        metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
    }
    let (api_version, kind) = match accept {
        Accept::Object => (resolved.api_version(), resolved.resource.kind.clone()),
        Accept::Partial => ("meta.k8s.io/v1".to_owned(), "PartialObjectMetadata".to_owned()),
        Accept::Table(_) => ("meta.k8s.io/v1".to_owned(), "Table".to_owned()),
    };
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata});
    if accept == Accept::Object && !resolved.resource.is_custom() {
        smd::fill(&mut object, resolved.built_in_type());
    }
    Bytes::from(format!("{}\n", json!({"type": "BOOKMARK", "object": object})))
}

fn partial(resolved: &Resolved, object: &Stored) -> Bytes {
    let mut value = convert::read(resolved, object);
    let mut partial = json!({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata"});
    // Moved, not made with `json!`, which would copy it.
    partial["metadata"] = value["metadata"].take();
    Bytes::from(partial.to_string())
}

fn table(resolved: &Resolved, include: Include, objects: &[impl AsRef<Stored>], meta: &ListMeta) -> Bytes {
    Bytes::from(crate::table::table(resolved, include, objects, &meta.to_value()).to_string())
}

impl AsRef<Stored> for Stored {
    fn as_ref(&self) -> &Stored {
        self
    }
}
