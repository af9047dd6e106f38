//! The hash suffix of generated ConfigMaps and Secrets.

use object::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Boxed, Context, Transformer};
use crate::error::Error;
use crate::resource::Resource;
use crate::resources::Resources;

/// Length of the suffix.
const LENGTH: usize = 10;

/// Adds the suffix to what asks for it.
pub(crate) struct HashSuffix;

impl Transformer for HashSuffix {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        if !resources.items().iter().any(|resource| resource.needs_hash) {
            return Ok(());
        }
        for resource in resources.items_mut().iter_mut().filter(|resource| resource.needs_hash) {
            let name = format!("{}-{}", resource.name(), suffix(resource));
            resource.remember_id();
            resource.set_name(&name);
        }
        Ok(())
    }
}

/// The suffix of one resource: a digest of kind, name, type and data, in an alphabet without vowels that could spell words.
fn suffix(resource: &Resource) -> String {
    let digest = Sha256::digest(go_json(&hashed(resource)).as_bytes());
    let hex: String = digest.iter().take(LENGTH.div_ceil(2)).map(|byte| format!("{byte:02x}")).collect();
    let letter = |character| match character {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    };
    hex.chars().take(LENGTH).map(letter).collect()
}

/// What the digest is taken of.
fn hashed(resource: &Resource) -> Value {
    let field = |name: &str| resource.value.get(name).filter(|value| !value.is_null()).cloned().unwrap_or_else(|| "".into());
    // The reference looks for one field called `metadata/name`, which is never there.
    let mut hashed = Map::from_iter([("kind".to_owned(), resource.kind().into()), ("name".to_owned(), "".into())]);
    hashed.insert("data".to_owned(), field("data"));
    let optional = if resource.kind() == "Secret" { "stringData" } else { "binaryData" };
    if resource.kind() == "Secret" {
        hashed.insert("type".to_owned(), field("type"));
    }
    if let Some(value @ Value::Object(_)) = resource.value.get(optional) {
        hashed.insert(optional.to_owned(), value.clone());
    }
    Value::Object(hashed)
}

/// JSON as Go writes it: characters that matter in HTML are escaped.
pub(crate) fn go_json(value: &Value) -> String {
    let text = value.to_string();
    if !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return text;
    }
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Makes the transformer from a configuration object, which has no fields.
pub(super) fn from_config(_: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    Ok(Box::new(HashSuffix))
}
