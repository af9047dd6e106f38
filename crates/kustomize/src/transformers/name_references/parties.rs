//! The two sides of a reference: what names may refer to, and the resource whose fields are changed. Everything that the search looks
//! at is copied out before anything changes.

use std::collections::HashMap;

use object::Value;

use crate::error::Error;
use crate::id::Gvk;
use crate::resource::{Resource, scalar_text};

/// What a name may refer to: everything about a resource that the choice looks at, copied out before anything changes.
pub(super) struct Candidate {
    pub name: String,
    pub namespace: String,
    pub current_namespace: String,
    pub original_namespace: String,
    pub kind: String,
    pub id: String,
    pub is_cluster_scoped: bool,
    pub previous: Vec<(String, String, String, String)>,
    pub prefixes: Vec<String>,
    pub suffixes: Vec<String>,
}

/// Everything that names may refer to.
pub(super) struct Candidates {
    pub all: Vec<Candidate>,
    pub by_previous_name: HashMap<String, Vec<usize>>,
}

/// The resource whose fields are changed.
pub(super) struct Referrer {
    pub id: String,
    pub effective_namespace: String,
    pub is_cluster_scoped: bool,
    pub prefixes: Vec<String>,
    pub suffixes: Vec<String>,
    /// Namespaces of the service accounts that a role binding names.
    pub subject_namespaces: Vec<String>,
    /// Group and kind of `roleRef`.
    pub role: Option<(String, String)>,
}

impl Candidates {
    /// All resources; only those that had another name, namespace or kind before can be meant by an old name.
    pub fn new(resources: &[Resource]) -> Candidates {
        let all: Vec<Candidate> = resources.iter().map(Candidate::new).collect();
        let mut by_previous_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, candidate) in all.iter().enumerate() {
            for (name, ..) in &candidate.previous {
                let positions = by_previous_name.entry(name.clone()).or_default();
                if positions.last() != Some(&at) {
                    positions.push(at);
                }
            }
        }
        Candidates { all, by_previous_name }
    }
}

impl Candidates {
    /// Whether a field may mean anything that was renamed, or is no field that can hold a name.
    pub fn would_change(&self, field: &Value) -> bool {
        match field {
            Value::Null => false,
            Value::Array(items) => items.iter().any(|item| item.is_array() || self.would_change(item)),
            Value::Object(map) => map.get("name").is_none_or(|name| self.is_known(name)),
            name => self.is_known(name),
        }
    }

    pub fn is_known(&self, name: &Value) -> bool {
        self.by_previous_name.contains_key(&*scalar_text(name))
    }
}

impl Candidate {
    pub fn new(resource: &Resource) -> Candidate {
        let id = resource.id();
        let previous = resource.previous_ids().map(|id| {
            let gvk = id.gvk;
            (id.name.clone().into_owned(), gvk.group.to_owned(), gvk.version.to_owned(), gvk.kind.to_owned())
        });
        Candidate {
            name: id.name.clone().into_owned(),
            namespace: id.namespace.clone().into_owned(),
            current_namespace: id.effective_namespace().to_owned(),
            original_namespace: resource.original_id().effective_namespace().to_owned(),
            kind: resource.kind().to_owned(),
            id: id.to_string(),
            is_cluster_scoped: resource.is_cluster_scoped(),
            previous: previous.collect(),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
        }
    }

    pub fn was(&self, selector: Gvk<'_>) -> bool {
        self.previous.iter().any(|(_, group, version, kind)| Gvk { group, version, kind }.is_selected_by(selector))
    }
}

impl Referrer {
    pub fn new(resource: &Resource) -> Result<Referrer, Error> {
        let id = resource.id();
        let text = |pointer: &str| resource.value.pointer(pointer).map(|value| scalar_text(value).into_owned());
        Ok(Referrer {
            id: id.to_string(),
            effective_namespace: id.effective_namespace().to_owned(),
            is_cluster_scoped: resource.is_cluster_scoped(),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
            subject_namespaces: subject_namespaces(resource)?,
            role: text("/roleRef/apiGroup").zip(text("/roleRef/kind")),
        })
    }
}

pub(super) fn subject_namespaces(resource: &Resource) -> Result<Vec<String>, Error> {
    if resource.kind() != "RoleBinding" || resource.is_cluster_scoped() {
        return Ok(Vec::new());
    }
    let mut namespaces = Vec::new();
    for subject in resource.value.get("subjects").and_then(Value::as_array).into_iter().flatten() {
        let is_account = subject.get("kind").and_then(Value::as_str) == Some("ServiceAccount");
        match subject.get("namespace") {
            Some(Value::String(namespace)) if is_account => namespaces.push(namespace.clone()),
            Some(_) if is_account => {
                return Err(Error::build(format!("Invalid Input: namespace is blank for resource \"{}\"", resource.id()))
                    .at_field("subjects.namespace")
                    .in_file(&resource.place.file)
                    .at_line(resource.place.line)
                    .hint("give the subject a namespace, or remove the field"));
            }
            _ => {}
        }
    }
    Ok(namespaces)
}
