//! An identity.

use std::collections::BTreeMap;

/// The group that may do everything.
pub const MASTERS: &str = "system:masters";
/// The group of every proven identity.
pub const AUTHENTICATED: &str = "system:authenticated";
/// The group of requests without an identity.
pub const UNAUTHENTICATED: &str = "system:unauthenticated";

/// Who a request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// User name.
    pub name: String,
    /// Stable id, empty if unknown.
    pub uid: String,
    /// Groups.
    pub groups: Vec<String>,
    /// Further facts of the authenticator.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl User {
    /// An authenticated user; the group of all authenticated users is added.
    pub fn new(name: impl Into<String>, groups: impl IntoIterator<Item = String>) -> User {
        let mut groups: Vec<String> = groups.into_iter().collect();
        if !groups.iter().any(|group| group == AUTHENTICATED) {
            groups.push(AUTHENTICATED.into());
        }
        User { name: name.into(), groups, ..User::default() }
    }

    /// The administrator that in-process clients are.
    pub fn admin() -> User {
        User::new("system:admin", [MASTERS.to_owned()])
    }

    /// A request without credentials.
    pub fn anonymous() -> User {
        User { name: "system:anonymous".into(), groups: vec![UNAUTHENTICATED.into()], ..User::default() }
    }

    /// A service account, with the groups it always has.
    pub fn service_account(namespace: &str, name: &str) -> User {
        let groups = ["system:serviceaccounts".to_owned(), format!("system:serviceaccounts:{namespace}")];
        User::new(format!("system:serviceaccount:{namespace}:{name}"), groups)
    }

    /// Whether no rule restricts this user.
    pub fn is_master(&self) -> bool {
        self.groups.iter().any(|group| group == MASTERS)
    }
}
