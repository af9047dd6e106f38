//! Whether a user may do what a request asks. Without RBAC everybody who proved an identity may do everything.

use http::Method;

use super::impersonate::Need;
use crate::options::Authorization;
use crate::rbac::{self, Attributes};
use crate::request::Target;
use crate::shared::Shared;
use crate::status::Status;
use crate::user::{UNAUTHENTICATED, User};

/// Paths that everybody may read.
const PUBLIC_PATHS: [&str; 6] = ["/healthz", "/livez", "/readyz", "/version", "/version/", "/healthz/ping"];

/// Whether a user may do something.
pub fn is_allowed(shared: &Shared, user: &User, attributes: &Attributes<'_>) -> bool {
    if user.is_master() || PUBLIC_PATHS.contains(&attributes.path) {
        return true;
    }
    match shared.options.authorization {
        Authorization::AlwaysAllow => !user.groups.iter().any(|group| group == UNAUTHENTICATED),
        Authorization::Rbac => shared.rbac.allows(&shared.store, user, attributes),
    }
}

/// Refuses what a user may not do.
fn authorize(shared: &Shared, user: &User, attributes: &Attributes<'_>) -> Result<(), Status> {
    if is_allowed(shared, user, attributes) { Ok(()) } else { Err(rbac::refusal(user, attributes)) }
}

/// Refuses a path that is no resource.
pub fn authorize_path(shared: &Shared, user: &User, method: &Method, path: &str) -> Result<(), Status> {
    let verb = method.as_str().to_lowercase();
    authorize(shared, user, &Attributes { verb: &verb, path, ..Attributes::default() })
}

/// Refuses a request for objects.
pub fn authorize_target(shared: &Shared, user: &User, verb: &str, target: &Target) -> Result<(), Status> {
    let name = target.name.as_deref().unwrap_or_default();
    // A Namespace is authorized within itself, as kube-apiserver does.
    let is_namespace = target.group.is_empty() && target.plural == "namespaces";
    let namespace = if is_namespace { name } else { target.namespace.as_deref().unwrap_or_default() };
    let subresource = target.subresource.as_deref().unwrap_or_default();
    let (group, resource) = (&*target.group, &*target.plural);
    authorize(shared, user, &Attributes { verb, group, resource, subresource, namespace, name, path: "" })
}

/// Refuses to act as someone else.
pub fn authorize_impersonation(shared: &Shared, user: &User, need: &Need) -> Result<(), Status> {
    let Need { group, resource, subresource, namespace, name } = need;
    authorize(shared, user, &Attributes { verb: "impersonate", group, resource, subresource, namespace, name, path: "" })
}
