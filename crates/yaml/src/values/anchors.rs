//! Anchored values and the limits on copying them: a small text must not become a large value.

use super::Key;
use crate::{Error, Limits, Mark, Value};
use std::collections::HashMap;

/// Below this many aliased nodes nothing is checked, as in Go.
const ALIASED_NODES_FREE: u64 = 100;
/// Below this many nodes nothing is checked, as in Go.
const NODES_FREE: u64 = 1_000;
/// Up to here nearly all nodes of a document may come from aliases.
const NODES_LENIENT: f64 = 400_000.0;
/// From here on only a tenth of them may.
const NODES_STRICT: f64 = 4_000_000.0;

enum Anchor {
    /// Its node is not finished yet, so no alias may use it.
    Open,
    Done {
        value: Value,
        key: Option<Key>,
        weight: Weight,
    },
}

/// How much a value holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Weight {
    nodes: u64,
    bytes: usize,
    depth: usize,
}

impl Weight {
    fn of(value: &Value) -> Self {
        let own = Self { nodes: 1, bytes: size_of::<Value>(), depth: 0 };
        match value {
            Value::String(text) => Self { bytes: own.bytes + text.len(), ..own },
            Value::Array(items) => items.iter().fold(own, |sum, item| sum.with(Self::of(item))),
            Value::Object(map) => map.iter().fold(own, |sum, (key, value)| {
                let held = sum.with(Self::of(value));
                Self { nodes: held.nodes + 1, bytes: held.bytes + size_of::<String>() + key.len(), ..held }
            }),
            _ => own,
        }
    }

    fn with(self, inner: Self) -> Self {
        Self { nodes: self.nodes + inner.nodes, bytes: self.bytes + inner.bytes, depth: self.depth.max(inner.depth + 1) }
    }
}

pub(super) struct Anchors<'a> {
    limits: Limits,
    anchors: HashMap<&'a str, Anchor>,
    nodes: u64,
    aliased_nodes: u64,
    copied_bytes: usize,
}

impl<'a> Anchors<'a> {
    pub fn new(limits: Limits) -> Self {
        Self { limits, anchors: HashMap::new(), nodes: 0, aliased_nodes: 0, copied_bytes: 0 }
    }

    /// Starts a new document: anchors end with theirs, copied bytes are counted over the whole text.
    pub fn forget(&mut self) {
        self.anchors.clear();
        (self.nodes, self.aliased_nodes) = (0, 0);
    }

    pub fn count_node(&mut self) {
        self.nodes += 1;
    }

    pub fn open(&mut self, name: &'a str) {
        self.anchors.insert(name, Anchor::Open);
    }

    pub fn close(&mut self, name: &'a str, value: &Value, key: Option<Key>, at: Mark) -> Result<(), Error> {
        let weight = Weight::of(value);
        self.count_copy(weight, at)?;
        self.anchors.insert(name, Anchor::Done { value: value.clone(), key, weight });
        Ok(())
    }

    /// A copy of the value that `name` stands for, to be put below `depth` collections.
    pub fn value(&mut self, name: &str, at: Mark, depth: usize) -> Result<Value, Error> {
        let (_, _, weight) = self.find(name, at)?;
        if depth + weight.depth > self.limits.depth_max {
            return Err(Error::meaning(at, format_args!("exceeded max depth of {}", self.limits.depth_max)));
        }
        self.nodes += 1 + weight.nodes;
        self.aliased_nodes += weight.nodes;
        if self.is_excessive() {
            return Err(Error::meaning(at, "document contains excessive aliasing"));
        }
        self.count_copy(weight, at)?;
        self.find(name, at).map(|(value, _, _)| value.clone())
    }

    /// The key that `name` stands for.
    pub fn key(&self, name: &str, at: Mark) -> Result<Key, Error> {
        let (_, key, _) = self.find(name, at)?;
        key.cloned().ok_or_else(|| Error::meaning(at, "invalid map key: a key must be a scalar"))
    }

    fn find(&self, name: &str, at: Mark) -> Result<(&Value, Option<&Key>, Weight), Error> {
        match self.anchors.get(name) {
            None => Err(Error::meaning(at, format_args!("unknown anchor '{name}' referenced"))),
            Some(Anchor::Open) => Err(Error::meaning(at, format_args!("anchor '{name}' value contains itself"))),
            Some(Anchor::Done { value, key, weight }) => Ok((value, key.as_ref(), *weight)),
        }
    }

    fn count_copy(&mut self, weight: Weight, at: Mark) -> Result<(), Error> {
        self.copied_bytes = self.copied_bytes.saturating_add(weight.bytes);
        if self.copied_bytes > self.limits.copied_bytes_max {
            let limit = self.limits.copied_bytes_max;
            return Err(Error::meaning(at, format_args!("anchors and aliases exceed the limit of {limit} copied bytes")));
        }
        Ok(())
    }

    fn is_excessive(&self) -> bool {
        let (aliased, nodes) = (self.aliased_nodes as f64, self.nodes as f64);
        self.aliased_nodes > ALIASED_NODES_FREE && self.nodes > NODES_FREE && aliased / nodes > allowed_share(nodes)
    }
}

/// The share of nodes that may come from aliases: 99% in small documents, falling to 10% in large ones.
fn allowed_share(nodes: f64) -> f64 {
    const MOST: f64 = 0.99;
    const LEAST: f64 = 0.10;
    let way = ((nodes - NODES_LENIENT) / (NODES_STRICT - NODES_LENIENT)).clamp(0.0, 1.0);
    MOST - (MOST - LEAST) * way
}
