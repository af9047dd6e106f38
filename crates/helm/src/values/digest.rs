//! The digest of values by which Flux notices that a release's configuration changed.

use object::Value;
use sha2::{Digest, Sha256};

use super::Values;

/// `sha256:<hex>` of the values as YAML with sorted keys, which is Flux's config digest. No values digest as no bytes.
pub fn digest(values: &Values) -> String {
    let text = if values.is_empty() { String::new() } else { yaml::to_string(&super::as_json(&Value::Object(values.clone()))) };
    format!("sha256:{}", hex(&Sha256::digest(text.as_bytes())))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
