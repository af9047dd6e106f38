//! Server-side apply and its counterpart for all other writes.
//!
//! Both take plain values and give the object with its `metadata.managedFields`. Refuses to read the clock (`now` is an
//! argument) and to touch anything but what the writer set. Begin with [`apply`].

use crate::compare::{Comparison, compare};
use crate::conflict::{Conflict, Conflicts, printed};
use crate::element::Element;
use crate::managers::{BEFORE_FIRST_APPLY, Manager, Managers, Operation, is_reset};
use crate::merge::{merge, merge_into};
use crate::remove::remove;
use crate::set::FieldSet;
use crate::typed::{Duplicates, field_set, is_declared};
use schema::Type;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// Fields that nobody owns: they identify the object or belong to the server.
static UNOWNED: LazyLock<FieldSet> = LazyLock::new(|| {
    FieldSet::fields(&[
        "apiVersion",
        "kind",
        "metadata",
        "metadata.name",
        "metadata.namespace",
        "metadata.creationTimestamp",
        "metadata.selfLink",
        "metadata.uid",
        "metadata.clusterName",
        "metadata.generation",
        "metadata.managedFields",
        "metadata.resourceVersion",
    ])
});

/// What tells nothing of the object itself when it differs.
static UNTOLD: LazyLock<FieldSet> = LazyLock::new(|| FieldSet::fields(&["metadata.managedFields", "metadata.resourceVersion"]));

/// A server-side apply.
#[derive(Clone, Copy, Debug)]
pub struct ApplyRequest<'a> {
    /// The object as it is stored; `None` creates it.
    pub live: Option<&'a Value>,
    /// What the manager wants, in the same version as `live`.
    pub applied: &'a Value,
    /// The type of both.
    pub place: Type<'a>,
    /// The field manager's name.
    pub manager: &'a str,
    /// What every object of the kind holds before anything is set: [`crate::zero`], or an empty mapping.
    pub empty: &'a Value,
    /// The subresource that is written, empty for the object itself.
    pub subresource: &'a str,
    /// Whether conflicts are won.
    pub force: bool,
    /// The time for changed entries, RFC 3339 in UTC with seconds.
    pub now: &'a str,
    /// Fields that this endpoint does not write, such as `status` under the main resource.
    pub ignored: &'a FieldSet,
}

/// A create, update or patch of another kind.
#[derive(Clone, Copy, Debug)]
pub struct UpdateRequest<'a> {
    /// The object as it is stored; `None` when it is created.
    pub live: Option<&'a Value>,
    /// The object as it will be stored.
    pub new: &'a Value,
    /// The type of both.
    pub place: Type<'a>,
    /// The field manager's name.
    pub manager: &'a str,
    /// What every object of the kind holds before anything is set: [`crate::zero`], or an empty mapping.
    pub empty: &'a Value,
    /// The subresource that is written, empty for the object itself.
    pub subresource: &'a str,
    /// The time for changed entries, RFC 3339 in UTC with seconds.
    pub now: &'a str,
    /// Fields that this endpoint does not write, such as `status` under the main resource.
    pub ignored: &'a FieldSet,
}

/// The outcome of an apply.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The object with its new `metadata.managedFields`.
    pub object: Value,
}

/// Why an apply is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Others own fields that would change, and `force` is not set.
    #[error("{0}")]
    Conflict(Conflicts),
    /// The applied configuration does not fit its type.
    #[error("failed to create typed patch object ({object}): {}", listed(.errors))]
    Invalid {
        /// `namespace/name; group/version, Kind=kind`.
        object: String,
        /// Every misfit with its path.
        errors: Vec<String>,
    },
    /// The applied configuration carries managed fields.
    #[error("metadata.managedFields must be nil")]
    ManagedFields,
}

fn listed(errors: &[String]) -> String {
    match errors {
        [only] => only.clone(),
        all => format!("errors:\n  {}", all.join("\n  ")),
    }
}

