//! Namespaces that go away: their content is deleted, and when none is left, so are they.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::controller::{delete, put};
use super::terminating::Terminating;
use crate::meta;
use crate::objects::{Propagation, Write};
use crate::shared::Shared;
use crate::store::Stored;

const NAMESPACES: &str = "namespaces";
/// The finalizer that stands for a namespace's content.
const FINALIZER: &str = "kubernetes";

/// The controller of terminating namespaces.
pub fn controller() -> Terminating {
    Terminating::new(NAMESPACES, clear)
}

/// Deletes what is in a namespace, then releases it, or says what it waits for.
fn clear(shared: &Shared, namespace: &Stored) {
    let remains = empty(shared, &namespace.key.name);
    if remains.resources.is_empty() {
        finalize(shared, namespace);
    } else {
        tell(shared, namespace, &remains);
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
            let is_gone = !object.terminating && delete(shared, &resolved, &object, Propagation::Background);
            if !is_gone {
                *remains.resources.entry(format!("{}.{}", resource.plural, resource.group)).or_default() += 1;
                meta::finalizers(&object.value()).for_each(|name| *remains.finalizers.entry(name.to_owned()).or_default() += 1);
            }
        }
    }
    remains
}

/// Says in the namespace's status what it waits for.
fn tell(shared: &Shared, namespace: &Stored, remains: &Remains) {
    let mut value = namespace.value();
    let now = meta::timestamp(shared.options.clock.now());
    let conditions = conditions(remains, &value["status"]["conditions"], &now);
    value["status"]["conditions"] = conditions;
    write(shared, namespace, value, "status");
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

fn finalize(shared: &Shared, namespace: &Stored) {
    let mut value = namespace.value();
    if let Some(finalizers) = value["spec"]["finalizers"].as_array_mut() {
        finalizers.retain(|finalizer| finalizer != FINALIZER);
    }
    if value["spec"]["finalizers"].as_array().is_some_and(Vec::is_empty) {
        value["spec"] = Value::Object(serde_json::Map::new());
    }
    write(shared, namespace, value, "finalize");
}

fn write(shared: &Shared, namespace: &Stored, value: Value, subresource: &str) {
    let resolved = shared.registry.builtin("", NAMESPACES);
    put(Write::internal(shared, &resolved).on_subresource(subresource), namespace, value);
}
