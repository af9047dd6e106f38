//! Revisions short enough for a line.

/// A run of this many hexadecimal digits or more is a digest.
const DIGEST_LENGTH_MIN: usize = 40;
/// This much of a digest is shown.
const SHOWN: usize = 8;

/// Cuts every digest in a text to eight digits: `main@sha1:0123456789…` becomes `main@sha1:01234567`.
pub fn shorten(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        let is_digest = word.len() >= DIGEST_LENGTH_MIN && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        short.push_str(if is_digest { &word[..SHOWN] } else { word });
        let separator = after.chars().next();
        short.extend(separator);
        rest = &after[separator.map_or(0, char::len_utf8)..];
    }
    short
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn only_digests_are_cut() {
        let sha1 = "67e2c98a60dc92283531412a9e604dd4bae005a9";
        for (text, expected) in [
            (format!("6.3.5@sha1:{sha1}"), "6.3.5@sha1:67e2c98a"),
            (format!("Applied revision: main@sha1:{sha1}, ä"), "Applied revision: main@sha1:67e2c98a, ä"),
            (format!("sha256:{sha1}{}", &sha1[..24]), "sha256:67e2c98a"),
            ("6.3.5".into(), "6.3.5"),
            (format!("{sha1}z"), &format!("{sha1}z")),
            (String::new(), ""),
        ] {
            assert_eq!(shorten(&text), expected);
        }
    }
}
