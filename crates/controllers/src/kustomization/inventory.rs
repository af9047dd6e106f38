//! The inventory in a status: what a Kustomization applied, so that it can be pruned later.

use std::collections::BTreeMap;

use api::{Inventory, InventoryEntry, Kustomization};
use object::ObjectId;
use plan::Action;

use super::outcome::Outcome;

/// The entries with their API versions; those that cannot be read are left out.
pub fn entries(kustomization: &Kustomization) -> impl Iterator<Item = (ObjectId, String)> + '_ {
    let entries = kustomization.status.inventory.iter().flat_map(|inventory| &inventory.entries);
    entries.filter_map(|entry| Some((entry.object_id().ok()?, entry.version.clone())))
}

/// The wanted objects, and what is kept. While something failed, what was there before stays too: nothing is lost from sight.
pub fn after(before: &Kustomization, outcome: &Outcome) -> Inventory {
    let mut entries: BTreeMap<String, String> = BTreeMap::new();
    if outcome.failure.is_some() {
        entries.extend(before.status.inventory.iter().flat_map(|old| &old.entries).map(|entry| (entry.id.clone(), entry.version.clone())));
        for (id, action) in &outcome.changes {
            if *action == Action::Delete {
                entries.remove(&id.inventory_id());
            }
        }
    }
    entries.extend(outcome.items.iter().map(|item| (item.id.inventory_id(), item.version.clone())));
    entries.extend(outcome.kept.iter().map(|(id, version)| (id.inventory_id(), version.clone())));
    Inventory { entries: entries.into_iter().map(|(id, version)| InventoryEntry { id, version }).collect() }
}
