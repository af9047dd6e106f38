//! Tokens of service accounts: JSON web tokens signed with the server's Ed25519 key.
//!
//! Ed25519 signs deterministically, so a token is verified by signing its text again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, SigningKey};
use serde_json::{Value, json};

use crate::error::Error;
use crate::store::Store;

/// The audience of tokens for this server itself, and their issuer.
pub const AUDIENCE: &str = "https://kubernetes.default.svc.cluster.local";

const KEY: &str = "service-account.key";

/// Signs and verifies tokens.
pub struct Signer(KeyPair);

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Namespace of the service account.
    pub namespace: String,
    /// Name of the service account.
    pub name: String,
    /// Uid of the service account.
    pub uid: String,
    /// For whom the token is.
    pub audiences: Vec<String>,
    /// Unix time from which it counts, in seconds.
    pub issued: i64,
    /// Unix time of its end, in seconds.
    pub expires: i64,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// The key kept in the store, or a new one.
    pub fn open(store: &Store) -> Result<Signer, Error> {
        let wrong = |error: rcgen::Error| Error::Certificate(error.to_string());
        if let Some(pem) = store.keepsake(KEY).and_then(|bytes| String::from_utf8(bytes).ok()) {
            return KeyPair::from_pem(&pem).map(Signer).map_err(wrong);
        }
        let key = KeyPair::generate_for(&rcgen::PKCS_ED25519).map_err(wrong)?;
        store.keep(KEY, key.serialize_pem().as_bytes());
        Ok(Signer(key))
    }

    /// A token with these claims.
    pub fn sign(&self, claims: &Claims) -> Result<String, Error> {
        let head = json!({"alg": "EdDSA", "typ": "JWT"});
        let text = format!("{}.{}", encode(head.to_string()), encode(claims.to_value().to_string()));
        let signature = self.0.sign(text.as_bytes()).map_err(|error| Error::Certificate(error.to_string()))?;
        Ok(format!("{text}.{}", encode(signature)))
    }

    /// The claims of a token that this key signed.
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let (text, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let expected = self.0.sign(text.as_bytes()).ok()?;
        if !is_same_secret(&expected, &signature) {
            return None;
        }
        let (_, claims) = text.split_once('.')?;
        Claims::from_value(&serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?)
    }
}

impl Claims {
    fn to_value(&self) -> Value {
        json!({
            "iss": AUDIENCE, "aud": self.audiences, "iat": self.issued, "nbf": self.issued, "exp": self.expires,
            "sub": format!("system:serviceaccount:{}:{}", self.namespace, self.name),
            "kubernetes.io": {"namespace": self.namespace, "serviceaccount": {"name": self.name, "uid": self.uid}},
        })
    }

    fn from_value(value: &Value) -> Option<Claims> {
        let own = &value["kubernetes.io"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Some(Claims {
            namespace: text(&own["namespace"])?,
            name: text(&own["serviceaccount"]["name"])?,
            uid: text(&own["serviceaccount"]["uid"])?,
            audiences: value["aud"].as_array()?.iter().filter_map(text).collect(),
            issued: value["iat"].as_i64()?,
            expires: value["exp"].as_i64()?,
        })
    }
}

/// Compares secrets in a time that does not tell where they differ.
pub fn is_same_secret(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_changed_one_does_not() {
        let signer = Signer::open(&Store::memory()).unwrap();
        let claims =
            Claims { namespace: "a".into(), name: "b".into(), uid: "1".into(), audiences: vec!["x".into()], issued: 1, expires: 2 };
        let token = signer.sign(&claims).unwrap();
        assert_eq!(signer.verify(&token), Some(claims));
        assert_eq!(signer.verify(&token.replace('.', ".A")), None);

        assert_eq!(signer.verify(&token[..token.len() - 4]), None);
    }
}
