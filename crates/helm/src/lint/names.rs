//! What Kubernetes asks of object names, by kind, in its own words.

/// What is wrong with the name of an object of this kind; empty where nothing is.
pub(super) fn faults(kind: &str, name: &str) -> Vec<String> {
    match kind.to_lowercase().as_str() {
        "certificatesigningrequest" => Vec::new(),
        "role" | "clusterrole" | "rolebinding" | "clusterrolebinding" => path_step(name),
        "service" => label(name, DNS_1035, is_letter),
        "namespace" => label(name, DNS_1123, |_| true),
        _ => subdomain(name),
    }
}

const LABEL_LENGTH_MAX: usize = 63;
const SUBDOMAIN_LENGTH_MAX: usize = 253;

const DNS_1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end \
     with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const DNS_1123: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an \
     alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end \
     with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

fn path_step(name: &str) -> Vec<String> {
    if let Some(whole) = [".", ".."].into_iter().find(|whole| *whole == name) {
        return vec![format!("may not be '{whole}'")];
    }
    ["/", "%"].into_iter().filter(|part| name.contains(part)).map(|part| format!("may not contain '{part}'")).collect()
}

fn label(name: &str, words: &str, may_begin: fn(u8) -> bool) -> Vec<String> {
    let is_fine = is_label(name) && name.bytes().next().is_some_and(may_begin);
    let too_long = (name.len() > LABEL_LENGTH_MAX).then(|| longest(LABEL_LENGTH_MAX));
    too_long.into_iter().chain((!is_fine).then(|| words.to_owned())).collect()
}

fn subdomain(name: &str) -> Vec<String> {
    let is_fine = name.split('.').all(is_label);
    let too_long = (name.len() > SUBDOMAIN_LENGTH_MAX).then(|| longest(SUBDOMAIN_LENGTH_MAX));
    too_long.into_iter().chain((!is_fine).then(|| SUBDOMAIN.to_owned())).collect()
}

fn longest(bytes: usize) -> String {
    format!("must be no more than {bytes} bytes")
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_lowercase()
}

fn is_label(name: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.chars().all(is_inner) && !name.starts_with('-') && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule_of_their_kind() {
        for (kind, name, expected) in [
            ("Pod", "", 1),
            ("Pod", "foo.bar1234baz.seventyone", 0),
            ("Pod", "FOO", 1),
            ("Pod", &"a".repeat(254), 1),
            ("Service", "1a", 1),
            ("Service", &"a".repeat(64), 1),
            ("Namespace", "foo.bar", 1),
            ("ClusterRole", "system:node", 0),
            ("Role", "a/b%", 2),
            ("Role", "..", 1),
        ] {
            assert_eq!(faults(kind, name).len(), expected, "{kind} {name}");
        }
    }
}
