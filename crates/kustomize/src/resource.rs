//! One resource under construction: the object itself and what the build remembers about it.
//!
//! The reference keeps its memory in annotations of the object; here it is fields beside the object, so nothing has to be
//! cleaned off afterwards. Annotations of that kind in the input are read into the fields (`records`).

use std::borrow::Cow;
use std::sync::Arc;

use object::{Map, Value};

use crate::id::{Gvk, Id};
use crate::origin::Origin;
use crate::scope::Scopes;
use crate::shared_value::SharedValue;
pub(crate) const ORIGIN_ANNOTATION: &str = "config.kubernetes.io/origin";
pub(crate) const TRANSFORMATIONS_ANNOTATION: &str = "alpha.config.kubernetes.io/transformations";

/// How a generated resource meets one that is already there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behavior {
    #[default]
    Unspecified,
    Create,
    Replace,
    Merge,
}

impl Behavior {
    /// Reads the word; anything unknown is `Unspecified`, as in the reference.
    pub fn parse(word: &str) -> Behavior {
        match word {
            "create" => Behavior::Create,
            "replace" => Behavior::Replace,
            "merge" => Behavior::Merge,
            _ => Behavior::Unspecified,
        }
    }

    /// The word for messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Behavior::Unspecified => "unspecified",
            Behavior::Create => "create",
            Behavior::Replace => "replace",
            Behavior::Merge => "merge",
        }
    }
}

/// An identity the resource had before a transformer changed it. The group and version are the current ones.
#[derive(Clone, Debug)]
pub(crate) struct Previous {
    pub kind: String,
    pub name: String,
    pub namespace: String,
}

/// A text that a replacement wrote where a scalar of another type stood.
#[derive(Clone, Debug)]
pub(crate) struct Misfit {
    pub steps: crate::spelling::Steps,
    /// What stood there.
    pub old: Value,
}

/// Where a resource was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub file: Arc<str>,
    /// From 1; 0 for generated resources.
    pub line: usize,
}

/// One resource under construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resource {
    /// The object: always a mapping, or null once it was deleted.
    pub value: SharedValue,
    pub previous: Vec<Previous>,
    pub prefixes: Vec<String>,
    pub suffixes: Vec<String>,
    pub behavior: Behavior,
    pub needs_hash: bool,
    pub allow_name_change: bool,
    pub allow_kind_change: bool,
    /// Names of the `vars` that read this resource.
    pub read_by_vars: Vec<String>,
    pub origin: Option<Origin>,
    pub transformations: Vec<Origin>,
    pub place: Place,
    /// Refused at output, if a text stands there still.
    pub misfits: Vec<Misfit>,
    /// Scalars that a replacement made, which have no type of their own.
    pub untyped: Vec<crate::spelling::Steps>,
    /// Places that were null at reading because nothing was written there; a strategic merge drops them.
    pub blanks: Vec<crate::spelling::Steps>,
    /// How labels and annotations that are no strings were written; what a patch says depends on it.
    pub written: Vec<crate::spelling::Written>,
    /// Scopes given by an `openapi` document, beyond the built-in ones.
    pub scopes: Option<Arc<Scopes>>,
}

impl Resource {
    /// Takes a mapping and reads the memory that an earlier build may have left in its annotations.
    pub fn new(value: Value, place: Place) -> Resource {
        let mut resource = Resource { value: value.into(), place, ..Resource::default() };
        resource.take_internal_annotations();
        resource
    }

    /// `apiVersion`, empty if absent.
    pub fn api_version(&self) -> &str {
        self.value.get("apiVersion").and_then(Value::as_str).unwrap_or("")
    }

    /// `kind`, empty if absent.
    pub fn kind(&self) -> &str {
        self.value.get("kind").and_then(Value::as_str).unwrap_or("")
    }

