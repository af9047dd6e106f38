//! Names of resources inside other resources, changed to what those resources are called in the end.
//!
//! Cost: every field of the configuration is looked for in the resources of its kind; the resource that a name means is found
//! through an index of earlier names, so a build of n resources does not compare n × n names.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use object::Value;

use crate::config::Config;
use crate::error::Error;
use crate::field_spec::{FieldSpec, Missing};
use crate::id::Gvk;
use crate::resource::{Resource, scalar_text};
use crate::resources::Resources;
use crate::spelling;

/// What a name may refer to: everything about a resource that the choice looks at, copied out before anything changes.
struct Candidate {
    name: String,
    namespace: String,
    current_namespace: String,
    original_namespace: String,
    kind: String,
    id: String,
    is_cluster_scoped: bool,
    previous: Vec<(String, String, String, String)>,
    prefixes: Vec<String>,
    suffixes: Vec<String>,
}

/// Everything that names may refer to.
struct Candidates {
    all: Vec<Candidate>,
    by_previous_name: HashMap<String, Vec<usize>>,
}

/// The resource whose fields are changed.
struct Referrer {
    id: String,
    effective_namespace: String,
    is_cluster_scoped: bool,
    prefixes: Vec<String>,
    suffixes: Vec<String>,
    /// Namespaces of the service accounts that a role binding names.
    subject_namespaces: Vec<String>,
    /// Group and kind of `roleRef`.
    role: Option<(String, String)>,
}

