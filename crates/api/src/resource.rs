//! One object of a kind of ours: metadata, spec and status, typed.
//!
//! Refuses to be: complete metadata. What nobody here reads (managed fields, self links) is dropped; an object that must keep
//! every field is an [`object::Object`].

use object::{Map, Object, ObjectId, Value};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;

use crate::schema::Schema;
use crate::{Definition, Time, names};

/// What an object of one kind asks for; ties the spec to its status and its definition.
pub trait Spec: Schema + Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What a controller says about it.
    type Status: Schema + Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Group, version, names and columns.
    const DEFINITION: Definition;
}

/// An object with a typed spec and status, such as [`GitRepository`](crate::GitRepository).
///
/// Reads from any value of its kind; fields it does not know are dropped. Prints with `apiVersion` and `kind`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "S: Spec", try_from = "Wire<S>", into = "Wire<S>")]
pub struct Resource<S: Spec> {
    /// Name, namespace, labels and the rest.
    pub metadata: Metadata,
    /// What is asked for.
    pub spec: S,
    /// What is so.
    pub status: S::Status,
}

/// A [`Resource`] as it crosses the wire.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "S: Spec", rename_all = "camelCase")]
struct Wire<S: Spec> {
    api_version: String,
    kind: String,
    metadata: Metadata,
    #[serde(default)]
    spec: S,
    #[serde(default, skip_serializing_if = "crate::schema::is_default")]
    status: S::Status,
}

/// An object of another kind than the one asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongKind {
    found: String,
    wanted: String,
}

impl std::fmt::Display for WrongKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected an object of {}, found {}", self.wanted, self.found)
    }
}

impl std::error::Error for WrongKind {}

impl<S: Spec> TryFrom<Wire<S>> for Resource<S> {
    type Error = WrongKind;

    fn try_from(wire: Wire<S>) -> Result<Resource<S>, WrongKind> {
        check_kind::<S>(&wire.api_version, &wire.kind)?;
        Ok(Resource { metadata: wire.metadata, spec: wire.spec, status: wire.status })
    }
}

fn check_kind<S: Spec>(api_version: &str, kind: &str) -> Result<(), WrongKind> {
    let definition = S::DEFINITION;
    if (api_version, kind) == (definition.api_version().as_str(), definition.kind) {
        return Ok(());
    }
    let wanted = format!("{} {}", definition.api_version(), definition.kind);
    Err(WrongKind { found: format!("{api_version} {kind}"), wanted })
}

impl<S: Spec> From<Resource<S>> for Wire<S> {
    fn from(resource: Resource<S>) -> Wire<S> {
        let definition = S::DEFINITION;
        Wire {
            api_version: definition.api_version(),
            kind: definition.kind.into(),
            metadata: resource.metadata,
            spec: resource.spec,
            status: resource.status,
        }
    }
}

impl<S: Spec> Resource<S> {
    /// A new object with a spec and nothing said about it.
    pub fn new(namespace: &str, name: &str, spec: S) -> Resource<S> {
        let metadata = Metadata { name: name.into(), namespace: namespace.into(), ..Metadata::default() };
        Resource { metadata, spec, status: S::Status::default() }
    }

    /// Group, version, names and columns of the kind.
    pub const fn definition() -> Definition {
        S::DEFINITION
    }

    /// Kind, namespace and name.
    pub fn id(&self) -> ObjectId {
        let (namespace, name) = (self.metadata.namespace.clone(), self.metadata.name.clone());
        ObjectId { group: S::DEFINITION.group.into(), kind: S::DEFINITION.kind.into(), namespace, name }
    }

    /// Reads an object of this kind. Errors: another kind, a field of a wrong type, a required field that is absent.
    pub fn from_value(value: &Value) -> Result<Resource<S>, serde_json::Error> {
        let nothing = Map::new();
        Resource::from_map(value.as_object().unwrap_or(&nothing))
    }

    fn from_map(map: &Map<String, Value>) -> Result<Resource<S>, serde_json::Error> {
        let text = |field| map.get(field).and_then(Value::as_str).unwrap_or_default();
        check_kind::<S>(text("apiVersion"), text("kind")).map_err(serde_json::Error::custom)?;
        Resource::deserialize(map)
    }

    /// The plain value.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("every field is plain data with text keys")
    }
}

impl<S: Spec> TryFrom<&Object> for Resource<S> {
    type Error = serde_json::Error;

    fn try_from(object: &Object) -> Result<Resource<S>, serde_json::Error> {
        Resource::from_map(object.as_map())
    }
}

impl<S: Spec> From<&Resource<S>> for Object {
    fn from(resource: &Resource<S>) -> Object {
        Object::new(resource.to_value()).expect("the definition names an apiVersion and a kind")
    }
}

/// The metadata that controllers read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// Name within the namespace.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Namespace.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Identity over time, given by the server.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// Version of the whole object, opaque.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub resource_version: String,
    /// Counts changes of the spec.
    #[serde(skip_serializing_if = "crate::schema::is_default")]
    pub generation: i64,
    /// When it was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Time>,
    /// When its deletion was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<Time>,
    /// Who must finish before it can go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub finalizers: Vec<String>,
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Objects it goes with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owner_references: Vec<OwnerReference>,
}

impl Metadata {
    /// Whether deletion was asked for.
    pub fn is_terminating(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// Whether a finalizer is there.
    pub fn has_finalizer(&self, finalizer: &str) -> bool {
        self.finalizers.iter().any(|name| name == finalizer)
    }

    /// The value of `reconcile.fluxcd.io/requestedAt`, if any.
    pub fn requested_at(&self) -> Option<&str> {
        self.annotations.get(names::REQUESTED_AT).map(String::as_str)
    }
}

/// An object that another one goes with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerReference {
    /// Group and version of the owner.
    pub api_version: String,
    /// Kind of the owner.
    pub kind: String,
    /// Name of the owner, in the same namespace or cluster-scoped.
    pub name: String,
    /// Uid of the owner.
    pub uid: String,
    /// Whether this owner manages the object.
    #[serde(default, skip_serializing_if = "crate::schema::is_default")]
    pub controller: bool,
    /// Whether the owner's deletion waits for the object.
    #[serde(default, skip_serializing_if = "crate::schema::is_default")]
    pub block_owner_deletion: bool,
}
