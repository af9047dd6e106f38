//! Which kind's objects are named in which style.

use serde_json::Value;

use crate::meta;
use crate::names::{self, Style};
use crate::registry::Resolved;
use crate::status::Cause;

/// Kinds whose names are not subdomains.
const STYLES: [(&str, Style); 8] = [
    ("namespaces", Style::Label),
    ("services", Style::Label),
    ("rbac.authorization.k8s.io/clusterroles", Style::Path),
    ("rbac.authorization.k8s.io/clusterrolebindings", Style::Path),
    ("rbac.authorization.k8s.io/roles", Style::Path),
    ("rbac.authorization.k8s.io/rolebindings", Style::Path),
    ("certificates.k8s.io/certificatesigningrequests", Style::Path),
    ("events", Style::Subdomain),
];

/// Checks the name of a new object, and the prefix that it was made of.
pub fn check(resolved: &Resolved, object: &Value) -> Vec<Cause> {
    let known = STYLES.iter().find(|(collection, _)| *collection == &*resolved.resource.collection);
    let style = known.map_or(Style::Subdomain, |(_, style)| *style);
    let (name, prefix) = (meta::text(object, "name"), meta::text(object, "generateName"));
    // A prefix may end as no name may.
    let stem = format!("{}a", prefix.strip_suffix(['-', '.']).unwrap_or(prefix));
    let wrong_prefix = (!prefix.is_empty()).then(|| names::fault(style, &stem)).flatten();
    let causes = [("metadata.generateName", prefix, wrong_prefix), ("metadata.name", name, names::fault(style, name))];
    causes.into_iter().filter_map(|(path, text, fault)| Some(Cause::invalid(path, &Value::from(text), fault?))).collect()
}
