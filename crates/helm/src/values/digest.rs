//! The digest of values by which Flux notices that a release's configuration changed.

use object::Value;
use sha2::{Digest, Sha256};

use super::Values;

/// `sha256:<hex>` of the values as YAML with sorted keys, which is Flux's config digest. No values digest as no bytes.
pub fn digest(values: &Values) -> String {
    let options = yaml::WriteOptions { style: yaml::WriteStyle::Bytewise, ..yaml::WriteOptions::default() };
    let value = super::as_json(&Value::Object(values.clone()));
    let text = if values.is_empty() { String::new() } else { yaml::to_string_with(&value, &options) };
    format!("sha256:{}", hex(&Sha256::digest(text.as_bytes())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
