//! Who refers to what: edges instead of polling, kept as objects change, so that a change elsewhere asks nobody in vain.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use object::Object;
use parking_lot::RwLock;
use runtime::{Key, Store};

/// A thing that is referred to: its kind and its key.
pub type Thing = (&'static str, Key);

/// The references of all objects of a store, both ways. Clones share the content.
#[derive(Clone)]
pub struct Referrers {
    objects: Store,
    things: fn(&Object) -> Vec<Thing>,
    edges: Arc<RwLock<Edges>>,
}

#[derive(Default)]
struct Edges {
    things: HashMap<Key, Vec<Thing>>,
    referrers: HashMap<Thing, BTreeSet<Key>>,
}

impl Referrers {
    /// Of the objects of a store; `things` says what one of them refers to. Nobody is known until [`Referrers::note`] is told.
    pub fn new(objects: Store, things: fn(&Object) -> Vec<Thing>) -> Referrers {
        Referrers { objects, things, edges: Arc::default() }
    }

    /// Takes in what an object refers to now. Whoever calls last has seen the newest: the store is read under the lock.
    pub fn note(&self, key: &Key) {
        let mut edges = self.edges.write();
        let object = self.objects.get(key);
        edges.put(key, object.map(|object| (self.things)(&object)).unwrap_or_default());
    }

    /// The objects that refer to a thing.
    pub fn of(&self, kind: &'static str, key: &Key) -> Vec<Key> {
        self.edges.read().referrers.get(&(kind, key.clone())).into_iter().flatten().cloned().collect()
    }

    /// A cycle of references from an object back to itself by way of others of its `kind`, if there is one.
    pub fn cycle(&self, kind: &str, start: &Key) -> Option<Vec<Key>> {
        let mut path = vec![start.clone()];
        self.edges.read().find_cycle(kind, &mut path, &mut HashSet::new()).then_some(path)
    }
}

impl Edges {
    fn put(&mut self, key: &Key, things: Vec<Thing>) {
        for thing in self.things.remove(key).unwrap_or_default() {
            let Some(referrers) = self.referrers.get_mut(&thing) else { continue };
            referrers.remove(key);
            if referrers.is_empty() {
                self.referrers.remove(&thing);
            }
        }
        for thing in &things {
            self.referrers.entry(thing.clone()).or_default().insert(key.clone());
        }
        if !things.is_empty() {
            self.things.insert(key.clone(), things);
        }
    }

    /// Extends a path until it ends where it began.
    fn find_cycle(&self, kind: &str, path: &mut Vec<Key>, seen: &mut HashSet<Key>) -> bool {
        let things = path.last().and_then(|at| self.things.get(at)).map(Vec::as_slice).unwrap_or_default();
        for (_, key) in things.iter().filter(|(known, _)| *known == kind) {
            path.push(key.clone());
            if *key == path[0] || (seen.insert(key.clone()) && self.find_cycle(kind, path, seen)) {
                return true;
            }
            path.pop();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Objects that name what they refer to as `kind/name`.
    fn things(object: &Object) -> Vec<Thing> {
        let kinds = ["Source", "Object"];
        let names = object.get("spec").and_then(|spec| spec.as_array()).into_iter().flatten().filter_map(|name| name.as_str());
        let thing = |name: &str| {
            let (kind, name) = name.split_once('/')?;
            Some((*kinds.iter().find(|known| **known == kind)?, Key::new("a", name)))
        };
        names.filter_map(thing).collect()
    }

    fn put(referrers: &Referrers, name: &str, version: u64, spec: &[&str]) {
        let metadata = json!({"namespace": "a", "name": name, "uid": name, "resourceVersion": version.to_string()});
        let object = json!({"apiVersion": "v1", "kind": "Object", "metadata": metadata, "spec": spec});
        referrers.objects.put(Object::new(object).unwrap());
        referrers.note(&Key::new("a", name));
    }

    fn referrers() -> Referrers {
        Referrers::new(Store::default(), things)
    }

    fn of(referrers: &Referrers, kind: &'static str, name: &str) -> Vec<String> {
        referrers.of(kind, &Key::new("a", name)).into_iter().map(|key| key.name).collect()
    }

    #[test]
    fn each_reference_is_found_from_its_other_end() {
        let referrers = referrers();
        put(&referrers, "one", 1, &["Source/app"]);
        put(&referrers, "two", 1, &["Source/app", "Object/one"]);
        assert_eq!(of(&referrers, "Source", "app"), ["one", "two"]);
        assert_eq!(of(&referrers, "Object", "one"), ["two"]);
        assert!(of(&referrers, "Object", "app").is_empty());
    }

    #[test]
    fn a_reference_that_was_taken_back_or_whose_owner_is_gone_wakes_nobody() {
        let referrers = referrers();
        put(&referrers, "one", 1, &["Object/two", "Source/app"]);
        put(&referrers, "one", 2, &["Source/app"]);
        assert!(of(&referrers, "Object", "two").is_empty());
        referrers.objects.remove(&Key::new("a", "one"));
        referrers.note(&Key::new("a", "one"));
        assert!(of(&referrers, "Source", "app").is_empty());
        assert!(referrers.edges.read().referrers.is_empty(), "nothing is kept of who is gone");
    }

    #[test]
    fn a_cycle_is_told_from_where_it_is_asked() {
        let referrers = referrers();
        for (name, on) in [("one", "Object/two"), ("two", "Object/three"), ("three", "Object/two"), ("four", "Object/four")] {
            put(&referrers, name, 1, &[on]);
        }
        let cycle = |name: &str| referrers.cycle("Object", &Key::new("a", name)).map(|keys| keys.into_iter().map(|key| key.name).collect());
        assert_eq!(cycle("one"), None::<Vec<String>>, "it only waits for a cycle");
        assert_eq!(cycle("two"), Some(["two", "three", "two"].map(String::from).to_vec()));
        assert_eq!(cycle("four"), Some(["four", "four"].map(String::from).to_vec()));
    }
}
