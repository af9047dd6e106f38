//! Namespaces that go away: their content is deleted, and when none is left, so are they.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tokio::time::Instant;

use super::Controller;
use crate::handlers::{Propagation, remove};
use crate::meta;
use crate::mutation::Mutation;
use crate::server::Shared;
use crate::store::{CollectionId, Event, Stored};

const NAMESPACES: &str = "namespaces";
/// The finalizer that stands for a namespace's content.
pub const FINALIZER: &str = "kubernetes";

/// Names of namespaces being deleted.
#[derive(Default)]
pub struct Namespaces(BTreeSet<Box<str>>);

impl Controller for Namespaces {
    fn observe(&mut self, id: &CollectionId, event: &Event) {
        if &**id != NAMESPACES {
            return;
        }
        if event.deleted {
            self.0.remove(&event.new.key.name);
        } else if event.new.terminating {
            self.0.insert(event.new.key.name.clone());
        }
    }

    fn act(&mut self, shared: &Shared) -> Option<Instant> {
        for name in &self.0 {
            let remains = empty(shared, name);
            if remains.resources.is_empty() {
                finalize(shared, name);
            } else {
                tell(shared, name, &remains);
            }
        }
        None
    }
}

/// What something still holds in a namespace.
#[derive(Default)]
struct Remains {
    /// Objects by `resource.group`.
    resources: BTreeMap<String, usize>,
    /// Objects by the finalizer that holds them.
    finalizers: BTreeMap<String, usize>,
}

/// Deletes what is in a namespace.
fn empty(shared: &Shared, namespace: &str) -> Remains {
    let mut remains = Remains::default();
    let index = shared.registry.index();
    for resource in index.all().filter(|resource| resource.namespaced) {
        let Some(resolved) = index.by_collection(&resource.collection) else { continue };
        for object in shared.store.list(&resource.collection, Some(namespace)).objects {
            let gone = !object.terminating && remove(shared, &resolved, &object, Some(Propagation::Background)).unwrap_or(false);
            if !gone {
                *remains.resources.entry(format!("{}.{}", resource.plural, resource.group)).or_default() += 1;
                meta::finalizers(&object.value()).for_each(|name| *remains.finalizers.entry(name.to_owned()).or_default() += 1);
            }
        }
    }
    remains
}

/// Says in the namespace's status what it waits for.
fn tell(shared: &Shared, name: &str, remains: &Remains) {
    let Some(namespace) = shared.get(NAMESPACES, "", name) else { return };
    let mut value = namespace.value();
    let now = meta::timestamp(shared.options.clock.now());
    let conditions = conditions(remains, &value["status"]["conditions"], &now);
    value["status"]["conditions"] = conditions;
    write(shared, &namespace, value, "status");
}

fn conditions(remains: &Remains, old: &Value, now: &str) -> Value {
    let list = |counts: &BTreeMap<String, usize>, verb: &str| {
        counts.iter().map(|(name, count)| format!("{name} {verb} {count} resource instances")).collect::<Vec<_>>().join(", ")
    };
    let resources = format!("Some resources are remaining: {}", list(&remains.resources, "has"));
    let finalizers = format!("Some content in the namespace has finalizers remaining: {}", list(&remains.finalizers, "in"));
    let held = !remains.finalizers.is_empty();
    let all = [
        ("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
        ("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
        ("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
        ("NamespaceContentRemaining", true, "SomeResourcesRemain", &resources),
        ("NamespaceFinalizersRemaining", held, "SomeFinalizersRemain", &finalizers),
    ];
    let condition = |(kind, holds, reason, message): (&str, bool, &str, &str)| {
        let status = if holds { "True" } else { "False" };
        let known = old.as_array().into_iter().flatten().find(|known| known["type"] == kind && known["status"] == status);
        let since = known.map_or(now.into(), |known| known["lastTransitionTime"].clone());
        json!({"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": since})
    };
    all.map(condition).to_vec().into()
}

fn finalize(shared: &Shared, name: &str) {
    let Some(namespace) = shared.get(NAMESPACES, "", name) else { return };
    let mut value = namespace.value();
    if let Some(finalizers) = value["spec"]["finalizers"].as_array_mut() {
        finalizers.retain(|finalizer| finalizer != FINALIZER);
    }
    if value["spec"]["finalizers"].as_array().is_some_and(Vec::is_empty) {
        value["spec"] = Value::Object(serde_json::Map::new());
    }
    write(shared, &namespace, value, "finalize");
}

/// A conflict means somebody else wrote, which is an event that brings us back.
fn write(shared: &Shared, namespace: &Stored, value: Value, subresource: &str) {
    let resolved = shared.builtin("", NAMESPACES);
    if let Err(status) = Mutation::internal(shared, &resolved).on_subresource(subresource).update(namespace, value) {
        tracing::debug!(namespace = &*namespace.key.name, message = status.message, subresource, "a namespace could not be written yet");
    }
}
