//! Logins for Git servers.

use object::Sensitive;

/// How to log in to a Git server.
#[derive(Clone, Default)]
pub enum GitAuth {
    /// Not at all.
    #[default]
    Anonymous,
    /// User and password.
    Basic {
        /// The user.
        username: Sensitive,
        /// The password or access token.
        password: Sensitive,
    },
    /// A token in the `Authorization` header.
    Bearer(Sensitive),
    /// A key.
    Ssh(SshIdentity),
}

/// A private key and the servers it may be used with.
#[derive(Clone)]
pub struct SshIdentity {
    /// In OpenSSH, PKCS#8 or PKCS#1 PEM.
    pub private_key: Sensitive,
    /// Of an encrypted key.
    pub passphrase: Option<Sensitive>,
    /// Lines as in OpenSSH's `known_hosts`. A server that is not in it is refused.
    pub known_hosts: String,
}
