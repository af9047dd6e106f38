//! The one place where it is decided what happens to an object.

use std::collections::HashSet;
use std::sync::Arc;

use failure::Code;
use object::{Object, ObjectId};

use crate::markers::{marks, marks_disabled, ssa_mode};
use crate::prune::{self, PruneBudget, Stale};
use crate::{Digest, Stage, stage_of};

/// One wanted object.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The object as it is declared, with owner labels.
    pub object: Arc<Object>,
    /// Its digest.
    pub digest: Digest,
}

/// What is known of the live counterpart of a wanted object.
#[derive(Clone, Debug)]
pub enum Seen {
    /// It was applied with this digest and nobody touched it since: nothing needs to be asked.
    Converged,
    /// It is not there.
    Absent,
    /// It is there.
    Present(Presence),
    /// It could not be looked at, or the dry run was refused.
    Refused(Code, String),
}

/// A live object and what applying would do to it.
#[derive(Clone, Debug)]
pub struct Presence {
    /// Live metadata at least.
    pub live: Object,
    /// The paths that a dry run would change; empty if none.
    pub changed: Vec<String>,
    /// The server's words, if it refused the dry run because a field cannot change.
    pub immutable: Option<String>,
}

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted and made again.
    Replace,
    /// It is deleted.
    Delete,
    /// Nothing is to be done.
    Skip,
    /// It is left alone because it says so; it stays in the inventory if wanted.
    Ignore,
    /// It leaves the inventory and is not deleted.
    Disown,
    /// Its deletion waits for confirmation.
    Hold,
    /// It cannot be done.
    Refuse(Code),
}

/// One line of a plan.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Which object.
    pub id: ObjectId,
    /// Its API version, without the group.
    pub version: String,
    /// What happens.
    pub action: Action,
    /// Why, in a few words.
    pub why: String,
    /// What is sent, where something is sent; of a deletion, what was seen and is to go.
    pub object: Option<Arc<Object>>,
}

/// Everything that one reconcile will do. Immutable; `diff`, the log and `apply` see the same value.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What is applied, stage by stage, in order.
    pub stages: Vec<(Stage, Vec<Entry>)>,
    /// What is deleted or held, in the order of deletion.
    pub prune: Vec<Entry>,
}

/// How a plan is made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Namespace and name of the owner.
    pub owner: (String, String),
    /// Objects whose fields cannot change are replaced.
    pub force: bool,
    /// Objects that are no longer declared are deleted.
    pub prune: bool,
    /// How much may be deleted without asking.
    pub budget: PruneBudget,
    /// A person agreed to this deletion.
    pub is_confirmed: bool,
    /// `Group/Kind` pairs with a stage of their own.
    pub custom_stage_kinds: Vec<String>,
    /// How many objects the old inventory has.
    pub inventory_size: usize,
}

/// Decides what happens to each object.
///
/// Shape: one entry for each wanted object (in the given order, by stage) and one for each stale one (reversed).
/// Cost: O(n). Errors: none, a refusal is an entry. Nothing is pruned while a wanted object is refused.
pub fn plan(wanted: &[(Wanted, Seen)], stale: &[Stale], options: &Options) -> Plan {
    let mut plan = Plan::default();
    for (wanted, seen) in wanted {
        let entry = decide(wanted, seen, options.force);
        let stage = stage_of(&entry.id.group, &entry.id.kind, &options.custom_stage_kinds);
        match plan.stages.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, entries)) => entries.push(entry),
            None => plan.stages.push((stage, vec![entry])),
        }
    }
    plan.stages.sort_by_key(|(stage, _)| *stage);
    if options.prune && plan.refusals().next().is_none() {
        plan.prune = pruned(stale, options);
    }
    plan
}

impl Plan {
    /// All entries: what is applied, then what is pruned.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.stages.iter().flat_map(|(_, entries)| entries).chain(&self.prune)
    }

    /// The entries that cannot be done.
    pub fn refusals(&self) -> impl Iterator<Item = (&Entry, Code)> {
        self.entries().filter_map(|entry| match entry.action {
            Action::Refuse(code) => Some((entry, code)),
            _ => None,
        })
    }

    /// Whether carrying it out writes nothing.
    pub fn is_empty(&self) -> bool {
        !self.entries().any(|entry| matches!(entry.action, Action::Create | Action::Update | Action::Replace | Action::Delete))
    }
}

fn decide(wanted: &Wanted, seen: &Seen, force: bool) -> Entry {
    let object = &wanted.object;
    let (action, why) = match seen {
        _ if marks_disabled(object, "reconcile") => (Action::Ignore, "reconcile is disabled".to_owned()),
        _ if ssa_mode(object) == "Ignore" => (Action::Ignore, "ssa is Ignore".to_owned()),
        Seen::Converged => (Action::Skip, "as declared".to_owned()),
        Seen::Absent => (Action::Create, "missing".to_owned()),
        Seen::Present(presence) => present(object, presence, force),
        Seen::Refused(code, why) => (Action::Refuse(*code), why.clone()),
    };
    let sent = matches!(action, Action::Create | Action::Update | Action::Replace).then(|| object.clone());
    Entry { id: object.id(), version: object.version().to_owned(), action, why, object: sent }
}

fn present(object: &Object, presence: &Presence, force: bool) -> (Action, String) {
    let live = &presence.live;
    if marks_disabled(live, "reconcile") {
        return (Action::Ignore, "reconcile is disabled on the live object".to_owned());
    }
    if ssa_mode(live) == "Ignore" {
        return (Action::Ignore, "ssa is Ignore on the live object".to_owned());
    }
    if ssa_mode(object) == "IfNotPresent" {
        return (Action::Ignore, "present, and ssa is IfNotPresent".to_owned());
    }
    if let Some(words) = &presence.immutable {
        let may_replace = force || marks(object, "force", "enabled");
        return if may_replace { (Action::Replace, words.clone()) } else { (Action::Refuse(Code::ImmutableField), words.clone()) };
    }
    if presence.changed.is_empty() {
        return (Action::Skip, "as declared".to_owned());
    }
    (Action::Update, format!("differs in {}", presence.changed.join(", ")))
}

fn pruned(stale: &[Stale], options: &Options) -> Vec<Entry> {
    let owner = (options.owner.0.as_str(), options.owner.1.as_str());
    let mut ids = HashSet::new();
    let mut entries: Vec<Entry> =
        stale.iter().rev().filter(|stale| ids.insert(stale.id.clone())).map(|stale| prune::decide(stale, owner)).collect();
    let deleted = entries.iter().filter(|entry| matches!(entry.action, Action::Delete | Action::Hold)).count();
    let over_budget = options.budget.is_exceeded(deleted, options.inventory_size);
    for entry in &mut entries {
        match entry.action {
            Action::Hold if options.is_confirmed || options.budget == PruneBudget::Off => entry.action = Action::Delete,
            Action::Delete if over_budget && !options.is_confirmed => {
                entry.action = Action::Hold;
                entry.why = format!("would delete {deleted} of {} objects", options.inventory_size);
            }
            _ => {}
        }
    }
    entries
}

#[cfg(test)]
mod tests;