/// Applies a configuration as KEP-555 describes.
///
/// Sets what `applied` says, takes away what the manager applied before, says no longer and nobody else owns, and notes
/// the new owners. Only an apply that changes the object gets a new time. Cost: O(size of live and applied).
pub fn apply(request: ApplyRequest<'_>) -> Result<Applied, Error> {
    let ApplyRequest { live, applied, place, empty, ignored, .. } = request;
    if !applied["metadata"]["managedFields"].is_null() {
        return Err(Error::ManagedFields);
    }
    let invalid = |errors| Error::Invalid { object: object_name(applied), errors };
    let mut wanted = field_set(applied, place, Duplicates::Refuse).map_err(invalid)?;
    wanted.subtract_below(ignored);
    wanted.subtract(&UNOWNED);
    let mut managers = owners_before_apply(live, empty, place);
    let me = manager(request.manager, Operation::Apply, applied, request.subresource);
    let last = managers.set(Manager { fields: wanted, ..me.clone() });
    let mut object = live.map_or_else(|| applied.clone(), |live| merge_without_owners(live, applied, place));
    if let Some(last) = last.filter(|last| managers.fields(&me).is_none_or(|wanted| !last.is_subset(wanted))) {
        object = prune(object, place, &managers, last);
    }
    let mut changes = true;
    if let Some(live) = live {
        let difference = compare(live, &object, place).without(&UNTOLD);
        changes = !difference.is_same();
        yield_fields(&mut managers, &me, &difference.without(ignored), request.force).map_err(Error::Conflict)?;
    }
    if changes {
        managers.stamp(&me, request.now);
    }
    managers.date_before_first_apply(request.now);
    managers.write(&mut object);
    Ok(Applied { object })
}

/// Notes who set what in a create, update or patch. Gives `new` with its `metadata.managedFields`.
///
/// The writer owns what it added or changed; what it removed is nobody's. Entries whose fields did not change keep
/// their time. A writer that sends one empty entry makes the server forget all ownership; what nobody is known to own stays
/// untracked until somebody applies.
pub fn update(request: UpdateRequest<'_>) -> Value {
    let UpdateRequest { live, new, place, empty, ignored, .. } = request;
    let mut object = new.clone();
    if is_reset(new) {
        Managers::default().write(&mut object);
        return object;
    }
    let mut managers = owners_before_update(live, new, request.subresource);
    if live.is_some() && managers.0.is_empty() {
        managers.write(&mut object);
        return object;
    }
    let difference = compare(live.unwrap_or(empty), new, place).without(ignored);
    let me = manager(request.manager, Operation::Update, new, request.subresource);
    let mut taken = difference.modified.clone();
    taken.union_with(&difference.added);
    taken.subtract(&UNOWNED);
    let mut mine = managers.fields(&me).cloned().unwrap_or_default();
    mine.subtract(&difference.removed);
    mine.union_with(&taken);
    yield_fields(&mut managers, &me, &difference, true).unwrap_or_default();
    managers.set(Manager { fields: mine, ..me.clone() });
    if !taken.is_empty() {
        managers.stamp(&me, request.now);
    }
    managers.cap();
    managers.write(&mut object);
    object
}

/// The owners before an update: those that the writer sends, with the times that are known. A writer that sends none, and
/// one of a subresource, leaves them as they are.
fn owners_before_update(live: Option<&Value>, new: &Value, subresource: &str) -> Managers {
    let before = live.map(Managers::of).unwrap_or_default();
    let repeats = live.is_some_and(|live| live["metadata"]["managedFields"] == new["metadata"]["managedFields"]);
    if repeats || !subresource.is_empty() {
        return before;
    }
    let sent = Managers::of(new);
    if sent.0.is_empty() { before } else { sent.with_times_of(&before) }
}

/// As [`merge`], without the managed fields of `live`: they are as large as the object and are written anew.
fn merge_without_owners(live: &Value, applied: &Value, place: Type<'_>) -> Value {
    let Value::Object(fields) = live else { return merge(live, applied, place) };
    let bare = |(name, value): (&String, &Value)| {
        let metadata = value.as_object().filter(|_| name == "metadata");
        (name.clone(), metadata.map_or_else(|| value.clone(), without_owners))
    };
    let mut merged = Value::Object(fields.iter().map(bare).collect());
    merge_into(&mut merged, applied, place);
    merged
}

