//! Impersonation: the identity that `Impersonate-*` headers ask for, and what must be allowed for it.

use std::collections::BTreeMap;

use http::HeaderMap;

use crate::request::unescaped;
use crate::status::Status;
use crate::user::{AUTHENTICATED, UNAUTHENTICATED, User};

const EXTRA: &str = "impersonate-extra-";

/// An identity that a request wants to act as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The identity.
    pub user: User,
    /// Each thing that the caller needs the verb `impersonate` for: group, resource, subresource, namespace, name.
    pub needs: Vec<Need>,
}

/// One permission that impersonation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// API group.
    pub group: &'static str,
    /// Resource.
    pub resource: &'static str,
    /// Key of an extra field, else empty.
    pub subresource: String,
    /// Namespace of a service account, else empty.
    pub namespace: String,
    /// The name to act as.
    pub name: String,
}

/// Reads the headers. None if no impersonation is asked for; a refusal if groups or extras come without a user.
pub fn wanted(headers: &HeaderMap) -> Result<Option<Wanted>, Status> {
    let name = header(headers, "impersonate-user");
    let groups: Vec<String> = all(headers, "impersonate-group");
    let uid = header(headers, "impersonate-uid").unwrap_or_default();
    let extra = extras(headers);
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        let asks = !groups.is_empty() || !uid.is_empty() || !extra.is_empty() || headers.contains_key("impersonate-user");
        return if asks { Err(without_user()) } else { Ok(None) };
    };
    let mut needs = vec![user_need(&name)];
    needs.extend(groups.iter().map(|group| need("", "groups", group)));
    needs.extend((!uid.is_empty()).then(|| need("authentication.k8s.io", "uids", &uid)));
    for (key, values) in &extra {
        needs.extend(values.iter().map(|value| Need { subresource: key.clone(), ..need("authentication.k8s.io", "userextras", value) }));
    }
    Ok(Some(Wanted { user: complete(User { name, uid, groups, extra }), needs }))
}

fn without_user() -> Status {
    Status::internal("requested impersonation of groups, uid or extra fields without impersonating a user")
}

/// Adds the groups that an identity always has.
fn complete(mut user: User) -> User {
    let account = account_of(&user.name).map(|(namespace, name)| User::service_account(namespace, name));
    if let (Some(account), true) = (account, user.groups.is_empty()) {
        user.groups = account.groups;
    }
    let anonymous = user.name == User::anonymous().name;
    let standing = if anonymous { UNAUTHENTICATED } else { AUTHENTICATED };
    if !user.groups.iter().any(|group| group == AUTHENTICATED || group == UNAUTHENTICATED) {
        user.groups.push(standing.into());
    }
    user
}

fn user_need(name: &str) -> Need {
    match account_of(name) {
        Some((namespace, name)) => Need { namespace: namespace.into(), ..need("", "serviceaccounts", name) },
        None => need("", "users", name),
    }
}

/// Namespace and name of `system:serviceaccount:<namespace>:<name>`.
fn account_of(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("system:serviceaccount:")?.split_once(':')
}

fn need(group: &'static str, resource: &'static str, name: &str) -> Need {
    Need { group, resource, subresource: String::new(), namespace: String::new(), name: name.into() }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn all(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
}

fn extras(headers: &HeaderMap) -> BTreeMap<String, Vec<String>> {
    let mut extra: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in headers {
        let Some(key) = name.as_str().strip_prefix(EXTRA) else { continue };
        extra.entry(unescaped(key)).or_default().extend(value.to_str().ok().map(str::to_owned));
    }
    extra
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_service_account_gets_its_groups() {
        let wanted = wanted(&headers(&[("impersonate-user", "system:serviceaccount:shop:deployer")])).unwrap().unwrap();
        assert_eq!(wanted.user, User::service_account("shop", "deployer"));
        assert_eq!((wanted.needs[0].resource, &*wanted.needs[0].namespace), ("serviceaccounts", "shop"));
    }

    #[test]
    fn an_empty_user_is_refused_and_never_means_the_caller() {
        assert!(wanted(&headers(&[("impersonate-user", "")])).is_err());
        assert!(wanted(&headers(&[("impersonate-group", "a")])).is_err());
        assert_eq!(wanted(&headers(&[])), Ok(None));
    }

    #[test]
    fn every_part_needs_a_permission() {
        let wanted = wanted(&headers(&[
            ("impersonate-user", "anna"),
            ("impersonate-group", "developers"),
            ("impersonate-uid", "7"),
            ("impersonate-extra-acme.com%2fproject", "x"),
        ]));
        let wanted = wanted.unwrap().unwrap();
        assert_eq!(wanted.needs.iter().map(|need| need.resource).collect::<Vec<_>>(), ["users", "groups", "uids", "userextras"]);
        assert_eq!(wanted.needs[3].subresource, "acme.com/project");
        assert_eq!(wanted.user.groups, ["developers", AUTHENTICATED]);
    }
}
