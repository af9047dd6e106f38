//! Which JSON texts are in their normal form at a glance: what the server wrote itself is read back without being parsed.
//!
//! Refuses to decide the rest: whatever is not plain (escapes, fractions, nesting) is parsed and written anew.

/// Digits of whole numbers that are normal whatever their value.
const DIGITS_MAX: usize = 15;

/// Whether a text stands in JSON as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
}

/// Whether this is a plain text or a small whole number.
pub(crate) fn is_scalar(json: &str) -> bool {
    after_scalar(json) == Some("")
}

/// Whether this is a mapping of plain names, sorted, to scalars: the keys of an item.
pub(crate) fn is_key(json: &str) -> bool {
    let Some(mut rest) = json.strip_prefix('{') else { return false };
    let mut last = "";
    while let Some((name, after)) = text(rest).filter(|(name, _)| last < *name) {
        last = name;
        let Some(after) = after.strip_prefix(':').and_then(after_scalar) else { return false };
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return after == "}",
        }
    }
    false
}

/// A plain quoted text and what follows it.
fn text(json: &str) -> Option<(&str, &str)> {
    json.strip_prefix('"')?.split_once('"').filter(|(text, _)| is_plain(text))
}

fn after_scalar(json: &str) -> Option<&str> {
    if let Some((_, rest)) = text(json) {
        return Some(rest);
    }
    let end = json.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(json.len());
    let is_normal = (1..=DIGITS_MAX).contains(&end) && (end == 1 || !json.starts_with('0'));
    is_normal.then(|| &json[end..]).filter(|rest| !rest.starts_with(['.', 'e', 'E']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_normal_at_a_glance_is_normal() {
        for (json, expected) in [
            (r#"{"name":"a"}"#, true),
            (r#"{"containerPort":80,"protocol":"TCP"}"#, true),
            (r#"{"b":1,"a":2}"#, false),
            (r#"{"a":1,"a":2}"#, false),
            (r#"{"a": 1}"#, false),
            (r#"{"a":"\u0041"}"#, false),
            (r#"{"a":1.0}"#, false),
            (r#"{"a":01}"#, false),
            (r#"{"a":1}x"#, false),
            (r#"{"a":1,}"#, false),
            ("{}", false),
        ] {
            assert_eq!(is_key(json), expected, "{json}");
        }
        assert!(is_scalar("0") && is_scalar("\"a\"") && !is_scalar("1e3") && !is_scalar("\"a\"b") && !is_scalar(""));
    }
}
