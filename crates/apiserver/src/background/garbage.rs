//! The garbage collector: dependents follow their owners, before (foreground), after (background) or not at all (orphan).
//!
//! It keeps only edges: owner uid to dependents. Whether an owner lives is looked up where its reference points.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;
use tokio::time::Instant;

use super::controller::{Controller, delete, put};
use crate::meta::{self, FOREGROUND, ORPHAN};
use crate::objects::{Propagation, Write};
use crate::registry::Resolved;
use crate::shared::Shared;
use crate::store::{CollectionId, Event, Key, Stored};

type Place = (CollectionId, Key);

/// The collector's notes.
#[derive(Default)]
pub struct Garbage {
    /// Dependents by the uid of their owner.
    dependents: HashMap<Box<str>, BTreeSet<Place>>,
    /// Owners seen dying; a reference to one of them is absent, even where its kind is unknown by now.
    gone: HashSet<Box<str>>,
    /// Objects whose owners are to be looked at.
    suspects: BTreeSet<Place>,
    /// Objects whose deletion waits for the collector.
    waiting: BTreeSet<Place>,
}

impl Controller for Garbage {
    fn observe(&mut self, id: &CollectionId, event: &Event) {
        let object = &event.new;
        let place = (id.clone(), object.key.clone());
        self.move_edges(event, &place);
        if event.deleted {
            if let Some(dependents) = self.dependents.remove(&object.uid) {
                self.suspects.extend(dependents);
                self.gone.insert(object.uid.clone());
            }
            return;
        }
        if !object.owners.is_empty() {
            self.suspects.insert(place.clone());
        }
        if object.terminating {
            self.waiting.insert(place);
        }
    }

    fn act(&mut self, shared: &Shared) -> Option<Instant> {
        for place in std::mem::take(&mut self.suspects) {
            self.examine(shared, &place);
        }
        for place in self.waiting.clone() {
            if self.is_settled(shared, &place) {
                self.waiting.remove(&place);
            }
        }
        self.gone.clear();
        None
    }
}

/// One entry of `ownerReferences`, looked up.
struct Owner {
    uid: String,
    state: OwnerState,
}

#[derive(PartialEq)]
enum OwnerState {
    /// It lives, or nobody can tell.
    Solid,
    /// It waits for its dependents to go first.
    WaitsForUs,
    /// It is no more.
    Absent,
}

impl Garbage {
    fn move_edges(&mut self, event: &Event, place: &Place) {
        for uid in event.old.iter().flat_map(|old| old.owners.iter()) {
            let Some(dependents) = self.dependents.get_mut(uid) else { continue };
            dependents.remove(place);
            if dependents.is_empty() {
                self.dependents.remove(uid);
            }
        }
        if !event.deleted {
            for uid in &event.new.owners {
                self.dependents.entry(uid.clone()).or_default().insert(place.clone());
            }
        }
    }

    /// Deletes an object that no owner holds any more, or drops references to owners that are gone.
    fn examine(&self, shared: &Shared, place: &Place) {
        let Some((resolved, object)) = find(shared, place) else { return };
        let value = object.value();
        let owners: Vec<Owner> = references(&value).map(|reference| self.look_up(shared, &object, reference)).collect();
        if owners.is_empty() || owners.iter().any(|owner| owner.state == OwnerState::Solid) {
            let absent: Vec<&Owner> = owners.iter().filter(|owner| owner.state == OwnerState::Absent).collect();
            if !absent.is_empty() {
                drop_references(shared, &resolved, &object, value, |uid| absent.iter().any(|owner| owner.uid == uid));
            }
            return;
        }
        if object.terminating {
            return;
        }
        let foreground = owners.iter().any(|owner| owner.state == OwnerState::WaitsForUs) && self.dependents.contains_key(&object.uid);
        let propagation = if foreground { Propagation::Foreground } else { Propagation::Background };
        delete(shared, &resolved, &object, propagation);
    }

