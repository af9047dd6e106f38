//! What a path means: a resource, a discovery document, or one of the few other pages.

use http::Method;

use super::query::{Query, unescaped};

/// A parsed path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/api` and `/apis`, `/apis/<group>`, `/api/v1`, `/apis/<group>/<version>`.
    Discovery(Vec<String>),
    /// Objects.
    Resource(Target),
    /// Anything else: health, version, OpenAPI.
    Page(String),
}

/// The resource part of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// API group, empty for core.
    pub group: String,
    /// API version.
    pub version: String,
    /// Plural resource name.
    pub plural: String,
    /// Namespace of the path.
    pub namespace: Option<String>,
    /// Object name.
    pub name: Option<String>,
    /// Subresource.
    pub subresource: Option<String>,
}

/// Reads a path.
pub fn route(path: &str) -> Route {
    let segments: Vec<String> = path.split('/').filter(|segment| !segment.is_empty()).map(unescaped).collect();
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    match words[..] {
        ["api"] | ["apis"] | ["api", _] | ["apis", _] | ["apis", _, _] => Route::Discovery(segments),
        ["api", version, ref rest @ ..] => Route::Resource(target("", version, rest)),
        ["apis", group, version, ref rest @ ..] => Route::Resource(target(group, version, rest)),
        _ => Route::Page(path.to_owned()),
    }
}

fn target(group: &str, version: &str, rest: &[&str]) -> Target {
    let base = Target { group: group.into(), version: version.into(), ..Target::default() };
    let some = |text: &&str| Some((*text).to_owned());
    match rest {
        ["namespaces", namespace, plural, rest @ ..] if !is_namespace_subresource(plural, rest) => Target {
            plural: (*plural).into(),
            namespace: some(namespace),
            name: rest.first().and_then(some),
            subresource: subresource(rest),
            ..base
        },
        [plural, rest @ ..] => {
            Target { plural: (*plural).into(), name: rest.first().and_then(some), subresource: subresource(rest), ..base }
        }
        [] => base,
    }
}

fn is_namespace_subresource(word: &str, rest: &[&str]) -> bool {
    rest.is_empty() && matches!(word, "status" | "finalize")
}

fn subresource(rest: &[&str]) -> Option<String> {
    (rest.len() > 1).then(|| rest[1..].join("/"))
}

/// The verb that a request means, as authorization names it.
pub fn verb(method: &Method, target: &Target, query: &Query) -> Option<&'static str> {
    let named = target.name.is_some();
    Some(match *method {
        Method::GET | Method::HEAD if named => "get",
        Method::GET if query.flag("watch") => "watch",
        Method::GET => "list",
        Method::POST => "create",
        Method::PUT if named => "update",
        Method::PATCH if named => "patch",
        Method::DELETE if named => "delete",
        Method::DELETE => "deletecollection",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, namespace: Option<&str>, plural: &str, name: Option<&str>, subresource: Option<&str>) {
        let Route::Resource(target) = route(path) else { panic!("{path} is a resource") };
        let found = (target.namespace.as_deref(), &*target.plural, target.name.as_deref(), target.subresource.as_deref());
        assert_eq!(found, (namespace, plural, name, subresource), "{path}");
    }

    #[test]
    fn paths_of_resources() {
        check("/api/v1/pods", None, "pods", None, None);
        check("/api/v1/namespaces/shop", None, "namespaces", Some("shop"), None);
        check("/api/v1/namespaces/shop/finalize", None, "namespaces", Some("shop"), Some("finalize"));
        check("/api/v1/namespaces/shop/pods", Some("shop"), "pods", None, None);
        check("/apis/apps/v1/namespaces/shop/deployments/web/scale", Some("shop"), "deployments", Some("web"), Some("scale"));
        check("/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode", None, "clusterroles", Some("system:node"), None);
    }

    #[test]
    fn other_paths_are_discovery_or_pages() {
        assert!(matches!(route("/apis/apps/v1"), Route::Discovery(_)));
        assert!(matches!(route("/api/"), Route::Discovery(_)));
        assert!(matches!(route("/healthz"), Route::Page(_)));
    }
}
