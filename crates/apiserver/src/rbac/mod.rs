//! Who may do what: the attributes of a request against roles and bindings.
//!
//! The index follows the store's events, so a decision reads no JSON. Begin with [`Shared::authorize`].

mod defaults;
mod escalation;
mod index;
mod refusal;
mod rule;

use http::Method;

use crate::auth::{Need, UNAUTHENTICATED, User};
use crate::options::Authorization;
use crate::route::Target;
use crate::server::Shared;
use crate::status::Status;

pub use defaults::make_default_roles;
pub use escalation::check_escalation;
pub use index::RbacIndex;
pub use rule::Rule;

/// What a request wants to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attributes<'a> {
    /// The verb, such as `list`.
    pub verb: &'a str,
    /// API group.
    pub group: &'a str,
    /// Plural resource name.
    pub resource: &'a str,
    /// Subresource, empty if none.
    pub subresource: &'a str,
    /// Namespace, empty for the cluster.
    pub namespace: &'a str,
    /// Object name, empty if none.
    pub name: &'a str,
    /// A path that is no resource; then the other fields but the verb are empty.
    pub path: &'a str,
}

/// Paths that everybody may read.
const PUBLIC_PATHS: [&str; 6] = ["/healthz", "/livez", "/readyz", "/version", "/version/", "/healthz/ping"];

impl Shared {
    /// Whether a user may do something.
    pub fn allows(&self, user: &User, attributes: &Attributes<'_>) -> bool {
        if user.is_master() || PUBLIC_PATHS.contains(&attributes.path) {
            return true;
        }
        match self.options.authorization {
            Authorization::AlwaysAllow => !user.groups.iter().any(|group| group == UNAUTHENTICATED),
            Authorization::Rbac => self.rbac.allows(&self.store, user, attributes),
        }
    }

    /// Refuses what a user may not do.
    pub fn authorize(&self, user: &User, attributes: &Attributes<'_>) -> Result<(), Status> {
        if self.allows(user, attributes) { Ok(()) } else { Err(refusal::refusal(user, attributes)) }
    }

    /// Refuses a path that is no resource.
    pub fn authorize_path(&self, user: &User, method: &Method, path: &str) -> Result<(), Status> {
        let verb = method.as_str().to_lowercase();
        self.authorize(user, &Attributes { verb: &verb, path, ..Attributes::default() })
    }

    /// Refuses a request for objects.
    pub fn authorize_target(&self, user: &User, verb: &str, target: &Target) -> Result<(), Status> {
        let text = |field: &'_ Option<String>| field.clone().unwrap_or_default();
        let (namespace, name, subresource) = (text(&target.namespace), text(&target.name), text(&target.subresource));
        // A Namespace is authorized within itself, as kube-apiserver does.
        let own = target.group.is_empty() && target.plural == "namespaces";
        self.authorize(
            user,
            &Attributes {
                verb,
                group: &target.group,
                resource: &target.plural,
                subresource: &subresource,
                namespace: if own { &name } else { &namespace },
                name: &name,
                path: "",
            },
        )
    }

    /// Refuses to act as someone else.
    pub fn authorize_impersonation(&self, user: &User, need: &Need) -> Result<(), Status> {
        self.authorize(
            user,
            &Attributes {
                verb: "impersonate",
                group: need.group,
                resource: need.resource,
                subresource: &need.subresource,
                namespace: &need.namespace,
                name: &need.name,
                path: "",
            },
        )
    }
}
