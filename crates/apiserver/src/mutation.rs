//! What every write goes through: decoding rules, defaults, validation, generation, field ownership, then the commit.
//!
//! Handlers and background tasks differ only in how they build a [`Mutation`]; the order of the steps is here and nowhere else.

use std::sync::Arc;

use serde_json::Value;

use crate::meta;
use crate::registry::Resolved;
use crate::request::Call;
use crate::rules::{self, Scene};
use crate::server::Shared;
use crate::status::{About, Cause, Status};
use crate::store::{Change, Expect, Key, Refused, Stored};
use crate::{convert, decode, managed, patch};

/// How a write is made.
pub struct Mutation<'a> {
    shared: &'a Shared,
    resolved: &'a Resolved,
    /// Who owns the fields that this write sets; none leaves ownership alone.
    manager: Option<String>,
    subresource: Option<&'a str>,
    dry_run: bool,
    /// The patch that gave the new state. It cannot mean another object, so a foreign uid in it is a change.
    patch: Option<&'a Call>,
    validation: Validation,
    /// What the client should be told beside the answer.
    pub warnings: Vec<String>,
}

/// What happens to fields that no schema knows (`fieldValidation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// They are dropped silently.
    Ignore,
    /// They are dropped with a warning.
    Warn,
    /// They are an error.
    Strict,
}

impl<'a> Mutation<'a> {
    /// A write that a request asks for.
    pub fn of_call(shared: &'a Shared, call: &'a Call, resolved: &'a Resolved) -> Mutation<'a> {
        let validation = match call.query.get("fieldValidation") {
            Some("Strict") => Validation::Strict,
            Some("Ignore") => Validation::Ignore,
            _ => Validation::Warn,
        };
        let (manager, subresource) = (Some(call.manager()), call.target.subresource.as_deref());
        let (dry_run, patch) = (call.is_dry_run(), (call.verb == "patch").then_some(call));
        Mutation { shared, resolved, manager, subresource, dry_run, patch, validation, warnings: Vec::new() }
    }

    /// A write that the server makes itself.
    pub fn internal(shared: &'a Shared, resolved: &'a Resolved) -> Mutation<'a> {
        let validation = Validation::Ignore;
        Mutation { shared, resolved, manager: None, subresource: None, dry_run: false, patch: None, validation, warnings: Vec::new() }
    }

    /// The same write to a subresource.
    pub fn on_subresource(mut self, name: &'a str) -> Mutation<'a> {
        self.subresource = Some(name);
        self
    }

    /// Leaves ownership alone, because server-side apply has settled it already.
    pub fn without_manager(mut self) -> Mutation<'a> {
        self.manager = None;
        self
    }