/// Changes every name in every field that the configuration lists.
pub(crate) fn fix(resources: &mut Resources, config: &Config) -> Result<(), Error> {
    for resource in resources.items() {
        subject_namespaces(resource)?;
    }
    // Where nothing was renamed no name is found, but the walk still refuses what it cannot walk through.
    let is_renamed = resources.items().iter().any(|resource| !resource.previous.is_empty());
    let candidates = Candidates::new(if is_renamed { resources.items() } else { &[] });
    let kinds: HashSet<String> = resources.items().iter().map(|resource| resource.original_id().gvk.kind.to_owned()).collect();
    let references = config.references(&kinds.iter().map(String::as_str).collect());
    let mut by_kind: BTreeMap<&str, Vec<(Gvk<'_>, &FieldSpec)>> = BTreeMap::new();
    for reference in references.iter() {
        for spec in &reference.referrers {
            by_kind.entry(&spec.kind).or_default().push((reference.target(), spec));
        }
    }
    for resource in resources.items_mut() {
        let kind = resource.original_id().gvk.kind.to_owned();
        let mut wanted: Vec<(Gvk<'_>, &FieldSpec)> = Vec::new();
        wanted.extend(by_kind.get("").into_iter().flatten());
        wanted.extend(by_kind.get(kind.as_str()).filter(|_| !kind.is_empty()).into_iter().flatten());
        wanted.retain(|(_, spec)| resource.original_id().gvk.is_selected_by(spec.gvk()));
        if !wanted.is_empty() {
            fix_one(resource, &wanted, &candidates)?;
        }
    }
    Ok(())
}

fn fix_one(resource: &mut Resource, wanted: &[(Gvk<'_>, &FieldSpec)], candidates: &Candidates) -> Result<(), Error> {
    check_version(resource)?;
    let referrer = Referrer::new(resource)?;
    for (target, spec) in wanted {
        let search = Search { referrer: &referrer, target: *target, is_role: spec.path.ends_with("roleRef/name"), candidates };
        let would_change = |value: &Value| candidates.would_change(value);
        spec.visit_any_kind(&mut resource.value, Missing::Skip, &would_change, &mut |value| search.set(value)).map_err(|error| {
            let error = error.context(format_args!("updating name reference in '{}' field of '{}'", spec.path, referrer.id));
            error.of_object(&referrer.id).in_file(&resource.place.file).at_line(resource.place.line)
        })?;
    }
    Ok(())
}

/// The reference compares the version of the object with its own reading of it, which drops a group without a name and, unless
/// nothing was written at all, takes a null for a text.
fn check_version(resource: &Resource) -> Result<(), Error> {
    let written = resource.value.get("apiVersion");
    let is_blank = || spelling::is_one_of(&resource.blanks, &["apiVersion".to_owned()]);
    let read = match written {
        Some(Value::String(text)) => text.strip_prefix('/'),
        Some(Value::Null) if !is_blank() => Some("null"),
        _ => None,
    };
    let Some(read) = read else { return Ok(()) };
    let message = format!("node-referrerOriginal 'APIVersion' mismatch '{}' != '{read}'", resource.api_version());
    let error = Error::build(message).at_field("apiVersion").of_object(resource.id());
    let error = error.in_file(&resource.place.file).at_line(resource.place.line);
    Err(error.hint("write a version such as `v1`, or a group and a version such as `apps/v1`"))
}

impl Candidates {
    /// All resources; only those that had another name, namespace or kind before can be meant by an old name.
    fn new(resources: &[Resource]) -> Candidates {
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
    fn would_change(&self, field: &Value) -> bool {
        match field {
            Value::Null => false,
            Value::Array(items) => items.iter().any(|item| item.is_array() || self.would_change(item)),
            Value::Object(map) => map.get("name").is_none_or(|name| self.is_known(name)),
            name => self.is_known(name),
        }
    }

    fn is_known(&self, name: &Value) -> bool {
        self.by_previous_name.contains_key(&*scalar_text(name))
    }
}

impl Candidate {
    fn new(resource: &Resource) -> Candidate {
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

    fn was(&self, selector: Gvk<'_>) -> bool {
        self.previous.iter().any(|(_, group, version, kind)| Gvk { group, version, kind }.is_selected_by(selector))
    }
}

impl Referrer {
    fn new(resource: &Resource) -> Result<Referrer, Error> {
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

fn subject_namespaces(resource: &Resource) -> Result<Vec<String>, Error> {
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

/// The search for what a name means.
struct Search<'a> {
    referrer: &'a Referrer,
    target: Gvk<'a>,
    is_role: bool,
    candidates: &'a Candidates,
}

impl Search<'_> {
    fn set(&self, value: &mut Value) -> Result<(), Error> {
        match value {
            Value::Null => Ok(()),
            Value::Array(items) => items.iter_mut().try_for_each(|item| match item {
                Value::Array(_) => Err(Error::build("is expected to be either a string or a map of string")),
                item => self.set(item),
            }),
            Value::Object(_) => self.set_in_mapping(value),
            _ => self.set_name(value),
        }
    }

    fn set_name(&self, value: &mut Value) -> Result<(), Error> {
        let old = scalar_text(value).into_owned();
        let found = self.find(&old, None, |a, b| a.name == b.name)?;
        if let Some(found) = found.filter(|found| found.name != old) {
            *value = found.name.as_str().into();
        }
        Ok(())
    }

    fn set_in_mapping(&self, value: &mut Value) -> Result<(), Error> {
        let Some(name) = value.get("name") else {
            return Err(Error::build("path config error; no 'name' field in node"));
        };
        let old = scalar_text(name).into_owned();
        let namespace = value.get("namespace").map(|namespace| scalar_text(namespace).into_owned());
        let found = self.find(&old, namespace.as_deref(), |a, b| a.name == b.name && a.namespace == b.namespace)?;
        let (Some(found), Value::Object(map)) = (found, value) else { return Ok(()) };
        if found.name == old && found.namespace.is_empty() {
            return Ok(());
        }
        map.insert("name".to_owned(), found.name.as_str().into());
        if !found.namespace.is_empty() {
            map.insert("namespace".to_owned(), found.namespace.as_str().into());
        }
        Ok(())
    }

    /// The one resource that was called so, if any; several that are the same for the purpose are one.
    fn find(&self, old: &str, namespace: Option<&str>, same: impl Fn(&Candidate, &Candidate) -> bool) -> Result<Option<&Candidate>, Error> {
        let Some(positions) = self.candidates.by_previous_name.get(old) else { return Ok(None) };
        let reachable: Vec<&Candidate> = positions.iter().map(|at| &self.candidates.all[*at]).filter(|c| self.can_refer_to(c)).collect();
        let mut found: Vec<&Candidate> = self.in_namespace(reachable, namespace);
        found.retain(|candidate| candidate.was(self.target) && self.fits_role(candidate) && self.is_near(candidate));
        if let [one] = found.as_slice() {
            return Ok(Some(one));
        }
        found.retain(|candidate| self.shares_affixes(candidate, true));
        if found.len() > 1 {
            found.retain(|candidate| self.shares_affixes(candidate, false));
        }
        match found.as_slice() {
            [] => Ok(None),
            [first, rest @ ..] if rest.iter().all(|other| same(first, other)) => Ok(Some(first)),
            several => Err(ambiguous(several)),
        }
    }

    /// Whether the two may refer to each other at all.
    fn can_refer_to(&self, candidate: &Candidate) -> bool {
        self.referrer.is_cluster_scoped
            || candidate.is_cluster_scoped
            || candidate.current_namespace == self.referrer.effective_namespace
            || self.referrer.subject_namespaces.contains(&candidate.namespace)
    }

    /// A namespace beside the name is the one the resource had first, or else the one it has now.
    fn in_namespace<'c>(&self, candidates: Vec<&'c Candidate>, namespace: Option<&str>) -> Vec<&'c Candidate> {
        let Some(namespace) = namespace else { return candidates };
        let reachable = || self.candidates.all.iter().filter(|candidate| self.can_refer_to(candidate));
        let by_original = namespace != crate::id::NO_NAMESPACE && reachable().any(|candidate| candidate.original_namespace == namespace);
        let of = |candidate: &Candidate| {
            if by_original { candidate.original_namespace == namespace } else { candidate.current_namespace == namespace }
        };
        candidates.into_iter().filter(|candidate| of(candidate)).collect()
    }

    fn fits_role(&self, candidate: &Candidate) -> bool {
        match &self.referrer.role {
            Some((group, kind)) if self.is_role => candidate.was(Gvk { group, version: "", kind }),
            _ => true,
        }
    }

    fn is_near(&self, candidate: &Candidate) -> bool {
        self.referrer.is_cluster_scoped
            || candidate.is_cluster_scoped
            || candidate.kind == "ServiceAccount"
            || candidate.current_namespace == self.referrer.effective_namespace
    }

    fn shares_affixes(&self, candidate: &Candidate, empty_fits: bool) -> bool {
        let same = |a: &[String], b: &[String]| (empty_fits && (a.is_empty() || b.is_empty())) || same_end(a, b);
        same(&candidate.prefixes, &self.referrer.prefixes) && same(&candidate.suffixes, &self.referrer.suffixes)
    }
}

/// Whether the shorter list is the end of the longer one; an empty list is the end of an empty list only.
fn same_end(a: &[String], b: &[String]) -> bool {
    if a.is_empty() || b.is_empty() {
        return a.is_empty() && b.is_empty();
    }
    a.iter().rev().zip(b.iter().rev()).all(|(a, b)| a == b)
}

fn ambiguous(candidates: &[&Candidate]) -> Error {
    let ids: Vec<Cow<'_, str>> = candidates.iter().map(|candidate| Cow::from(&candidate.id)).collect();
    Error::build(format!("found multiple possible referrals: {}", ids.join(", ")))
        .hint("the name could mean any of them: give the resources different names, or the referrer the same prefix as the one it means")
}
