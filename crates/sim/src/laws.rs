//! What must hold when the faults have ended: each broken law is a sentence.

use std::collections::BTreeSet;

use api::condition::READY;
use api::{ConditionStatus, Kustomization};
use object::{Object, ObjectId, Value};
use runtime::Key;

use crate::model::{self, Declared, Model};
use crate::world::{World, owner, revision};

/// What is wrong with the world; empty if all laws hold.
///
/// With `is_healed` nothing is excused: every Kustomization is Ready.
pub async fn check(world: &World, is_healed: bool) -> anyhow::Result<Vec<String>> {
    let (model, live) = (world.model(), world.live().await?);
    let mut broken = world.unpublished().await?;
    for (key, declared) in &model.0 {
        let found = world.kustomization(key).await?;
        let Some((object, found)) = found.filter(|_| declared.exists) else {
            broken.extend(declared.exists.then(|| format!("{key} is not there")));
            broken.extend((!declared.exists && world.kustomization(key).await?.is_some()).then(|| format!("{key} is still there")));
            broken.extend(strays(world, key, declared, None, &live));
            continue;
        };
        if declared.suspend {
            continue;
        }
        let excuses = if is_healed { BTreeSet::new() } else { model.excuses(key) };
        broken.extend(told(&model, key, &object, &found, &excuses));
        broken.extend(strays(world, key, declared, Some(&found), &live));
        broken.extend(lacks(key, declared, &found, &live));
    }
    broken.extend(strangers(world, &live));
    Ok(broken)
}

/// Law 1: it is Ready at what is declared, or names its cause.
fn told(model: &Model, key: &Key, object: &Object, found: &Kustomization, excuses: &BTreeSet<&str>) -> Option<String> {
    let status = &found.status;
    let Some(ready) = status.conditions.get(READY) else { return Some(format!("{key} says nothing")) };
    if status.observed_generation != object.generation() || ready.observed_generation != object.generation() {
        return Some(format!("{key} has not seen its generation {}", object.generation()));
    }
    let declared = revision(model, &key.namespace);
    match ready.status {
        ConditionStatus::True if status.last_applied_revision == declared => None,
        ConditionStatus::True => Some(format!("{key} is Ready at {}, and {declared} is declared", status.last_applied_revision)),
        _ if excuses.iter().any(|code| ready.message.contains(code)) => None,
        _ => Some(format!("{key} is not Ready: {} {}", ready.reason, ready.message)),
    }
}

/// Law 2, first half: nothing is there under its name that it does not want, and its inventory is what it wants.
fn strays(world: &World, key: &Key, declared: &Declared, found: Option<&Kustomization>, live: &[Object]) -> Vec<String> {
    let wanted = if declared.exists { declared.ids(&key.namespace) } else { BTreeSet::new() };
    let inventory: BTreeSet<ObjectId> = found.map(inventory).unwrap_or_default();
    let is_ready = found.is_some_and(|found| found.status.conditions.is_true(READY));
    let timeline = world.timeline.lock();
    let owned = live.iter().filter(|object| owner(object).as_ref() == Some(key)).map(Object::id);
    let strays = owned.filter(|id| !wanted.contains(id) && !timeline.tolerates(key, id));
    let is_known = |id: &ObjectId| inventory.contains(id) || found.is_some_and(|found| is_announced(found, id));
    let mut broken: Vec<String> = strays
        .filter(|id| is_ready || !is_known(id))
        .map(|id| {
            let says = found.and_then(|found| found.status.conditions.get(READY)).map(|ready| ready.message.as_str());
            format!("{id} carries the labels of {key}, which does not want it or cannot find it again, and says {says:?}")
        })
        .collect();
    if is_ready && inventory != wanted {
        broken.push(format!("the inventory of {key} is {inventory:?}, and {wanted:?} is wanted"));
    }
    broken
}

/// Whether an object can be found again, because a pass announced it before it wrote.
fn is_announced(found: &Kustomization, id: &ObjectId) -> bool {
    let announced = found.metadata.annotations.get(controllers::ANNOUNCED_ANNOTATION).map(String::as_str).unwrap_or_default();
    announced.split(',').any(|one| one == id.inventory_id())
}

fn inventory(found: &Kustomization) -> BTreeSet<ObjectId> {
    let entries = found.status.inventory.iter().flat_map(|inventory| &inventory.entries);
    entries.filter_map(|entry| entry.object_id().ok()).collect()
}

/// Law 2, second half: what is wanted is there and as declared, as far as the Kustomization says that it is.
fn lacks(key: &Key, declared: &Declared, found: &Kustomization, live: &[Object]) -> Vec<String> {
    let is_ready = found.status.conditions.is_true(READY);
    if !is_ready {
        return Vec::new();
    }
    let wanted = declared.items.iter().map(|(name, item)| (model::id(&key.namespace, name), model::manifest(&key.namespace, name, item)));
    wanted
        .filter_map(|(id, manifest)| lack(key, &id, &manifest, live.iter().find(|object| object.id() == id)?))
        .chain(missing(key, declared, live))
        .collect()
}

fn missing(key: &Key, declared: &Declared, live: &[Object]) -> Vec<String> {
    let there: BTreeSet<ObjectId> = live.iter().map(Object::id).collect();
    declared.ids(&key.namespace).difference(&there).map(|id| format!("{id} is missing; {key} wants it")).collect()
}

fn lack(key: &Key, id: &ObjectId, manifest: &Value, live: &Object) -> Option<String> {
    if owner(live).as_ref() != Some(key) {
        return Some(format!("{id} carries the labels of {:?}; {key} wants it", owner(live)));
    }
    let live = Value::Object(live.as_map().clone());
    let has_more = ["data", "spec"].iter().any(|field| id.kind != "Deployment" && size(&live[*field]) > size(&manifest[*field]));
    let is_definition = id.kind == "CustomResourceDefinition";
    (!contains(&live, manifest) || (has_more && !is_definition)).then(|| format!("{id} is {live}, and {manifest} is declared"))
}

fn size(value: &Value) -> usize {
    value.as_object().map_or(0, serde_json::Map::len)
}

/// Whether a value has everything that another has.
fn contains(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::Object(value), Value::Object(part)) => {
            part.iter().all(|(key, part)| value.get(key).is_some_and(|value| contains(value, part)))
        }
        (Value::Array(value), Value::Array(part)) => {
            value.len() == part.len() && value.iter().zip(part).all(|(value, part)| contains(value, part))
        }
        _ => value == part,
    }
}

/// Law 3: what nobody declared is as it was.
fn strangers(world: &World, live: &[Object]) -> Vec<String> {
    let is_same = |stranger: &Object| {
        let same = |object: &&Object| object.uid() == stranger.uid() && object.resource_version() == stranger.resource_version();
        live.iter().any(|object| same(&object))
    };
    world.strangers().iter().filter(|stranger| !is_same(stranger)).map(|stranger| format!("{stranger} was touched")).collect()
}
