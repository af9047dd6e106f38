//! What names of objects may look like: DNS subdomains, DNS labels, segments of paths.

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
/// What a label that begins with a letter may look like.
pub const LABEL_1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const DOTS: &str = "must not contain dots";

const SUBDOMAIN_LENGTH_MAX: usize = 253;
const LABEL_LENGTH_MAX: usize = 63;

/// The form that a name must have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A DNS subdomain.
    Subdomain,
    /// A DNS label.
    Label,
    /// One segment of a path.
    Path,
}

/// What is wrong with a DNS subdomain.
pub fn subdomain_fault(name: &str) -> Option<String> {
    fault(Style::Subdomain, name)
}

/// What is wrong with a DNS label.
pub fn label_fault(name: &str) -> Option<String> {
    fault(Style::Label, name)
}

/// What is wrong with a label that begins with a letter.
pub fn label_1035_fault(name: &str) -> Option<&'static str> {
    let legal = is_label(name) && name.starts_with(|first: char| first.is_ascii_lowercase()) && name.len() <= LABEL_LENGTH_MAX;
    (!legal).then_some(LABEL_1035)
}

/// What is wrong with a name of a style.
pub fn fault(style: Style, name: &str) -> Option<String> {
    let (legal, longest, words) = match style {
        Style::Path => return path_fault(name),
        Style::Subdomain => (name.split('.').all(is_label), SUBDOMAIN_LENGTH_MAX, SUBDOMAIN),
        Style::Label if name.split('.').all(is_label) => (!name.contains('.'), LABEL_LENGTH_MAX, DOTS),
        Style::Label => (false, LABEL_LENGTH_MAX, LABEL),
    };
    if name.len() > longest {
        return Some(format!("must be no more than {longest} bytes"));
    }
    (!legal).then(|| words.to_owned())
}

fn path_fault(name: &str) -> Option<String> {
    match name {
        "." | ".." => Some(format!("may not be '{name}'")),
        _ if name.contains('/') => Some("may not contain '/'".into()),
        _ if name.contains('%') => Some("may not contain '%'".into()),
        _ => None,
    }
}

/// Letters, digits and dashes, with a letter or digit at both ends.
pub fn is_label(text: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let bytes = text.as_bytes();
    edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(|byte| edge(Some(byte)) || *byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_style() {
        for (style, name, legal) in [
            (Style::Subdomain, "a.b-c.1", true),
            (Style::Subdomain, "A", false),
            (Style::Subdomain, "a..b", false),
            (Style::Label, "a.b", false),
            (Style::Label, "1a", true),
            (Style::Path, "system:node", true),
            (Style::Path, "a/b", false),
        ] {
            assert_eq!(fault(style, name).is_none(), legal, "{name}");
        }
    }
}
