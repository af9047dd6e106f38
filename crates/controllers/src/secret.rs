//! The data of Secrets.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use object::{Object, Sensitive, Value};

/// One value of a Secret's `data`.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).ok()
}

/// All values of a Secret, by key. Values that are not base64 are left out: the API server does not store them.
pub fn data(secret: &Object) -> BTreeMap<String, Sensitive> {
    let data = secret.as_map().get("data").and_then(Value::as_object).into_iter().flatten();
    data.filter_map(|(key, value)| Some((key.clone(), Sensitive::new(decode(value.as_str()?)?)))).collect()
}
