//! What a render may ask of the outside: cluster reads, the clock, random bytes, keys and names. All given by the caller.

use serde_json::Value as Json;

use crate::value::Text;

/// The outside world of a render. Every method has an answer that touches nothing, so `impl Host for X {}` is a sealed host.
///
/// Two renders of one set over equal values with hosts that answer equally give equal output.
pub trait Host {
    /// An object, or the list object of a kind when `name` is empty; an empty object where there is none.
    fn lookup(&self, _version: &str, _kind: &str, _namespace: &str, _name: &str) -> Result<Json, String> {
        Ok(Json::Object(Default::default()))
    }

    /// The current time, for `now`, `ago` and certificates.
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    /// The zone that Go calls `Local`.
    fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::UTC
    }

    /// Fills the buffer with random bytes.
    fn random(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }

    /// Makes keys and certificates.
    fn keys(&self) -> &dyn KeySource {
        &Sealed
    }

    /// An address of a host name, or an empty string where names may not be looked up.
    fn address(&self, _name: &str) -> String {
        String::new()
    }

    /// A note for whoever lints: called instead of failing where [`crate::Options::lint`] is set.
    fn note(&self, _message: &str) {}
}

/// A host that answers nothing, at the Unix epoch, in UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sealed;

impl Host for Sealed {}

/// Which key `genPrivateKey` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA, 4096 bits.
    Rsa,
    /// DSA, 2048 bits with a 256-bit subgroup.
    Dsa,
    /// ECDSA on P-256.
    Ecdsa,
    /// Ed25519.
    Ed25519,
}

/// A certificate and its private key, both PEM.
#[derive(Clone, Debug, Default)]
pub struct Certificate {
    /// `CERTIFICATE` block.
    pub cert: Text,
    /// Private key block.
    pub key: Text,
}

/// Who signs, and whose key is certified.
#[derive(Clone, Debug)]
pub enum Keys {
    /// A new RSA key of 2048 bits.
    New,
    /// The key in this PEM text.
    Pem(Text),
}

/// What a certificate function asks for.
#[derive(Clone, Debug)]
pub struct CertificateRequest {
    /// Common name of the subject.
    pub common_name: Text,
    /// Addresses, each already known to parse.
    pub addresses: Vec<std::net::IpAddr>,
    /// Further DNS names.
    pub names: Vec<Text>,
    /// Days from now until it ends.
    pub days: i64,
    /// The subject's key.
    pub key: Keys,
    /// Whether it is an authority.
    pub authority: bool,
    /// The authority that signs; self-signed where absent.
    pub signer: Option<Certificate>,
    /// When it begins.
    pub now: jiff::Timestamp,
}

/// Makes keys and certificates. Messages are what sprig prints after `error calling …: `.
pub trait KeySource {
    /// A private key in PEM.
    fn private_key(&self, _kind: KeyKind) -> Result<String, String> {
        Err("this render has no key source".into())
    }

    /// A certificate and its key.
    fn certificate(&self, _request: &CertificateRequest) -> Result<Certificate, String> {
        Err("this render has no key source".into())
    }

    /// Checks that both texts are PEM that parses (`buildCustomCert`).
    fn check(&self, _cert: &[u8], _key: &[u8]) -> Result<(), String> {
        Ok(())
    }
}

impl KeySource for Sealed {}
