//! What keys and values of labels may look like. Annotations and finalizers have keys of the same form.

/// The longest name part of a label key, and the longest label value.
const LABEL_LENGTH_MAX: usize = 63;

const KEY: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const KEY_SLASHES: &str = "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// What is wrong with the key of a label: `[domain/]name`.
pub fn key_faults(key: &str) -> Vec<String> {
    let (prefix, name) = match *key.split('/').collect::<Vec<_>>() {
        [name] => (None, name),
        [prefix, name] => (Some(prefix), name),
        _ => return vec![KEY_SLASHES.to_owned()],
    };
    let mut faults = Vec::new();
    match prefix {
        Some("") => faults.push("prefix part must be non-empty".to_owned()),
        Some(prefix) => faults.extend(super::dns::subdomain_fault(prefix).map(|fault| format!("prefix part {fault}"))),
        None => {}
    }
    if name.is_empty() {
        faults.push("name part must be non-empty".to_owned());
    } else if name.len() > LABEL_LENGTH_MAX {
        faults.push(format!("name part must be no more than {LABEL_LENGTH_MAX} bytes"));
    }
    if name.is_empty() || !is_word(name) {
        faults.push(format!("name part {KEY}"));
    }
    faults
}

/// What is wrong with the value of a label.
pub fn value_faults(value: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if value.len() > LABEL_LENGTH_MAX {
        faults.push(format!("must be no more than {LABEL_LENGTH_MAX} bytes"));
    }
    if !is_word(value) {
        faults.push(VALUE.to_owned());
    }
    faults
}

/// Letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; or nothing.
fn is_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_an_optional_domain() {
        for key in ["a", "a.b/c_d", "app.kubernetes.io/name"] {
            assert!(key_faults(key).is_empty(), "{key}");
        }
        for key in ["", "a/", "/a", "a b", "A.b/c", "a/b/c", "-a"] {
            assert!(!key_faults(key).is_empty(), "{key}");
        }
        assert!(value_faults("").is_empty() && !value_faults(&"a".repeat(64)).is_empty());
    }
}
