//! The cluster roles and bindings that every cluster with RBAC has, from the table beside this file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::objects::ensure;
use crate::shared::Shared;

const TABLE: &str = include_str!("roles.txt");
const GROUP: &str = "rbac.authorization.k8s.io";
const AGGREGATE: &str = "rbac.authorization.k8s.io/aggregate-to-";

/// Roles made of others, by the label `aggregate-to-<role>`: each role and what it gathers.
const AGGREGATED: [&str; 3] = ["admin", "edit", "view"];

/// Roles and the groups bound to them from the start.
const BINDINGS: [(&str, &[&str]); 5] = [
    ("cluster-admin", &["system:masters"]),
    ("system:discovery", &["system:authenticated"]),
    ("system:basic-user", &["system:authenticated"]),
    ("system:public-info-viewer", &["system:authenticated", "system:unauthenticated"]),
    ("system:service-account-issuer-discovery", &["system:serviceaccounts"]),
];

/// Makes the default roles and bindings that do not exist yet.
pub fn make_default_roles(shared: &Shared) {
    for (name, rules) in rules_by_role() {
        ensure(shared, GROUP, "clusterroles", "", role(name, &rules));
    }
    for name in AGGREGATED {
        ensure(shared, GROUP, "clusterroles", "", aggregated(name));
    }
    for (name, groups) in BINDINGS {
        ensure(shared, GROUP, "clusterrolebindings", "", binding(name, groups));
    }
}

fn rules_by_role() -> BTreeMap<&'static str, Vec<Value>> {
    let mut roles: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, groups, resources, verbs] = fields[..] else { continue };
        let list = |field: &'static str| -> Vec<&str> { field.split_whitespace().collect() };
        let rule = if groups.is_empty() {
            json!({"nonResourceURLs": list(resources), "verbs": list(verbs)})
        } else {
            let groups: Vec<&str> = list(groups).into_iter().map(|group| if group == "core" { "" } else { group }).collect();
            json!({"apiGroups": groups, "resources": list(resources), "verbs": list(verbs)})
        };
        roles.entry(name).or_default().push(rule);
    }
    roles
}

fn metadata(name: &str) -> Value {
    json!({
        "name": name, "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
        "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
    })
}

fn role(name: &str, rules: &[Value]) -> Value {
    let mut metadata = metadata(name);
    if let Some(target) = name.strip_prefix("system:aggregate-to-") {
        metadata["labels"][format!("{AGGREGATE}{target}")] = "true".into();
    }
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": metadata, "rules": rules})
}

/// `admin` gathers what aggregates to it, and so on down: `edit` is labelled for `admin`, `view` for `edit`.
fn aggregated(name: &str) -> Value {
    let mut metadata = metadata(name);
    let above = AGGREGATED.iter().position(|known| *known == name).and_then(|at| at.checked_sub(1));
    if let Some(above) = above {
        metadata["labels"][format!("{AGGREGATE}{}", AGGREGATED[above])] = "true".into();
    }
    let selectors = json!([{"matchLabels": {format!("{AGGREGATE}{name}"): "true"}}]);
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": metadata,
        "aggregationRule": {"clusterRoleSelectors": selectors}, "rules": []})
}

fn binding(role: &str, groups: &[&str]) -> Value {
    let subject = |group: &&str| json!({"apiGroup": GROUP, "kind": "Group", "name": group});
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": metadata(role),
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role},
        "subjects": groups.iter().map(subject).collect::<Vec<_>>()})
}
