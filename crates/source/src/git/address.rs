//! Addresses of Git repositories.

use object::Sensitive;
use reqwest::Url;

use crate::{Error, Result};

/// The user of an ssh address that names none.
const SSH_USER_DEFAULT: &str = "git";
const SSH_PORT: u16 = 22;

/// How to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Ssh,
}

/// A parsed address.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) scheme: Scheme,
    /// Without credentials.
    pub(super) url: Url,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) password: Option<Sensitive>,
}

impl Address {
    /// Errors: another scheme, no host, no path.
    pub(super) fn parse(text: &str) -> Result<Address> {
        let mut url = Url::parse(text).map_err(|error| Error::url(text, error.to_string()))?;
        let scheme = match url.scheme() {
            "http" | "https" => Scheme::Http,
            "ssh" => Scheme::Ssh,
            _ => return Err(Error::url(text, "the scheme must be http, https or ssh")),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| Error::url(text, "there is no host"))?.to_owned();
        let port = url.port_or_known_default().unwrap_or(SSH_PORT);
        let user = decode(url.username());
        let password = url.password().map(|password| Sensitive::new(decode(password)));
        let cleared = url.set_username("").and_then(|()| url.set_password(None));
        cleared.map_err(|()| Error::url(text, "the user cannot be taken out of it"))?;
        url.set_fragment(None);
        Ok(Address { scheme, url, host, port, user, password })
    }

    /// Host and path, for people: without scheme, credentials and query.
    pub(super) fn place(&self) -> String {
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}{}", self.host, self.url.path())
    }

    /// The user for ssh.
    pub(super) fn ssh_user(&self) -> &str {
        if self.user.is_empty() { SSH_USER_DEFAULT } else { &self.user }
    }

    /// The path as the server's shell gets it: without escapes of the URL.
    pub(super) fn path(&self) -> String {
        decode(self.url.path())
    }

    /// Whether credentials for one may be sent to the other.
    pub(super) fn same_origin(&self, other: &Address) -> bool {
        (self.url.scheme(), &self.host, self.port) == (other.url.scheme(), &other.host, other.port)
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()));
        match escaped.flatten() {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_taken_out_of_the_address() {
        let address = Address::parse("https://us%65r:p%40ss@host:8443/a%20b.git#x").unwrap();
        assert_eq!(address.url.as_str(), "https://host:8443/a%20b.git");
        assert_eq!((address.user.as_str(), address.port), ("user", 8443));
        assert_eq!(address.password.unwrap().expose(), b"p@ss");
    }

    #[test]
    fn ssh_has_a_user_a_port_and_a_plain_path() {
        let address = Address::parse("ssh://host/~me/a%20b").unwrap();
        assert_eq!((address.ssh_user(), address.port, address.path().as_str()), ("git", 22, "/~me/a b"));
    }

    #[test]
    fn other_schemes_are_refused() {
        for url in ["file:///etc", "ext::sh -c id", "git@host:path", "ftp://host/x", "https://", "--upload-pack=x"] {
            assert!(matches!(Address::parse(url), Err(Error::UrlInvalid { .. })), "{url}");
        }
    }
}
