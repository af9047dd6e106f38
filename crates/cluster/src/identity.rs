//! Who a request is made as.

/// The identity that requests carry. It cannot be empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identity {
    /// The identity that the client was configured with: the controller itself.
    Controller,
    /// A ServiceAccount, by impersonation. Build it with [`Identity::service_account`].
    ServiceAccount(ServiceAccount),
}

/// A ServiceAccount whose names are not empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceAccount {
    namespace: String,
    name: String,
}

/// An identity without a name would fall back to the rights of the controller, so it cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a ServiceAccount needs a namespace and a name, found `{namespace}` and `{name}`")]
pub struct EmptyIdentity {
    namespace: String,
    name: String,
}

impl Identity {
    /// The ServiceAccount `name` in `namespace`.
    pub fn service_account(namespace: &str, name: &str) -> Result<Identity, EmptyIdentity> {
        let (namespace, name) = (namespace.to_owned(), name.to_owned());
        if namespace.trim().is_empty() || name.trim().is_empty() || name.contains(':') || namespace.contains(':') {
            return Err(EmptyIdentity { namespace, name });
        }
        Ok(Identity::ServiceAccount(ServiceAccount { namespace, name }))
    }

    /// The user name to impersonate, or none for the controller itself.
    pub fn user(&self) -> Option<String> {
        match self {
            Identity::Controller => None,
            Identity::ServiceAccount(account) => Some(format!("system:serviceaccount:{}:{}", account.namespace, account.name)),
        }
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Identity::Controller => f.write_str("the controller"),
            Identity::ServiceAccount(account) => write!(f, "ServiceAccount/{}/{}", account.namespace, account.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_without_a_name_cannot_be_built() {
        for (namespace, name) in [("", "a"), ("a", ""), (" ", "a"), ("a", "b:c"), ("a:b", "c")] {
            assert!(Identity::service_account(namespace, name).is_err(), "{namespace}/{name}");
        }
    }

    #[test]
    fn a_service_account_is_impersonated_by_its_full_user_name() {
        let identity = Identity::service_account("apps", "deployer").unwrap();
        assert_eq!(identity.user().as_deref(), Some("system:serviceaccount:apps:deployer"));
        assert_eq!(Identity::Controller.user(), None);
    }
}
