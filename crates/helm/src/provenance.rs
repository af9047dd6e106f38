//! Provenance files (`.prov`): whether a key that the caller trusts vouches for exactly these archive bytes.
//!
//! Refuses to be: a key store or a signer. The caller hands over the keyring and the time; nothing is read, nothing is kept.
//! Fails closed: no signature, no fitting key, an expired or revoked key, another file or other bytes are each a refusal.

use pgp::composed::{CleartextSignedMessage, Deserializable, SignedPublicKey};
use pgp::packet::Signature;
use pgp::types::KeyDetails;
use sha2::{Digest, Sha256};

use crate::decode::Fields;
use crate::{Error, Result};

/// Bytes of a provenance file.
pub const PROVENANCE_BYTES_MAX: usize = 1 << 20;
/// Bytes of a keyring.
pub const KEYRING_BYTES_MAX: usize = 8 << 20;

/// Who vouched for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The user ids of the key.
    pub signed_by: Vec<String>,
    /// Fingerprint of the primary key, in hex.
    pub fingerprint: String,
    /// `sha256:<hex>` of the archive.
    pub digest: String,
}

/// Checks that `provenance` is signed by a key of `keyring` (armored or binary) and names `file` with the digest of `archive`.
/// `now` is in seconds since 1970.
pub fn verify(archive: &[u8], provenance: &str, file: &str, keyring: &[u8], now: u64) -> Result<Verified> {
    within("PROVENANCE_BYTES_MAX", provenance.len(), PROVENANCE_BYTES_MAX)?;
    within("KEYRING_BYTES_MAX", keyring.len(), KEYRING_BYTES_MAX)?;
    let (message, _) = CleartextSignedMessage::from_string(provenance).map_err(|_| refuse("signature block not found"))?;
    let keys = read_keys(keyring)?;
    let key = keys.iter().find(|key| is_signed_by(&message, key, now));
    let key = key.ok_or_else(|| refuse("openpgp: signature made by unknown entity, or by a key that is expired, revoked or not bound"))?;
    let digest = format!("sha256:{}", hex(&Sha256::digest(archive)));
    check_digest(&message.signed_text(), file, &digest)?;
    Ok(Verified {
        signed_by: key.details.users.iter().map(|user| String::from_utf8_lossy(user.id.id()).into_owned()).collect(),
        fingerprint: key.primary_key.fingerprint().to_string(),
        digest,
    })
}

/// Every readable key. A keyring without one is refused; keys of kinds that are not understood are passed over.
fn read_keys(keyring: &[u8]) -> Result<Vec<SignedPublicKey>> {
    let (keys, _) = SignedPublicKey::from_reader_many(keyring).map_err(|error| refuse(format!("cannot read the keyring: {error}")))?;
    let keys: Vec<SignedPublicKey> = keys.filter_map(std::result::Result::ok).collect();
    if keys.is_empty() { Err(refuse("no keys found")) } else { Ok(keys) }
}

/// Whether the primary key or a bound signing subkey made a signature that holds now.
fn is_signed_by(message: &CleartextSignedMessage, key: &SignedPublicKey, now: u64) -> bool {
    let is_revoked = !key.details.revocation_signatures.is_empty();
    if is_revoked || key.verify_bindings().is_err() || !key_is_valid(key, now) {
        return false;
    }
    let holds = |signature: &Signature| signature_is_valid(signature, now);
    if message.verify(&key.primary_key).is_ok_and(holds) {
        return true;
    }
    key.public_subkeys.iter().any(|subkey| {
        let binds = subkey.signatures.iter().any(|signature| {
            signature.key_flags().sign()
                && is_before(now, subkey.key.created_at().as_secs(), signature.key_expiration_time().map(|span| span.as_secs()))
        });
        binds && message.verify(&subkey.key).is_ok_and(holds)
    })
}

/// Whether a self-signature of some user lets the primary key live until now.
fn key_is_valid(key: &SignedPublicKey, now: u64) -> bool {
    let created = key.primary_key.created_at().as_secs();
    let signatures = key.details.users.iter().flat_map(|user| &user.signatures).chain(&key.details.direct_signatures);
    let newest = signatures.max_by_key(|signature| signature.created().map(|time| time.as_secs()));
    newest.is_some_and(|signature| is_before(now, created, signature.key_expiration_time().map(|span| span.as_secs())))
}

fn signature_is_valid(signature: &Signature, now: u64) -> bool {
    let expires = signature.signature_expiration_time().map(|span| span.as_secs());
    signature.created().is_some_and(|created| is_before(now, created.as_secs(), expires))
}

/// Whether `now` lies at or after `created` and before its end. A span of nothing or zero never ends.
fn is_before(now: u64, created: u32, span: Option<u32>) -> bool {
    let created = u64::from(created);
    now >= created && span.filter(|span| *span > 0).is_none_or(|span| now < created + u64::from(span))
}

/// The second part of the signed text maps file names to digests.
fn check_digest(text: &str, file: &str, digest: &str) -> Result<()> {
    let text = text.replace("\r\n", "\n");
    let sums = text.split("\n...\n").nth(1).ok_or_else(|| refuse("message block must have at least two parts"))?;
    let sums = yaml::from_str(sums).map_err(|error| refuse(error.to_string()))?;
    let files = Fields::of(&sums, "provenance.SumCollection").and_then(|fields| fields.map_or(Ok(None), |fields| fields.text_map("files")));
    let files = files.map_err(refuse)?.unwrap_or_default();
    let (_, found) = files
        .iter()
        .find(|(name, _)| name == file)
        .ok_or_else(|| refuse(format!("provenance does not contain a SHA for a file named {file:?}")))?;
    if found == digest { Ok(()) } else { Err(refuse(format!("sha256 sum does not match for {file}: {found:?} != {digest:?}"))) }
}

fn within(name: &'static str, length: usize, length_max: usize) -> Result<()> {
    if length <= length_max { Ok(()) } else { Err(Error::Limit { name, what: format!("{length} bytes") }) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn refuse(message: impl Into<String>) -> Error {
    Error::Provenance(message.into())
}
