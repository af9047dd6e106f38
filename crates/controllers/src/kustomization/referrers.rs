//! Who refers to what: edges instead of polling, kept as Kustomizations change, so that a change elsewhere asks nobody in vain.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use api::{DependencyReference, Kustomization, ValuesKind};
use parking_lot::RwLock;
use runtime::{Key, Store};

/// A thing that is referred to: its kind and its key.
type Thing = (&'static str, Key);

/// The kind of a dependency.
const KUSTOMIZATION: &str = "Kustomization";

/// The references of all Kustomizations, both ways. Clones share the content.
#[derive(Clone)]
pub struct Referrers {
    kustomizations: Store,
    edges: Arc<RwLock<Edges>>,
}

#[derive(Default)]
struct Edges {
    things: HashMap<Key, Vec<Thing>>,
    referrers: HashMap<Thing, BTreeSet<Key>>,
}

impl Referrers {
    /// Of the Kustomizations of a store. Nobody is known until [`Referrers::note`] is told.
    pub fn new(kustomizations: Store) -> Referrers {
        Referrers { kustomizations, edges: Arc::default() }
    }

    /// Takes in what a Kustomization refers to now. Whoever calls last has seen the newest: the store is read under the lock.
    pub fn note(&self, key: &Key) {
        let mut edges = self.edges.write();
        let object = self.kustomizations.get(key);
        let typed = object.and_then(|object| Kustomization::try_from(&*object).ok());
        edges.put(key, typed.map(|kustomization| things(&kustomization)).unwrap_or_default());
    }

    /// The Kustomizations that refer to a source, a ConfigMap or a Secret.
    pub fn of(&self, kind: &'static str, key: &Key) -> Vec<Key> {
        self.edges.read().referrers.get(&(kind, key.clone())).into_iter().flatten().cloned().collect()
    }

    /// The Kustomizations that wait for another.
    pub fn dependents(&self, key: &Key) -> Vec<Key> {
        self.of(KUSTOMIZATION, key)
    }

    /// A cycle of dependencies from a Kustomization back to itself, if there is one.
    pub fn cycle(&self, start: &Key) -> Option<Vec<Key>> {
        let mut path = vec![start.clone()];
        self.edges.read().find_cycle(&mut path, &mut HashSet::new()).then_some(path)
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

    fn dependencies<'a>(&'a self, key: &Key) -> impl Iterator<Item = &'a Key> {
        let things = self.things.get(key).map(Vec::as_slice).unwrap_or_default();
        things.iter().filter(|(kind, _)| *kind == KUSTOMIZATION).map(|(_, key)| key)
    }

    /// Extends a path until it ends where it began.
    fn find_cycle(&self, path: &mut Vec<Key>, seen: &mut HashSet<Key>) -> bool {
        let at = path.last().expect("a path begins with its start").clone();
        for key in self.dependencies(&at) {
            path.push(key.clone());
            if *key == path[0] || (seen.insert(key.clone()) && self.find_cycle(path, seen)) {
                return true;
            }
            path.pop();
        }
        false
    }
}

/// The key of a dependency; its namespace is ours unless it says otherwise.
pub fn dependency_key(kustomization: &Kustomization, dependency: &DependencyReference) -> Key {
    Key::new(or_own(kustomization, &dependency.namespace), dependency.name.as_str())
}

/// The key of the source.
pub fn source_key(kustomization: &Kustomization) -> Key {
    let reference = &kustomization.spec.source_ref;
    Key::new(or_own(kustomization, &reference.namespace), reference.name.as_str())
}

fn or_own<'a>(kustomization: &'a Kustomization, namespace: &'a str) -> &'a str {
    if namespace.is_empty() { &kustomization.metadata.namespace } else { namespace }
}

