//! Ciphertext of SOPS in Secrets, hidden behind a mask: what is printed tells that something is there, not what.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use object::{Map, Value};
use serde_json::json;

use crate::Error;

const MASK: &str = "**SOPS**";
const DOCKER_CONFIG: &str = "kubernetes.io/dockerconfigjson";

/// Masks what is encrypted in a Secret; the note of the encryption itself goes.
///
/// Errors: a value of `data` that is no base64.
pub(crate) fn mask(object: &mut Value) -> Result<(), Error> {
    if object["kind"] != "Secret" {
        return Ok(());
    }
    let is_encrypted = is_encrypted(object);
    let docker_config = object["type"] == DOCKER_CONFIG;
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let Some(secret) = object.as_object_mut() else { return Ok(()) };
    texts(secret);
    match is_encrypted {
        true => mask_all(secret, docker_config),
        false => mask_some(secret).map_err(|(key, why)| Error::Mask { object: name, key, why })?,
    }
    Ok(())
}

/// Whether the whole Secret carries the note of its encryption.
fn is_encrypted(object: &Value) -> bool {
    let text = yaml::to_string(object);
    text.contains("sops:") && text.contains("mac: ENC[")
}

/// Makes every value of `data` a text, and no `data` of an empty one. Of `stringData` only nulls become texts.
fn texts(secret: &mut Map<String, Value>) {
    let text = |value: &Value| if value.is_null() { json!("") } else { json!(value.to_string()) };
    values(secret, "data").filter(|(_, value)| !value.is_string()).for_each(|(_, value)| *value = text(value));
    values(secret, "stringData").filter(|(_, value)| value.is_null()).for_each(|(_, value)| *value = text(value));
    if secret.get("data").is_some_and(|data| data.is_null() || data.as_object().is_some_and(Map::is_empty)) {
        secret.remove("data");
    }
}

fn values<'s>(secret: &'s mut Map<String, Value>, field: &str) -> impl Iterator<Item = (&'s String, &'s mut Value)> {
    secret.get_mut(field).and_then(Value::as_object_mut).into_iter().flatten()
}

fn mask_all(secret: &mut Map<String, Value>, docker_config: bool) {
    secret.remove("sops");
    let text = if docker_config { json!({ "mask": MASK }).to_string() } else { MASK.to_owned() };
    values(secret, "data").for_each(|(_, value)| *value = STANDARD.encode(&text).into());
    values(secret, "stringData").for_each(|(_, value)| *value = text.as_str().into());
}

/// Masks the values that are encrypted files.
fn mask_some(secret: &mut Map<String, Value>) -> Result<(), (String, String)> {
    for (key, value) in values(secret, "data") {
        let text: String = value.as_str().unwrap_or_default().chars().filter(|c| !"\r\n".contains(*c)).collect();
        let decoded = STANDARD.decode(text).map_err(|error| (key.clone(), format!("illegal base64 data: {error}")))?;
        mask_file(value, &decoded);
    }
    for (_, value) in values(secret, "stringData") {
        let text = value.as_str().unwrap_or_default().as_bytes().to_vec();
        mask_file(value, &text);
    }
    Ok(())
}

fn mask_file(value: &mut Value, content: &[u8]) {
    let has = |word: &[u8]| content.windows(word.len()).any(|part| part == word);
    if has(b"sops") && has(b"ENC[") {
        *value = STANDARD.encode(MASK).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "ENC[AES256_GCM,data:x]";

    fn masked(mut secret: Value) -> Value {
        secret["kind"] = "Secret".into();
        mask(&mut secret).expect("the case is base64");
        secret
    }

    #[test]
    fn an_encrypted_secret_keeps_its_keys_only() {
        let secret = json!({"data": {"a": NOTE}, "stringData": {"b": NOTE}, "sops": {"mac": NOTE}});
        let expected = json!({"kind": "Secret", "data": {"a": "KipTT1BTKio="}, "stringData": {"b": "**SOPS**"}});
        assert_eq!(masked(secret), expected);
        let docker = json!({"type": DOCKER_CONFIG, "data": {".dockerconfigjson": NOTE}, "sops": {"mac": NOTE}});
        assert_eq!(masked(docker)["data"][".dockerconfigjson"], "eyJtYXNrIjoiKipTT1BTKioifQ==");
    }

    #[test]
    fn only_files_that_are_encrypted_are_masked_in_a_plain_secret() {
        let file = STANDARD.encode(format!("a: {NOTE}\nsops: {{}}\n"));
        let secret = masked(json!({"data": {"file": file, "plain": "eA=="}, "stringData": {"file": format!("sops {NOTE}"), "plain": "x"}}));
        assert_eq!(secret["data"], json!({"file": "KipTT1BTKio=", "plain": "eA=="}));
        assert_eq!(secret["stringData"], json!({"file": "KipTT1BTKio=", "plain": "x"}));
    }

    #[test]
    fn what_is_no_base64_is_refused_and_other_kinds_stay() {
        let mut secret = json!({"kind": "Secret", "metadata": {"name": "a"}, "data": {"k": "%"}});
        let refused = mask(&mut secret).expect_err("it is no base64").to_string();
        assert!(refused.starts_with("failed to mask secret a sops data: `k`: illegal base64 data"), "{refused}");
        let mut other = json!({"kind": "Widget", "data": {"k": NOTE}, "sops": {"mac": NOTE}});
        let before = other.clone();
        mask(&mut other).expect("it is no Secret");
        assert_eq!(other, before);
    }
}
