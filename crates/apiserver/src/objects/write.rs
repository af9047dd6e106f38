//! How a write is made: by whom, to which resource and subresource, and whether it is kept. The end of it is [`Write::commit`].

use std::sync::Arc;

use serde_json::Value;

use crate::registry::Resolved;
use crate::request::{Call, Validation};
use crate::rules::{self, Scene};
use crate::shared::Shared;
use crate::status::{Cause, Status};
use crate::store::{Change, Expect, Key, Refused, Stored};
use crate::{convert, decode, managed, meta, patch};

/// The words of a conflict that clients retry on.
pub const MODIFIED: &str = "the object has been modified; please apply your changes to the latest version and try again";

/// How a write is made. Handlers and controllers differ only in how they build one.
pub struct Write<'a> {
    pub(super) shared: &'a Shared,
    pub(super) resolved: &'a Resolved,
    /// Who owns the fields that this write sets; none leaves ownership alone.
    manager: Option<String>,
    pub(super) subresource: Option<&'a str>,
    dry_run: bool,
    /// The patch that gave the new state. It cannot mean another object, so a foreign uid in it is a change.
    pub(super) patch: Option<&'a Call>,
    validation: Validation,
    /// What the client should be told beside the answer.
    pub warnings: Vec<String>,
}

impl<'a> Write<'a> {
    /// A write that a request asks for.
    pub fn of_call(shared: &'a Shared, call: &'a Call, resolved: &'a Resolved) -> Write<'a> {
        Write {
            shared,
            resolved,
            manager: Some(call.manager()),
            subresource: call.target.subresource.as_deref(),
            dry_run: call.is_dry_run(),
            patch: (call.verb == "patch").then_some(call),
            validation: call.validation(),
            warnings: Vec::new(),
        }
    }

    /// A write that the server makes itself.
    pub fn internal(shared: &'a Shared, resolved: &'a Resolved) -> Write<'a> {
        let validation = Validation::Ignore;
        Write { shared, resolved, manager: None, subresource: None, dry_run: false, patch: None, validation, warnings: Vec::new() }
    }

    /// The same write to a subresource.
    pub fn on_subresource(self, name: &'a str) -> Write<'a> {
        Write { subresource: Some(name), ..self }
    }

    /// Leaves ownership alone, because server-side apply has settled it already.
    pub fn without_manager(self) -> Write<'a> {
        Write { manager: None, ..self }
    }

    /// The same write, but nothing is stored.
    pub fn pretending(self) -> Write<'a> {
        Write { dry_run: true, ..self }
    }

    /// Writes a state that needs no checks, or removes the object with it.
    pub fn commit(&self, key: &Key, expect: Expect, change: Change) -> Result<Arc<Stored>, Status> {
        let change = match change {
            Change::Put(value) => Change::Put(convert::to_storage(self.resolved, value)),
            Change::Delete(value) => Change::Delete(convert::to_storage(self.resolved, value)),
        };
        if self.dry_run {
            return self.pretend(key, expect, change);
        }
        let committed = self.shared.commit(&self.resolved.resource.collection, key, expect, change);
        committed.map_err(|refused| self.refused(refused, &key.name))
    }

    fn pretend(&self, key: &Key, expect: Expect, change: Change) -> Result<Arc<Stored>, Status> {
        let (Change::Put(value) | Change::Delete(value)) = change;
        let known = self.shared.store.get(&self.resolved.resource.collection, key);
        let revision = match (expect, known) {
            (Expect::Absent, Some(_)) => return Err(self.refused(Refused::Exists, &key.name)),
            (_, known) => known.map_or(0, |object| object.revision),
        };
        let key = key.clone();
        Ok(Arc::new(if revision == 0 { Stored::without_revision(key, value) } else { Stored::freeze(key, value, revision) }))
    }

    fn refused(&self, refused: Refused, name: &str) -> Status {
        let about = self.resolved.about(name);
        match refused {
            Refused::Exists => Status::already_exists(about),
            Refused::Missing => Status::not_found(about),
            Refused::Moved => Status::conflict(about, MODIFIED),
        }
    }

    /// An object that a write leaves as it is, unless it moved on.
    pub(super) fn get_again(&self, old: &Stored) -> Result<Arc<Stored>, Status> {
        let known = self.shared.store.get(&self.resolved.resource.collection, &old.key);
        known.filter(|object| object.revision == old.revision).ok_or_else(|| self.refused(Refused::Moved, &old.key.name))
    }

    /// Where it happens, as rules see it.
    pub(super) fn scene(&self) -> Scene<'a> {
        Scene {
            registry: &self.shared.registry,
            clock: &self.shared.options.clock,
            resolved: self.resolved,
            subresource: self.subresource,
            validation: self.validation,
        }
    }

    /// Notes who set what.
    pub(super) fn own(&self, old: Option<&Value>, new: &mut Value) {
        if let Some(manager) = &self.manager {
            // What is written through the scale gets no time, there as here.
            let is_scale = self.subresource == Some("scale");
            let time = if is_scale { String::new() } else { meta::timestamp(self.shared.options.clock.now()) };
            managed::on_update(self.resolved, old, new, manager, self.subresource, &time);
        }
    }

    /// Refuses an object with faults.
    pub(super) fn refuse(&self, name: &str, causes: Vec<Cause>) -> Result<(), Status> {
        if causes.is_empty() { Ok(()) } else { Err(Status::invalid(self.resolved.about_kind(name), causes)) }
    }

    /// The body must be of the type that the path names; a missing type is filled in.
    pub(super) fn check_type(&mut self, object: &mut Value) -> Result<(), Status> {
        decode::check_type(self.resolved, object).map_err(|refusal| self.of_patch(object, refusal))?;
        let warnings = rules::check_shape(&self.scene(), object).map_err(|why| self.misfit(object, &why))?;
        self.warnings.extend(warnings);
        self.warnings.extend(rules::deprecation(self.resolved).map(str::to_owned));
        meta::check_shape(object).map_err(Status::bad_request)
    }

    /// An apply that gives no object of its kind is answered in words of its own.
    fn misfit(&self, object: &Value, why: &str) -> Status {
        let resource = &self.resolved.resource;
        let is_apply = self.patch.is_some_and(|call| call.content_type == patch::APPLY);
        if is_apply && !resource.is_custom() {
            return patch::unconverted(object, why);
        }
        let (kind, version) = (&resource.kind, &self.resolved.version().name);
        let refusal = Status::bad_request(format!("{kind} in version {version:?} cannot be handled as a {kind}: {why}"));
        self.of_patch(object, refusal)
    }

    /// What a patch makes of a built-in object is refused as a patch, not as an object.
    fn of_patch(&self, object: &Value, refusal: Status) -> Status {
        match self.patch {
            Some(call) if !self.resolved.resource.is_custom() => patch::misfit(call, object, &refusal),
            _ => refusal,
        }
    }
}
