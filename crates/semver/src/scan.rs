//! The shape that versions and the versions inside constraints share: `v?N(.N)?(.N)?(-ids)?(+ids)?`.
//!
//! Refuses to be: a check of the parts' meaning. What may stand for a number is the caller's choice.

/// The parts of a version, as written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape<'a> {
    pub major: &'a str,
    pub minor: Option<&'a str>,
    pub patch: Option<&'a str>,
    pub prerelease: Option<&'a str>,
    pub metadata: Option<&'a str>,
}

/// Reads the longest version at the start of `text`; gives its parts and what follows.
pub(crate) fn version(text: &str, is_digit: fn(&u8) -> bool) -> Option<(Shape<'_>, &str)> {
    let rest = text.strip_prefix('v').unwrap_or(text);
    let (major, rest) = run(rest, is_digit)?;
    let (minor, rest) = marked(rest, '.', |rest| run(rest, is_digit));
    let (patch, rest) = match minor {
        Some(_) => marked(rest, '.', |rest| run(rest, is_digit)),
        None => (None, rest),
    };
    let (prerelease, rest) = marked(rest, '-', identifiers);
    let (metadata, rest) = marked(rest, '+', identifiers);
    Some((Shape { major, minor, patch, prerelease, metadata }, rest))
}

/// Go's `\s`: blank, tab, line feed, form feed, carriage return.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

/// An optional part behind its mark. Where the part is missing the mark is not consumed.
fn marked<'a>(text: &'a str, mark: char, part: impl Fn(&'a str) -> Option<(&'a str, &'a str)>) -> (Option<&'a str>, &'a str) {
    match text.strip_prefix(mark).and_then(part) {
        Some((found, rest)) => (Some(found), rest),
        None => (None, text),
    }
}

/// `[0-9A-Za-z-]+` joined by dots.
fn identifiers(text: &str) -> Option<(&str, &str)> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let (_, mut rest) = run(text, is_letter)?;
    while let Some((_, after)) = rest.strip_prefix('.').and_then(|rest| run(rest, is_letter)) {
        rest = after;
    }
    Some(text.split_at(text.len() - rest.len()))
}

/// One or more bytes of a kind.
fn run(text: &str, is_member: impl Fn(&u8) -> bool) -> Option<(&str, &str)> {
    let length = text.bytes().position(|byte| !is_member(&byte)).unwrap_or(text.len());
    (length > 0).then(|| text.split_at(length))
}