    fn look_up(&self, shared: &Shared, dependent: &Stored, reference: &Value) -> Owner {
        let uid = reference["uid"].as_str().unwrap_or_default().to_owned();
        let state = match (self.gone.contains(&*uid), owner(shared, dependent, reference)) {
            (true, _) | (false, Found::Nothing) => OwnerState::Absent,
            (false, Found::Unknown) => OwnerState::Solid,
            (false, Found::Object(object)) if *object.uid != *uid => OwnerState::Absent,
            (false, Found::Object(object)) if waits_for(&object) => OwnerState::WaitsForUs,
            (false, Found::Object(_)) => OwnerState::Solid,
        };
        Owner { uid, state }
    }

    /// Moves a deletion on that waits for the collector; whether nothing of ours holds it any more.
    fn is_settled(&mut self, shared: &Shared, place: &Place) -> bool {
        let Some((resolved, object)) = find(shared, place) else { return true };
        let value = object.value();
        if !object.terminating {
            return true;
        }
        let dependents: Vec<Place> = self.dependents.get(&object.uid).into_iter().flatten().cloned().collect();
        if meta::has_finalizer(&value, ORPHAN) {
            dependents.iter().for_each(|dependent| abandon(shared, dependent, &object.uid));
            release(shared, &resolved, &object, value, ORPHAN);
            return false;
        }
        if !meta::has_finalizer(&value, FOREGROUND) {
            return true;
        }
        let blocked = dependents.iter().any(|dependent| blocks(shared, dependent, &object.uid));
        if !blocked {
            release(shared, &resolved, &object, value, FOREGROUND);
        }
        self.suspects.extend(dependents.into_iter().filter(|dependent| find(shared, dependent).is_some_and(|(_, it)| !it.terminating)));
        for suspect in std::mem::take(&mut self.suspects) {
            self.examine(shared, &suspect);
        }
        !blocked
    }
}

enum Found {
    Object(Arc<Stored>),
    Nothing,
    Unknown,
}

/// The object that a reference points at, by kind and name.
fn owner(shared: &Shared, dependent: &Stored, reference: &Value) -> Found {
    let text = |key: &str| reference[key].as_str().unwrap_or_default();
    let group = text("apiVersion").split_once('/').map_or("", |(group, _)| group);
    let index = shared.registry.index();
    let Some(resource) = index.by_kind(group, text("kind")) else { return Found::Unknown };
    let namespace = if resource.namespaced { &*dependent.key.namespace } else { "" };
    shared.store.get(&resource.collection, &Key::new(namespace, text("name"))).map_or(Found::Nothing, Found::Object)
}

/// Whether an owner is being deleted in the foreground, so that its dependents go first.
fn waits_for(owner: &Stored) -> bool {
    owner.terminating && meta::has_finalizer(&owner.value(), FOREGROUND)
}

fn references(object: &Value) -> impl Iterator<Item = &Value> {
    object["metadata"]["ownerReferences"].as_array().into_iter().flatten()
}

/// Whether a dependent still stands in the way of its owner's foreground deletion.
fn blocks(shared: &Shared, dependent: &Place, uid: &str) -> bool {
    let Some((_, object)) = find(shared, dependent) else { return false };
    references(&object.value()).any(|reference| reference["uid"] == uid && reference["blockOwnerDeletion"] == true)
}

fn abandon(shared: &Shared, dependent: &Place, uid: &str) {
    if let Some((resolved, object)) = find(shared, dependent) {
        let value = object.value();
        drop_references(shared, &resolved, &object, value, |owner| owner == uid);
    }
}

fn drop_references(shared: &Shared, resolved: &Resolved, object: &Stored, mut value: Value, gone: impl Fn(&str) -> bool) {
    if let Some(list) = value["metadata"]["ownerReferences"].as_array_mut() {
        list.retain(|reference| !gone(reference["uid"].as_str().unwrap_or_default()));
    }
    put(Write::internal(shared, resolved), object, value);
}

fn release(shared: &Shared, resolved: &Resolved, object: &Stored, mut value: Value, finalizer: &str) {
    meta::remove_finalizer(&mut value, finalizer);
    put(Write::internal(shared, resolved), object, value);
}

fn find(shared: &Shared, place: &Place) -> Option<(Resolved, Arc<Stored>)> {
    let resolved = shared.registry.index().by_collection(&place.0)?;
    Some((resolved, shared.store.get(&place.0, &place.1)?))
}