/// Everything that a Kustomization refers to.
fn things(kustomization: &Kustomization) -> Vec<Thing> {
    let spec = &kustomization.spec;
    let own = kustomization.metadata.namespace.as_str();
    let variables = spec.post_build.iter().flat_map(|post_build| &post_build.substitute_from);
    let variables = variables.map(|reference| (reference.kind.as_str(), Key::new(own, reference.name.as_str())));
    let kubeconfig = spec.kube_config.iter().filter_map(|reference| reference.secret_ref.as_ref());
    let kubeconfig = kubeconfig.map(|reference| (ValuesKind::Secret.as_str(), Key::new(own, reference.name.as_str())));
    let dependencies = spec.depends_on.iter().map(|dependency| (KUSTOMIZATION, dependency_key(kustomization, dependency)));
    let source = (spec.source_ref.kind.as_str(), source_key(kustomization));
    std::iter::once(source).chain(variables).chain(kubeconfig).chain(dependencies).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use object::{Object, Value};
    use serde_json::json;

    fn put(referrers: &Referrers, name: &str, version: u64, spec: Value) {
        let mut whole = json!({"interval": "1m", "prune": true, "sourceRef": {"kind": "GitRepository", "name": "app"}});
        object::merge_patch(&mut whole, &spec);
        let metadata = json!({"namespace": "a", "name": name, "uid": name, "resourceVersion": version.to_string()});
        let object = json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": metadata, "spec": whole});
        referrers.kustomizations.put(Object::new(object).unwrap());
        referrers.note(&Key::new("a", name));
    }

    fn names(keys: &[Key]) -> Vec<&str> {
        keys.iter().map(|key| key.name.as_str()).collect()
    }

    #[test]
    fn each_reference_is_found_from_its_other_end() {
        let referrers = Referrers::new(Store::default());
        let variables = json!({"substituteFrom": [{"kind": "Secret", "name": "settings"}]});
        put(&referrers, "one", 1, json!({"postBuild": variables}));
        put(&referrers, "two", 1, json!({"dependsOn": [{"name": "one"}], "sourceRef": {"namespace": "b"}}));
        assert_eq!(names(&referrers.of("GitRepository", &Key::new("a", "app"))), ["one"]);
        assert_eq!(names(&referrers.of("GitRepository", &Key::new("b", "app"))), ["two"]);
        assert_eq!(names(&referrers.of("Secret", &Key::new("a", "settings"))), ["one"]);
        assert_eq!(referrers.of("ConfigMap", &Key::new("a", "settings")), []);
        assert_eq!(names(&referrers.dependents(&Key::new("a", "one"))), ["two"]);
    }

    #[test]
    fn a_reference_that_was_taken_back_or_whose_owner_is_gone_wakes_nobody() {
        let referrers = Referrers::new(Store::default());
        put(&referrers, "one", 1, json!({"dependsOn": [{"name": "two"}]}));
        put(&referrers, "one", 2, json!({}));
        assert_eq!(referrers.dependents(&Key::new("a", "two")), []);
        referrers.kustomizations.remove(&Key::new("a", "one"));
        referrers.note(&Key::new("a", "one"));
        assert_eq!(referrers.of("GitRepository", &Key::new("a", "app")), []);
        assert!(referrers.edges.read().referrers.is_empty(), "nothing is kept of who is gone");
    }

    #[test]
    fn a_cycle_is_told_from_where_it_is_asked() {
        let referrers = Referrers::new(Store::default());
        for (name, on) in [("one", "two"), ("two", "three"), ("three", "two"), ("four", "four")] {
            put(&referrers, name, 1, json!({"dependsOn": [{"name": on}]}));
        }
        assert_eq!(referrers.cycle(&Key::new("a", "one")), None, "it only waits for a cycle");
        assert_eq!(names(&referrers.cycle(&Key::new("a", "two")).unwrap()), ["two", "three", "two"]);
        assert_eq!(names(&referrers.cycle(&Key::new("a", "four")).unwrap()), ["four", "four"]);
    }
}
