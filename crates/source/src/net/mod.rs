//! The way to a server: certificates, proxies, redirects, and where nobody may connect to.
//!
//! Refuses to be: configured by the environment. What is not in a [`Network`] is not used.

mod clients;
mod egress;
mod keyed;

use object::Sensitive;

pub use clients::{Clients, ClientsOptions};
pub use egress::Egress;
pub(crate) use keyed::Keyed;

/// How to reach one server.
#[derive(Clone, Default)]
pub struct Network {
    /// Certificates beside the system's.
    pub tls: Tls,
    /// The proxy, if any.
    pub proxy: Option<Proxy>,
    /// Accept any server certificate. Only OCIRepository can ask for it (`insecure` without certSecretRef).
    pub insecure: bool,
}

/// Certificates. The system's certificate authorities stay trusted.
#[derive(Clone, Default)]
pub struct Tls {
    /// Certificate authorities in PEM.
    pub ca: Option<Vec<u8>>,
    /// Who we are to the server.
    pub identity: Option<Identity>,
}

/// A client certificate.
#[derive(Clone)]
pub struct Identity {
    /// The certificate chain in PEM.
    pub certificate: Vec<u8>,
    /// Its key in PEM.
    pub key: Sensitive,
}

/// A proxy of scheme http, https or socks5.
#[derive(Clone)]
pub struct Proxy {
    /// Its address without credentials.
    pub address: String,
    /// User and password.
    pub login: Option<(Sensitive, Sensitive)>,
}

impl Network {
    /// A text that differs when anything in it differs. It is a hash and gives nothing away.
    pub(crate) fn fingerprint(&self) -> artifact::Digest {
        let mut text = Vec::new();
        let mut add = |part: &[u8]| {
            text.extend_from_slice(&(part.len() as u64).to_be_bytes());
            text.extend_from_slice(part);
        };
        add(self.tls.ca.as_deref().unwrap_or_default());
        if let Some(identity) = &self.tls.identity {
            add(&identity.certificate);
            add(identity.key.expose());
        }
        if let Some(proxy) = &self.proxy {
            add(proxy.address.as_bytes());
            if let Some((user, password)) = &proxy.login {
                add(user.expose());
                add(password.expose());
            }
        }
        add(&[u8::from(self.insecure)]);
        artifact::Digest::of(&text)
    }
}

/// A header value that debug output does not show; `None` when the text cannot be in a header.
pub(crate) fn secret_header(text: &str) -> Option<http::HeaderValue> {
    let mut value = http::HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
