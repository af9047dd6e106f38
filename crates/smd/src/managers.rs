//! Managed fields: who set what, when, through which version and subresource.
//!
//! Reads and writes `metadata.managedFields` in the form and order that kube-apiserver uses. Refuses to be exact about
//! entries that it cannot read: they are dropped, as the reference program does.

use crate::set::FieldSet;
use serde_json::{Map, Value};

/// How many managers that used update are kept; older ones become one entry.
pub const UPDATE_MANAGERS_MAX: usize = 10;

/// The owner of what was there before the first apply.
pub(crate) const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// The manager of what older managers left behind.
const ANCIENT: &str = "ancient-changes";

/// How a manager works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Server-side apply.
    Apply,
    /// Everything else.
    Update,
}

/// One manager and its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// Its name.
    pub name: String,
    /// How it works.
    pub operation: Operation,
    /// The version that it spoke.
    pub api_version: String,
    /// The subresource that it wrote to, empty for the object itself.
    pub subresource: String,
    /// When its fields last changed, RFC 3339; empty if unknown.
    pub time: String,
    /// What it owns.
    pub fields: FieldSet,
}

/// All managers of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managers(pub Vec<Manager>);

impl Manager {
    /// Whether two entries are the same manager. An applier is the same in whichever version it speaks.
    pub fn is(&self, other: &Manager) -> bool {
        let version = self.operation == Operation::Apply || self.api_version == other.api_version;
        version && self.name == other.name && self.operation == other.operation && self.subresource == other.subresource
    }

    /// Where its entry stands among others.
    fn place(&self) -> impl Ord + use<'_> {
        (self.operation, &self.time, &self.name, &self.api_version, &self.subresource)
    }

    fn parse(entry: &Value) -> Option<Manager> {
        let text = |name: &str| entry[name].as_str().unwrap_or("").to_string();
        let operation = match entry["operation"].as_str()? {
            "Apply" => Operation::Apply,
            "Update" => Operation::Update,
            _ => return None,
        };
        let fields = FieldSet::from_json(&entry["fieldsV1"]).ok()?;
        Some(Manager {
            name: text("manager"),
            operation,
            api_version: text("apiVersion"),
            subresource: text("subresource"),
            time: text("time"),
            fields,
        })
    }

    fn to_json(&self) -> Value {
        let operation = if self.operation == Operation::Apply { "Apply" } else { "Update" };
        let texts = [("manager", &*self.name), ("subresource", &self.subresource), ("time", &self.time)];
        let given = texts.into_iter().filter(|(_, text)| !text.is_empty());
        let always = [("apiVersion", &*self.api_version), ("fieldsType", "FieldsV1"), ("operation", operation)];
        let mut entry: Map<String, Value> = always.into_iter().chain(given).map(|(name, text)| (name.into(), text.into())).collect();
        // Moved, not made with `json!`, which would copy the whole set.
        entry.insert("fieldsV1".into(), self.fields.to_json());
        Value::Object(entry)
    }
}

impl Managers {
    /// Reads `metadata.managedFields` of an object.
    pub fn of(object: &Value) -> Managers {
        let entries = object["metadata"]["managedFields"].as_array();
        Managers(entries.into_iter().flatten().filter_map(Manager::parse).collect())
    }

    /// Writes `metadata.managedFields` of an object; no managers, no field.
    pub fn write(mut self, object: &mut Value) {
        self.0.retain(|manager| !manager.fields.is_empty());
        self.0.sort_by(|a, b| a.place().cmp(&b.place()));
        let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
        if self.0.is_empty() {
            metadata.remove("managedFields");
        } else {
            metadata.insert("managedFields".into(), self.0.iter().map(Manager::to_json).collect());
        }
    }

    /// The fields of a manager.
    pub fn fields(&self, manager: &Manager) -> Option<&FieldSet> {
        self.0.iter().find(|known| known.is(manager)).map(|known| &known.fields)
    }

    /// Puts an entry in the place of the one of the same manager, whose time it keeps. Gives the fields that the old one owned.
    pub fn set(&mut self, manager: Manager) -> Option<FieldSet> {
        if let Some(known) = self.0.iter_mut().find(|known| known.is(&manager)) {
            let time = std::mem::take(&mut known.time);
            return Some(std::mem::replace(known, Manager { time, ..manager }).fields);
        }
        self.0.push(manager);
        None
    }

    /// The same entries with the times that others have for them, and none where others have no such entry.
    pub(crate) fn with_times_of(mut self, before: &Managers) -> Managers {
        for manager in &mut self.0 {
            let known = before.0.iter().find(|known| known.is(manager));
            manager.time = known.map(|known| known.time.clone()).unwrap_or_default();
        }
        self
    }

    /// Gives the writer's entry the time of a write that changed anything of the object.
    pub(crate) fn stamp(&mut self, writer: &Manager, now: &str) {
        let written = self.0.iter_mut().filter(|manager| manager.is(writer));
        written.for_each(|manager| manager.time = now.to_owned());
    }

    /// Gives what was there before the first apply the time of that apply.
    pub(crate) fn date_before_first_apply(&mut self, now: &str) {
        let undated = self.0.iter_mut().filter(|manager| manager.name == BEFORE_FIRST_APPLY && manager.time.is_empty());
        undated.for_each(|manager| manager.time = now.to_owned());
    }

    /// Joins the oldest update managers beyond the limit into one entry.
    pub(crate) fn cap(&mut self) {
        let mut updates: Vec<Manager> = Vec::new();
        self.0.retain(|manager| {
            let keep = manager.operation == Operation::Apply || !manager.subresource.is_empty();
            if !keep {
                updates.push(manager.clone());
            }
            keep
        });
        updates.sort_by(|a, b| a.time.cmp(&b.time).then_with(|| a.name.cmp(&b.name)));
        let extra = updates.len().saturating_sub(UPDATE_MANAGERS_MAX);
        if extra > 0 {
            let mut ancient = updates.remove(0);
            ancient.name = ANCIENT.into();
            for old in updates.drain(..extra) {
                ancient.fields.union_with(&old.fields);
                ancient.time = old.time;
            }
            updates.insert(0, ancient);
        }
        self.0.append(&mut updates);
    }
}

/// Whether a writer asks for all ownership to be forgotten: exactly one empty entry, or an empty list.
pub(crate) fn is_reset(object: &Value) -> bool {
    match object["metadata"]["managedFields"].as_array() {
        Some(entries) => entries.len() == 1 && entries[0].as_object().is_some_and(Map::is_empty),
        None => false,
    }
}
