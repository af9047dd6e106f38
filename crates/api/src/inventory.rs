//! What was applied: the ids of the objects that belong to a Kustomization or a HelmRelease.

use object::{ObjectId, ParseIdError};
use std::collections::BTreeSet;

use crate::schema::shape;
shape! {
    /// One applied object.
    InventoryEntry {
        required {
            /// Namespace, name, group and kind, joined by underscores.
            id: String;
            /// API version, without its group.
            version as "v": String;
        }
    }
}

shape! {
    /// The objects that were applied, in order of their ids.
    Inventory {
        required {
            /// One entry for each object.
            entries: Vec<InventoryEntry>;
        }
    }
}

impl InventoryEntry {
    /// The entry of an object with the version it was applied in.
    pub fn new(id: &ObjectId, version: &str) -> InventoryEntry {
        InventoryEntry { id: id.inventory_id(), version: version.into() }
    }

    /// Which object it is. Errors: the id was not written by [`InventoryEntry::new`].
    pub fn object_id(&self) -> Result<ObjectId, ParseIdError> {
        ObjectId::from_inventory_id(&self.id)
    }
}

impl FromIterator<InventoryEntry> for Inventory {
    fn from_iter<I: IntoIterator<Item = InventoryEntry>>(entries: I) -> Inventory {
        let mut entries: Vec<InventoryEntry> = entries.into_iter().collect();
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        entries.dedup_by(|a, b| a.id == b.id);
        Inventory { entries }
    }
}

impl Inventory {
    /// Entries that are here and not in `other`. Versions do not count: an object stays itself when its API version changes.
    pub fn missing_in(&self, other: &Inventory) -> Vec<&InventoryEntry> {
        let ids: BTreeSet<&str> = other.entries.iter().map(|entry| entry.id.as_str()).collect();
        self.entries.iter().filter(|entry| !ids.contains(entry.id.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory(ids: &[(&str, &str)]) -> Inventory {
        ids.iter().map(|(id, version)| InventoryEntry { id: (*id).into(), version: (*version).into() }).collect()
    }

    #[test]
    fn a_changed_version_is_no_difference() {
        let old = inventory(&[("b_x__Service", "v1"), ("a_x_apps_Deployment", "v1beta1")]);
        let new = inventory(&[("a_x_apps_Deployment", "v1")]);
        assert_eq!(old.missing_in(&new).iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["b_x__Service"]);
        assert!(new.missing_in(&old).is_empty());
    }

    #[test]
    fn entries_are_sorted_and_written_with_short_keys() {
        let text = serde_json::to_string(&inventory(&[("b", "v1"), ("a", "v1")])).unwrap();
        assert_eq!(text, r#"{"entries":[{"id":"a","v":"v1"},{"id":"b","v":"v1"}]}"#);
    }
}