    /// Group, version and kind.
    pub fn gvk(&self) -> Gvk<'_> {
        Gvk::new(self.api_version(), self.kind())
    }

    /// `metadata.name` as text, empty if absent.
    pub fn name(&self) -> Cow<'_, str> {
        self.metadata("name").map(scalar_text).unwrap_or_default()
    }

    /// `metadata.namespace` as text, empty if absent.
    pub fn namespace(&self) -> Cow<'_, str> {
        self.metadata("namespace").map(scalar_text).unwrap_or_default()
    }

    /// One field of `metadata`.
    pub fn metadata(&self, field: &str) -> Option<&Value> {
        self.value.get("metadata")?.get(field)
    }

    /// Whether a transformer deleted it.
    pub fn is_deleted(&self) -> bool {
        match &*self.value {
            Value::Object(map) => map.is_empty(),
            _ => true,
        }
    }

    /// The identity now.
    pub fn id(&self) -> Id<'_> {
        Id { gvk: self.gvk(), name: self.name(), namespace: self.namespace(), cluster_scoped: self.is_cluster_scoped() }
    }

    /// Whether its kind is certainly cluster-scoped.
    pub fn is_cluster_scoped(&self) -> bool {
        match &self.scopes {
            Some(scopes) => scopes.is_cluster_scoped(self.api_version(), self.kind()),
            None => crate::scope::is_cluster_scoped(self.api_version(), self.kind()),
        }
    }

    /// The earlier identities, oldest first.
    pub fn previous_ids(&self) -> impl Iterator<Item = Id<'_>> {
        self.previous.iter().map(|previous| self.id_of(previous))
    }

    /// The first identity it ever had.
    pub fn original_id(&self) -> Id<'_> {
        self.previous.first().map_or_else(|| self.id(), |previous| self.id_of(previous))
    }

    /// Every identity it ever had, the current one last.
    pub fn all_ids(&self) -> impl Iterator<Item = Id<'_>> {
        self.previous_ids().chain(std::iter::once_with(|| self.id()))
    }

    fn id_of<'a>(&'a self, previous: &'a Previous) -> Id<'a> {
        let gvk = Gvk { kind: &previous.kind, ..self.gvk() };
        Id { gvk, name: Cow::Borrowed(&previous.name), namespace: Cow::Borrowed(&previous.namespace), cluster_scoped: false }
    }

    /// Remembers the current identity before it changes.
    pub fn remember_id(&mut self) {
        let id = self.id();
        let previous =
            Previous { kind: id.gvk.kind.to_owned(), name: id.name.clone().into_owned(), namespace: id.effective_namespace().to_owned() };
        self.previous.push(previous);
    }

    /// Writes `metadata.name`.
    pub fn set_name(&mut self, name: &str) {
        self.metadata_mut().insert("name".to_owned(), name.into());
    }

    /// Writes `metadata.namespace`; an empty one is taken out.
    pub fn set_namespace(&mut self, namespace: &str) {
        if namespace.is_empty() {
            self.metadata_mut().remove("namespace");
        } else {
            self.metadata_mut().insert("namespace".to_owned(), namespace.into());
        }
    }

    /// Writes `kind`.
    pub fn set_kind(&mut self, kind: &str) {
        if let Value::Object(map) = &mut *self.value {
            map.insert("kind".to_owned(), kind.into());
        }
    }

    /// `metadata` for writing; made if absent.
    pub fn metadata_mut(&mut self) -> &mut Map<String, Value> {
        let map = mapping(&mut self.value);
        mapping(map.entry("metadata").or_insert(Value::Null))
    }

    /// One text-to-text mapping of `metadata`, with values of other types as text.
    pub fn texts(&self, field: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.metadata(field).and_then(Value::as_object).into_iter().flatten().map(|(key, value)| (key.as_str(), scalar_text(value)))
    }

    /// Writes a whole text-to-text mapping of `metadata`; an empty one is taken out.
    pub fn set_texts(&mut self, field: &str, texts: Map<String, Value>) {
        if texts.is_empty() {
            self.metadata_mut().remove(field);
        } else {
            self.metadata_mut().insert(field.to_owned(), Value::Object(texts));
        }
    }
}

/// A scalar as the text that stood for it; mappings and lists have none.
pub(crate) fn scalar_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Number(number) => Cow::Owned(number_text(number)),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Null | Value::Array(_) | Value::Object(_) => Cow::Borrowed(""),
    }
}

/// A number without a needless `.0`.
fn number_text(number: &serde_json::Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Makes a mapping of anything that is none.
pub(crate) fn mapping(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("was made a mapping one line above")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_identity_is_kept() {
        let mut resource = Resource::new(json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}), Place::default());
        resource.remember_id();
        resource.set_name("b");
        resource.remember_id();
        resource.set_name("c");
        assert_eq!(resource.original_id().name, "a");
        assert_eq!(resource.all_ids().map(|id| id.name.into_owned()).collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
