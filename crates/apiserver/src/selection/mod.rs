//! Which objects a list or a watch is about: namespace, name, label selector and field selector.

mod labels;

use object::Selector;
use serde_json::Value;

use crate::convert;
use crate::registry::Resolved;
use crate::request::Call;
use crate::status::Status;
use crate::store::Stored;

/// Fields that built-in kinds can be selected by, beside `metadata.name` and `metadata.namespace`.
const FIELDS: [(&str, &[&str]); 12] = [
    (
        "events",
        &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
    ),
    (
        "pods",
        &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
    ),
    ("nodes", &["spec.unschedulable"]),
    ("namespaces", &["status.phase"]),
    ("secrets", &["type"]),
    ("services", &["spec.clusterIP", "spec.type"]),
    ("replicationcontrollers", &["status.replicas"]),
    ("apps/replicasets", &["status.replicas"]),
    ("batch/jobs", &["status.successful"]),
    ("certificates.k8s.io/certificatesigningrequests", &["spec.signerName"]),
    ("apiregistration.k8s.io/apiservices", &[]),
    ("apiextensions.k8s.io/customresourcedefinitions", &[]),
];

/// A parsed selection.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Only this namespace.
    pub namespace: Option<String>,
    labels: Selector,
    fields: Vec<Term>,
}

/// One term of a field selector.
#[derive(Clone, Debug)]
struct Term {
    path: String,
    value: String,
    equal: bool,
}

impl Selection {
    /// Reads what a request selects.
    pub fn of(call: &Call, resolved: &Resolved) -> Result<Selection, Status> {
        let labels = labels::parse(call.query.get("labelSelector").unwrap_or_default()).map_err(Status::bad_request)?;
        let mut fields = parse_fields(call.query.get("fieldSelector").unwrap_or_default())?;
        fields.iter().try_for_each(|term| check_field(resolved, &term.path))?;
        let name = call.target.name.iter().map(|name| Term { path: "metadata.name".into(), value: name.clone(), equal: true });
        fields.extend(name);
        Ok(Selection { namespace: call.target.namespace.clone(), labels, fields })
    }

    /// Whether everything of a namespace, or of all, is selected.
    pub fn is_whole(&self) -> bool {
        self.labels.requirements.is_empty() && self.fields.is_empty()
    }

    /// Whether an object is selected.
    pub fn matches(&self, resolved: &Resolved, object: &Stored) -> bool {
        self.namespace.as_deref().is_none_or(|namespace| namespace == &*object.key.namespace)
            && self.labels.matches(|key| object.label(key))
            && self.matches_fields(resolved, object)
    }

    fn matches_fields(&self, resolved: &Resolved, object: &Stored) -> bool {
        let (own, deep): (Vec<&Term>, Vec<&Term>) = self.fields.iter().partition(|term| term.path.starts_with("metadata."));
        let fits = own.iter().all(|term| {
            let found = if term.path == "metadata.name" { &object.key.name } else { &object.key.namespace };
            (**found == *term.value) == term.equal
        });
        if !fits || deep.is_empty() {
            return fits;
        }
        let value = convert::read(resolved, object);
        deep.iter().all(|term| (field(&value, &term.path) == term.value) == term.equal)
    }
}

fn parse_fields(text: &str) -> Result<Vec<Term>, Status> {
    text.split(',').filter(|term| !term.is_empty()).map(parse_term).collect()
}

fn parse_term(term: &str) -> Result<Term, Status> {
    let (path, value, equal) = match term.split_once("!=") {
        Some((path, value)) => (path, value, false),
        None => {
            let wrong = || Status::bad_request(format!("invalid selector: '{term}'; can't understand '{term}'"));
            let (path, value) = term.split_once("==").or_else(|| term.split_once('=')).ok_or_else(wrong)?;
            (path, value, true)
        }
    };
    Ok(Term { path: path.trim().into(), value: value.into(), equal })
}

fn check_field(resolved: &Resolved, path: &str) -> Result<(), Status> {
    let built_in = FIELDS.iter().find(|(collection, _)| *collection == &*resolved.resource.collection);
    let known = matches!(path, "metadata.name" | "metadata.namespace")
        || built_in.is_some_and(|(_, fields)| fields.contains(&path) || resolved.resource.group == "events.k8s.io")
        || resolved.custom().is_some_and(|custom| custom.selectable_fields.iter().any(|field| field.trim_start_matches('.') == path));
    if known { Ok(()) } else { Err(Status::bad_request(unknown_field(resolved, path))) }
}

/// Kinds with fields of their own say only that this is none of them.
fn unknown_field(resolved: &Resolved, path: &str) -> String {
    let own = FIELDS.iter().any(|(collection, fields)| *collection == &*resolved.resource.collection && !fields.is_empty());
    if own || resolved.resource.is_custom() {
        return format!("field label not supported: {path}");
    }
    format!("{path:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
}

fn field(object: &Value, path: &str) -> String {
    let found = path.split('.').try_fold(object, |value, key| value.get(key));
    match found {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(source)) => source.get("component").and_then(Value::as_str).unwrap_or_default().to_owned(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}