    /// The same write, but nothing is stored.
    pub fn pretending(mut self) -> Mutation<'a> {
        self.dry_run = true;
        self
    }

    /// Creates an object in a namespace (empty for cluster-scoped resources).
    pub fn create(&mut self, mut object: Value, namespace: &str) -> Result<Arc<Stored>, Status> {
        self.check_type(&mut object)?;
        self.settle_namespace(&mut object, namespace)?;
        self.settle_name(&mut object)?;
        let name = meta::text(&object, "name").to_owned();
        meta::stamp_created(&mut object, self.shared.new_uid(), self.shared.options.clock.now());
        rules::complete(&self.scene(), &mut object);
        rules::check_namespace(self.shared, self.resolved, &object)?;
        self.own(None, &mut object);
        let causes = rules::on_create(&self.scene(), &mut object);
        self.refuse(&name, causes)?;
        if rules::has_generation(self.resolved) {
            meta::metadata(&mut object).insert("generation".into(), 1.into());
        }
        meta::tidy(&mut object);
        let key = Key::new(namespace, &name);
        self.commit(&key, Expect::Absent, Change::Put(object))
    }

    /// Replaces an object's state by `new`, which may end its deletion. An unchanged object is not written.
    pub fn update(&mut self, old: &Stored, mut new: Value) -> Result<Arc<Stored>, Status> {
        self.check_type(&mut new)?;
        let old_value = convert::read(self.resolved, old);
        self.check_preconditions(old, &old_value, &new)?;
        let mut causes = rules::check_update(&old_value, &new);
        meta::carry_over(&old_value, &mut new);
        rules::keep_untouchable(self.resolved, self.subresource, &old_value, &mut new);
        rules::complete(&self.scene(), &mut new);
        self.own(Some(&old_value), &mut new);
        causes.extend(rules::on_update(&self.scene(), &old_value, &mut new));
        self.refuse(&old.key.name, causes)?;
        rules::count_generation(self.resolved, &old_value, &mut new);
        meta::tidy(&mut new);
        if old.terminating && !meta::is_held(&new) {
            return self.commit(&old.key, Expect::Revision(old.revision), Change::Delete(new));
        }
        if managed::same_but_times(&old_value, &new) {
            return self.get_again(old);
        }
        self.commit(&old.key, Expect::Revision(old.revision), Change::Put(new))
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

    fn get_again(&self, old: &Stored) -> Result<Arc<Stored>, Status> {
        let known = self.shared.store.get(&self.resolved.resource.collection, &old.key);
        known.filter(|object| object.revision == old.revision).ok_or_else(|| self.refused(Refused::Moved, &old.key.name))
    }

    fn scene(&self) -> Scene<'a> {
        Scene {
            shared: self.shared,
            resolved: self.resolved,
            subresource: self.subresource,
            validation: self.validation,
            warnings: Vec::new(),
        }
    }

    fn own(&self, old: Option<&Value>, new: &mut Value) {
        if let Some(manager) = &self.manager {
            // What is written through the scale gets no time, there as here.
            let is_scale = self.subresource == Some("scale");
            let time = if is_scale { String::new() } else { meta::timestamp(self.shared.options.clock.now()) };
            managed::on_update(self.resolved, old, new, manager, self.subresource, &time);
        }
    }

    fn refuse(&self, name: &str, causes: Vec<Cause>) -> Result<(), Status> {
        if causes.is_empty() { Ok(()) } else { Err(Status::invalid(self.resolved.about_kind(name), causes)) }
    }

    /// The body must be of the type that the path names; a missing type is filled in.
    fn check_type(&mut self, object: &mut Value) -> Result<(), Status> {
        let mut scene = self.scene();
        let checked = decode::check_type(self.resolved, object).and_then(|()| rules::check_shape(&mut scene, object));
        self.warnings.append(&mut scene.warnings);
        self.warnings.extend(rules::deprecation(self.resolved).map(str::to_owned));
        // What a patch makes of a built-in object is refused as a patch, not as an object.
        match self.patch {
            Some(call) if !self.resolved.resource.is_custom() => checked.map_err(|why| patch::misfit(call, object, &why))?,
            _ => checked?,
        }
        meta::check_shape(object).map_err(Status::bad_request)
    }

    fn settle_namespace(&self, object: &mut Value, namespace: &str) -> Result<(), Status> {
        let found = meta::text(object, "namespace");
        if !found.is_empty() && found != namespace {
            return Err(Status::bad_request("the namespace of the provided object does not match the namespace sent on the request"));
        }
        if namespace.is_empty() {
            meta::metadata(object).remove("namespace");
        } else {
            meta::metadata(object).insert("namespace".into(), namespace.into());
        }
        Ok(())
    }

    fn settle_name(&self, object: &mut Value) -> Result<(), Status> {
        if meta::text(object, "name").is_empty() {
            let prefix = meta::text(object, "generateName").to_owned();
            if prefix.is_empty() {
                let cause = Cause::required("metadata.name", "name or generateName is required");
                return Err(Status::invalid(self.resolved.about_kind(""), vec![cause]));
            }
            let name = meta::generate_name(&prefix, uuid::Uuid::new_v4().as_u128());
            meta::metadata(object).insert("name".into(), name.into());
        }
        Ok(())
    }

    fn check_preconditions(&self, old: &Stored, old_value: &Value, new: &Value) -> Result<(), Status> {
        let about = self.resolved.about(&old.key.name);
        let revision = meta::text(new, "resourceVersion");
        if !revision.is_empty() && revision != "0" && revision != meta::text(old_value, "resourceVersion") {
            return Err(Status::conflict(about, MODIFIED));
        }
        let uid = meta::text(new, "uid");
        if !uid.is_empty() && uid != &*old.uid && self.patch.is_none() {
            let place = registry_key(self.resolved, &old.key);
            let why = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {}", old.uid);
            let why = format!("StorageError: invalid object, Code: 4, Key: {place}, ResourceVersion: 0, AdditionalErrorMsg: {why}");
            return Err(Status::conflict(about, why));
        }
        check_name(about, new, &old.key)
    }
}

/// The words of a conflict that clients retry on.
pub const MODIFIED: &str = "the object has been modified; please apply your changes to the latest version and try again";

fn check_name(about: About<'_>, new: &Value, key: &Key) -> Result<(), Status> {
    let (name, namespace) = (meta::text(new, "name"), meta::text(new, "namespace"));
    if name.is_empty() {
        let why = format!("the name of the object ({} based on URL) was undeterminable: name must be provided", about.name);
        return Err(Status::bad_request(why));
    }
    if name != &*key.name {
        return Err(Status::bad_request(format!("the name of the object ({name}) does not match the name on the URL ({})", about.name)));
    }
    if !namespace.is_empty() && namespace != &*key.namespace {
        return Err(Status::bad_request("the namespace of the provided object does not match the namespace sent on the request"));
    }
    Ok(())
}

/// Where kube-apiserver keeps an object in etcd, which its messages tell.
fn registry_key(resolved: &Resolved, key: &Key) -> String {
    let group = if resolved.resource.is_custom() { format!("{}/", resolved.resource.group) } else { String::new() };
    let namespace = if key.namespace.is_empty() { String::new() } else { format!("{}/", key.namespace) };
    format!("/registry/{group}{}/{namespace}{}", resolved.resource.plural, key.name)
}
