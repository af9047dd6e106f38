//! What is deleted because it is no longer declared, and what is held until a person agrees.

use std::sync::Arc;

use object::{Object, ObjectId};

use crate::markers::{marks, marks_disabled, ssa_mode};
use crate::{Action, Entry};

/// Pruning everything of an inventory larger than this is held for confirmation.
pub const HELD_INVENTORY_MIN: usize = 5;

/// How much may be deleted without asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PruneBudget {
    /// All of an inventory of more than [`HELD_INVENTORY_MIN`] objects is held; the default.
    #[default]
    Guarded,
    /// At most this many.
    Count(usize),
    /// At most this part of the inventory, in percent.
    Percent(u8),
    /// Nothing is held: Flux's behaviour.
    Off,
}

impl PruneBudget {
    /// Reads `off`, a count such as `20`, or a part such as `30%`.
    pub fn parse(text: &str) -> Option<PruneBudget> {
        match text.trim() {
            "off" => Some(PruneBudget::Off),
            text => match text.strip_suffix('%') {
                Some(percent) => percent.parse().ok().filter(|percent| *percent <= 100).map(PruneBudget::Percent),
                None => text.parse().ok().map(PruneBudget::Count),
            },
        }
    }

    /// Whether deleting `count` of `total` objects goes beyond it.
    pub(crate) fn is_exceeded(&self, count: usize, total: usize) -> bool {
        match self {
            PruneBudget::Guarded => count == total && total > HELD_INVENTORY_MIN,
            PruneBudget::Count(max) => count > *max,
            PruneBudget::Percent(max) => count * 100 > total * usize::from(*max),
            PruneBudget::Off => false,
        }
    }
}

/// An object of the old inventory that is no longer wanted.
#[derive(Clone, Debug)]
pub struct Stale {
    /// Its identity.
    pub id: ObjectId,
    /// The version it was applied with.
    pub version: String,
    /// The live object (its metadata is enough), or none if it is gone.
    pub live: Option<Object>,
    /// What others still keep in it: of a Namespace or a definition, the number of objects that are not ours.
    pub foreign_objects: usize,
}

/// Decides one stale object, leaving the budget aside.
pub(crate) fn decide(stale: &Stale, owner: (&str, &str)) -> Entry {
    let entry =
        |action, why: &str| Entry { id: stale.id.clone(), version: stale.version.clone(), action, why: why.to_owned(), object: None };
    let Some(live) = &stale.live else { return entry(Action::Skip, "already gone") };
    if !is_owned(live, owner) {
        return entry(Action::Disown, "belongs to another owner");
    }
    for name in ["prune", "reconcile"] {
        if marks_disabled(live, name) {
            return entry(Action::Disown, &format!("{name} is disabled"));
        }
    }
    if ssa_mode(live) == "Ignore" || marks(live, "ssa", "ignore") {
        return entry(Action::Disown, "ssa is Ignore");
    }
    let seen = Some(Arc::new(live.clone()));
    if stale.foreign_objects > 0 {
        return Entry { object: seen, ..entry(Action::Hold, &format!("still holds {} objects of others", stale.foreign_objects)) };
    }
    Entry { object: seen, ..entry(Action::Delete, "no longer declared") }
}

fn is_owned(live: &Object, (namespace, name): (&str, &str)) -> bool {
    live.label("kustomize.toolkit.fluxcd.io/name") == Some(name) && live.label("kustomize.toolkit.fluxcd.io/namespace") == Some(namespace)
}
