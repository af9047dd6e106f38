//! What is a Kustomization's own although its inventory does not say so: what a pass was about to write, and what was left behind.
//!
//! It is written down before the first write, so that a process that is killed before it writes the status orphans nothing. Labels
//! alone prove nothing: a Kustomization of the same name on another cluster may have set them.

use std::collections::{BTreeSet, HashSet};

use api::Kustomization;
use object::{Object, ObjectId};

use super::inventory;

/// The annotation that holds it: ids as in the inventory, with commas between them.
pub const ANNOTATION: &str = "sluice.dev/announced";

/// Longest annotation. Where the ids are longer, their kinds stand for all objects of that kind with our labels.
const BYTES_MAX: usize = 64 << 10;
/// Stands for every namespace and name.
const ALL: &str = "*";

/// What was announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced(HashSet<ObjectId>);

impl Announced {
    /// What the annotation says. An entry that cannot be read says nothing.
    pub fn of(kustomization: &Kustomization) -> Announced {
        let text = kustomization.metadata.annotations.get(ANNOTATION).map(String::as_str).unwrap_or_default();
        Announced(text.split(',').filter_map(|id| ObjectId::from_inventory_id(id).ok()).collect())
    }

    /// Whether an object with our labels is ours.
    pub fn names(&self, id: &ObjectId) -> bool {
        self.0.contains(id) || self.0.contains(&all_of_kind(id))
    }

    /// Its objects, or what stands for them.
    pub fn iter(&self) -> impl Iterator<Item = &ObjectId> {
        self.0.iter()
    }
}

/// The annotation that is to be there before `objects` are written; none if the present one does.
///
/// `stays` says which of the objects announced before may still turn up.
pub fn before_writing(kustomization: &Kustomization, objects: &[Object], stays: impl Fn(&ObjectId) -> bool) -> Option<String> {
    let announced = Announced::of(kustomization);
    let known: HashSet<ObjectId> = inventory::entries(kustomization).map(|(id, _)| id).collect();
    let wanted: HashSet<ObjectId> = objects.iter().map(Object::id).collect();
    let is_left_behind = |id: &&ObjectId| !kustomization.spec.prune && !wanted.contains(*id);
    let beside: BTreeSet<&ObjectId> = wanted.difference(&known).chain(known.iter().filter(is_left_behind)).collect();
    if beside.iter().all(|id| announced.names(id)) {
        return None;
    }
    let older = announced.iter().filter(|id| !known.contains(*id) && (id.name == ALL || stays(id)));
    Some(written(beside.into_iter().chain(older)))
}

fn written<'a>(ids: impl Iterator<Item = &'a ObjectId>) -> String {
    let ids: BTreeSet<&ObjectId> = ids.collect();
    let text = join(ids.iter().map(|id| id.inventory_id()).collect());
    if text.len() <= BYTES_MAX { text } else { join(ids.iter().map(|id| all_of_kind(id).inventory_id()).collect()) }
}

fn join(ids: BTreeSet<String>) -> String {
    ids.into_iter().collect::<Vec<_>>().join(",")
}

fn all_of_kind(id: &ObjectId) -> ObjectId {
    ObjectId { namespace: ALL.into(), name: ALL.into(), group: id.group.clone(), kind: id.kind.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn kustomization(prune: bool, announced: &str, inventory: &[&str]) -> Kustomization {
        let entries: Vec<Value> = inventory.iter().map(|id| json!({"id": id, "v": "v1"})).collect();
        Kustomization::from_value(&json!({
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": {"name": "app", "namespace": "a", "annotations": {ANNOTATION: announced}},
            "spec": {"interval": "1m", "prune": prune, "sourceRef": {"kind": "GitRepository", "name": "app"}},
            "status": {"inventory": {"entries": entries}},
        }))
        .unwrap()
    }

    fn config_map(name: &str) -> Object {
        Object::new(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "a"}})).unwrap()
    }

    #[test]
    fn what_is_new_is_announced_once() {
        let before = kustomization(true, "", &[]);
        let text = before_writing(&before, &[config_map("one"), config_map("two")], |_| true).unwrap();
        assert_eq!(text, "a_one__ConfigMap,a_two__ConfigMap");
        let after = kustomization(true, &text, &[]);
        assert_eq!(before_writing(&after, &[config_map("two")], |_| true), None);
        assert!(Announced::of(&after).names(&config_map("one").id()) && !Announced::of(&after).names(&config_map("other").id()));
    }

    #[test]
    fn what_the_inventory_names_is_not_announced_again_and_what_is_gone_is_forgotten() {
        let before = kustomization(true, "a_gone__ConfigMap,a_one__ConfigMap", &["a_one__ConfigMap"]);
        assert_eq!(before_writing(&before, &[config_map("one")], |_| false), None, "nothing is new");
        assert_eq!(before_writing(&before, &[config_map("two")], |_| false).unwrap(), "a_two__ConfigMap");
        assert_eq!(before_writing(&before, &[config_map("two")], |_| true).unwrap(), "a_gone__ConfigMap,a_two__ConfigMap");
    }

    #[test]
    fn without_prune_what_is_left_behind_stays_known() {
        let before = kustomization(false, "", &["a_one__ConfigMap", "a_two__ConfigMap"]);
        assert_eq!(before_writing(&before, &[config_map("one")], |_| true).unwrap(), "a_two__ConfigMap");
        assert_eq!(before_writing(&kustomization(true, "", &["a_two__ConfigMap"]), &[], |_| true), None);
    }

    #[test]
    fn a_list_that_is_too_long_names_kinds() {
        let objects: Vec<Object> = (0..5000).map(|at| config_map(&format!("name-{at}"))).collect();
        let text = before_writing(&kustomization(true, "", &[]), &objects, |_| true).unwrap();
        assert_eq!(text, "*_*__ConfigMap");
        let after = kustomization(true, &text, &[]);
        assert!(Announced::of(&after).names(&config_map("any").id()));
        assert_eq!(before_writing(&after, &objects, |_| true), None);
    }
}
