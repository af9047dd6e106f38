//! Credentials from the data of Secrets, under the keys Flux documents.
//!
//! Refuses to be: a reader of the cluster. Callers hand in the data; errors name the key that is missing, never a value.

use std::collections::BTreeMap;

use object::Sensitive;

use crate::git::{GitAuth, SshIdentity};
use crate::{Error, Identity, Proxy, Result, Tls};

/// The data of a Secret.
pub type SecretData = BTreeMap<String, Sensitive>;

/// Bytes of a proxy address.
const PROXY_ADDRESS_BYTES_MAX: usize = 2048;

/// Credentials for Git over http and https: `username` and `password`, or `bearerToken`; none of them is anonymous.
pub fn git_http(data: &SecretData) -> Result<GitAuth> {
    match (data.get("username"), data.get("password"), data.get("bearerToken")) {
        (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Err(bad("use either `username` and `password` or `bearerToken`, not both")),
        (None, None, Some(token)) => Ok(GitAuth::Bearer(token.clone())),
        (Some(username), Some(password), None) => Ok(GitAuth::Basic { username: username.clone(), password: password.clone() }),
        (Some(_), None, None) => Err(bad("`username` is set but `password` is missing")),
        (None, Some(_), None) => Err(bad("`password` is set but `username` is missing")),
        (None, None, None) => Ok(GitAuth::Anonymous),
    }
}

/// Credentials for Git over ssh: `identity` and `known_hosts`, and `password` when the key is encrypted.
pub fn git_ssh(data: &SecretData) -> Result<GitAuth> {
    let private_key = required(data, "identity")?.clone();
    let known_hosts = text(required(data, "known_hosts")?, "known_hosts")?.to_owned();
    Ok(GitAuth::Ssh(SshIdentity { private_key, passphrase: data.get("password").cloned(), known_hosts }))
}

/// Certificates: `ca.crt`, `tls.crt` with `tls.key`, and the older `caFile`, `certFile`, `keyFile`.
pub fn tls(data: &SecretData) -> Result<Tls> {
    let either = |new: &str, old: &str| data.get(new).or_else(|| data.get(old));
    let identity = match (either("tls.crt", "certFile"), either("tls.key", "keyFile")) {
        (Some(certificate), Some(key)) => Some(Identity { certificate: certificate.expose().to_vec(), key: key.clone() }),
        (Some(_), None) => return Err(bad("`tls.crt` is set but `tls.key` is missing")),
        (None, Some(_)) => return Err(bad("`tls.key` is set but `tls.crt` is missing")),
        (None, None) => None,
    };
    Ok(Tls { ca: either("ca.crt", "caFile").map(|ca| ca.expose().to_vec()), identity })
}

/// A proxy: `address`, and `username` with `password`.
pub fn proxy(data: &SecretData) -> Result<Proxy> {
    let address = text(required(data, "address")?, "address")?;
    if address.len() > PROXY_ADDRESS_BYTES_MAX {
        return Err(bad(&format!("`address` is longer than {PROXY_ADDRESS_BYTES_MAX} bytes")));
    }
    let known = ["http://", "https://", "socks5://"].iter().any(|scheme| address.starts_with(scheme));
    if !known {
        return Err(bad("`address` must begin with http://, https:// or socks5://"));
    }
    let login = match (data.get("username"), data.get("password")) {
        (None, None) => None,
        (Some(username), Some(password)) => Some((username.clone(), password.clone())),
        _ => return Err(bad("`username` and `password` of the proxy must be set together")),
    };
    Ok(Proxy { address: address.to_owned(), login })
}

fn required<'a>(data: &'a SecretData, key: &str) -> Result<&'a Sensitive> {
    let found = data.get(key).filter(|value| !value.expose().is_empty());
    found.ok_or_else(|| bad(&format!("the Secret has no key `{key}`, or it is empty")))
}

fn text<'a>(value: &'a Sensitive, key: &str) -> Result<&'a str> {
    value.expose_str().ok_or_else(|| bad(&format!("`{key}` is not UTF-8")))
}

fn bad(why: &str) -> Error {
    Error::Credentials(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(pairs: &[(&str, &str)]) -> SecretData {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), Sensitive::new(value.as_bytes()))).collect()
    }

    fn message<T>(result: Result<T>) -> String {
        result.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_missing_key_is_named_and_no_value_is_shown() {
        let secret = "canary";
        let cases = [
            (message(git_http(&data(&[("password", secret)]))), "`username` is missing"),
            (message(git_http(&data(&[("username", secret)]))), "`password` is missing"),
            (message(git_http(&data(&[("username", secret), ("password", secret), ("bearerToken", secret)]))), "not both"),
            (message(git_ssh(&data(&[("identity", secret)]))), "`known_hosts`"),
            (message(git_ssh(&data(&[("known_hosts", secret)]))), "`identity`"),
            (message(git_ssh(&data(&[("known_hosts", secret), ("identity", "")]))), "`identity`"),
            (message(tls(&data(&[("tls.crt", secret)]))), "`tls.key` is missing"),
            (message(proxy(&data(&[("address", secret)]))), "must begin with"),
            (message(proxy(&data(&[("address", "http://p"), ("username", secret)]))), "set together"),
        ];
        for (text, expected) in cases {
            assert!(text.contains(expected) && !text.contains(secret), "{text}");
        }
    }

    #[test]
    fn the_documented_keys_are_read() {
        assert!(matches!(git_http(&data(&[("username", "u"), ("password", "p")])), Ok(GitAuth::Basic { .. })));
        assert!(matches!(git_http(&data(&[("bearerToken", "t")])), Ok(GitAuth::Bearer(_))));
        assert!(matches!(git_http(&data(&[("ca.crt", "x")])), Ok(GitAuth::Anonymous)));
        assert!(matches!(git_ssh(&data(&[("identity", "k"), ("known_hosts", "h")])), Ok(GitAuth::Ssh(_))));
        let tls = tls(&data(&[("caFile", "ca"), ("certFile", "c"), ("keyFile", "k")])).unwrap();
        assert!(tls.ca.is_some() && tls.identity.is_some());
        assert!(proxy(&data(&[("address", "socks5://p:1080"), ("username", "u"), ("password", "p")])).unwrap().login.is_some());
    }
}
