//! From the types to CustomResourceDefinitions.
//!
//! Refuses to be: a place for validation. What a field may hold is said beside the field; here are only names and columns.

use object::Value;
use serde_json::{Map, json};

use crate::resource::Spec;
use crate::schema::Schema;

/// What a kind is called and how it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// API group.
    pub group: &'static str,
    /// The one version that is served and stored.
    pub version: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// Name in URLs.
    pub plural: &'static str,
    /// Short name for the command line, empty if there is none.
    pub short: &'static str,
    /// Category beside `all` and `fluxcd`.
    pub category: &'static str,
    /// What the kind is for, in one sentence.
    pub about: &'static str,
    /// What a listing shows.
    pub columns: &'static [Column],
    /// Whether a new object starts with `observedGeneration: -1`, so that a client can tell that nobody looked at it yet.
    pub starts_unobserved: bool,
}

/// One column of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Heading.
    pub name: &'static str,
    /// Where the value is.
    pub path: &'static str,
    /// `string` or `date`.
    pub r#type: &'static str,
}

/// Age since creation.
pub(crate) const AGE: Column = Column { name: "Age", path: ".metadata.creationTimestamp", r#type: "date" };
/// Status of the condition Ready.
pub(crate) const READY: Column = text("Ready", r#".status.conditions[?(@.type=="Ready")].status"#);
/// Message of the condition Ready.
pub(crate) const STATUS: Column = text("Status", r#".status.conditions[?(@.type=="Ready")].message"#);
/// Address of a source.
pub(crate) const URL: Column = text("URL", ".spec.url");

/// A column of text.
pub(crate) const fn text(name: &'static str, path: &'static str) -> Column {
    Column { name, path, r#type: "string" }
}

impl Definition {
    /// `group/version`.
    pub fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }

    /// Name in the singular.
    pub fn singular(&self) -> String {
        self.kind.to_lowercase()
    }

    /// Name of the CustomResourceDefinition.
    pub fn crd_name(&self) -> String {
        format!("{}.{}", self.plural, self.group)
    }

    fn names(&self) -> Value {
        let mut names = json!({
            "kind": self.kind,
            "listKind": format!("{}List", self.kind),
            "plural": self.plural,
            "singular": self.singular(),
            "categories": ["all", "fluxcd", self.category],
        });
        if !self.short.is_empty() {
            names["shortNames"] = json!([self.short]);
        }
        names
    }

    fn columns(&self) -> Vec<Value> {
        self.columns.iter().map(|column| json!({"name": column.name, "type": column.r#type, "jsonPath": column.path})).collect()
    }
}

/// The CustomResourceDefinition of one kind.
pub fn crd<S: Spec>() -> Value {
    let definition = S::DEFINITION;
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": definition.crd_name(),
            "annotations": {crate::names::SUBSTITUTE: crate::names::DISABLED},
        },
        "spec": {
            "group": definition.group,
            "names": definition.names(),
            "scope": "Namespaced",
            "versions": [{
                "name": definition.version,
                "served": true,
                "storage": true,
                "subresources": {"status": {}},
                "additionalPrinterColumns": definition.columns(),
                "schema": {"openAPIV3Schema": root::<S>()},
            }],
        },
    })
}

fn root<S: Spec>() -> Value {
    let mut status = described(S::Status::schema(), "What is so; written by the controller.");
    if S::DEFINITION.starts_unobserved {
        status["default"] = json!({"observedGeneration": -1});
    }
    json!({
        "type": "object",
        "description": S::DEFINITION.about,
        "properties": Map::from_iter([
            ("apiVersion".to_owned(), json!({"type": "string", "description": "Group and version of this object."})),
            ("kind".to_owned(), json!({"type": "string", "description": "Kind of this object."})),
            ("metadata".to_owned(), json!({"type": "object"})),
            ("spec".to_owned(), described(S::schema(), "What is asked for.")),
            ("status".to_owned(), status),
        ]),
    })
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}