fn without_owners(metadata: &Map<String, Value>) -> Value {
    let kept = metadata.iter().filter(|(name, _)| *name != "managedFields");
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// The writer, who owns nothing yet.
fn manager(name: &str, operation: Operation, object: &Value, subresource: &str) -> Manager {
    let api_version = object["apiVersion"].as_str().unwrap_or("").to_string();
    let (time, fields) = (String::new(), FieldSet::default());
    Manager { name: name.into(), operation, api_version, subresource: subresource.into(), time, fields }
}

fn object_name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("").to_string();
    let metadata = &object["metadata"];
    let (namespace, name) = (text(&metadata["namespace"]), text(&metadata["name"]));
    let version = text(&object["apiVersion"]);
    let core = if version.contains('/') { "" } else { "/" };
    format!("{namespace}/{name}; {core}{version}, Kind={}", text(&object["kind"]))
}

/// An object without owners belongs to one entry before the first apply, so that an apply meets it as it meets others.
fn owners_before_apply(live: Option<&Value>, empty: &Value, place: Type<'_>) -> Managers {
    let mut managers = live.map(Managers::of).unwrap_or_default();
    if let (true, Some(live)) = (managers.0.is_empty(), live) {
        let mut fields = compare(empty, live, place).added;
        fields.subtract(&UNOWNED);
        managers.set(Manager { fields, ..manager(BEFORE_FIRST_APPLY, Operation::Update, live, "") });
    }
    managers
}

/// Takes from all other managers what the writer changed or removed. Errors: conflicts, unless `force`.
fn yield_fields(managers: &mut Managers, me: &Manager, difference: &Comparison, force: bool) -> Result<(), Conflicts> {
    let mut changed = difference.modified.clone();
    changed.union_with(&difference.added);
    let mut conflicts = Vec::new();
    let mut lost_all = Vec::new();
    for other in managers.0.iter_mut().filter(|other| !other.is(me)) {
        let taken = other.fields.intersection(&changed);
        conflicts.extend(taken.paths().into_iter().map(|path| Conflict { manager: printed(other), path }));
        if !other.fields.is_empty() {
            other.fields.subtract(&taken);
            other.fields.subtract(&difference.removed);
            lost_all.extend(other.fields.is_empty().then(|| other.clone()));
        }
    }
    if !force && !conflicts.is_empty() {
        return Err(Conflicts(conflicts));
    }
    managers.0.retain(|manager| !lost_all.contains(manager));
    Ok(())
}

/// Removes what the manager owned (`last`), applies no longer, and nobody owns now.
fn prune(merged: Value, place: Type<'_>, managers: &Managers, last: FieldSet) -> Value {
    let Ok(all) = field_set(&merged, place, Duplicates::Allow) else { return merged };
    let (all, last) = (with_named(&all, place), with_named(&last, place));
    let mut owned = FieldSet::default();
    managers.0.iter().for_each(|manager| owned.union_with(&manager.fields));
    let owned = with_named(&owned, place);
    let mut orphans = all.clone();
    orphans.subtract(&set_of(&remove(&merged, place, &last), place));
    orphans.subtract(&owned);
    let kept = remove(&merged, place, &orphans);
    let mut gone = all;
    gone.subtract(&set_of(&kept, place));
    let mut gone = gone.intersection(&last);
    gone.subtract(&UNOWNED);
    remove(&merged, place, &gone)
}

fn set_of(value: &Value, place: Type<'_>) -> FieldSet {
    with_named(&field_set(value, place, Duplicates::Allow).unwrap_or_default(), place)
}

/// The set with every declared field on the way to a member, which ownership alone does not name.
fn with_named(set: &FieldSet, place: Type<'_>) -> FieldSet {
    let step = |(element, below): (&Element, &FieldSet)| {
        let name = element.field_name();
        let child = name.map_or_else(|| place.items().unwrap_or(Type::any()), |name| place.child(name));
        let mut found = with_named(below, child);
        found.member |= name.is_some_and(|name| is_declared(place, name)) && !below.below.is_empty();
        (element.clone(), found)
    };
    FieldSet { member: set.member, below: set.below.iter().map(step).collect() }
}
