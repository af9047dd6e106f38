//! Which characters YAML allows, and which of them mean something. Plain byte tests, no state.

/// Bytes at which the inner loop of a plain scalar has to stop and look: blanks, breaks, `:`, flow indicators, and the first
/// bytes of the non-ASCII line breaks.
pub(crate) static PLAIN_STOP: [bool; 256] = table(b"\0 \t\n\r:,?[]{}\xC2\xE2");

/// Bytes at which the search for a line's end has to stop and look.
pub(crate) static LINE_STOP: [bool; 256] = table(b"\n\r\xC2\xE2");

/// Bytes at which the inner loop of a quoted scalar has to stop and look.
pub(crate) static QUOTED_STOP: [bool; 256] = table(b"\0 \t\n\r'\"\\\xC2\xE2");

const fn table(stops: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < stops.len() {
        table[stops[at] as usize] = true;
        at += 1;
    }
    table
}

pub(crate) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Letters, digits, `_` and `-`: anchors and tag handles.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// The characters of a tag; Go counts the comma in, so `[!a, b]` holds the tag `!a,`.
pub(crate) fn is_uri(byte: u8) -> bool {
    is_word(byte) || b";/?:@&=+$.,!~*'()[]%".contains(&byte)
}

/// The offset of the first character that may not stand in a YAML text.
pub(crate) fn first_forbidden(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let chunk = &bytes[at..bytes.len().min(at + CHUNK)];
        if chunk.iter().fold(false, |odd, &byte| odd | is_suspicious(byte))
            && let Some(found) = forbidden_in(text, at, at + chunk.len())
        {
            return Some(found);
        }
        at += chunk.len();
    }
    None
}

/// Small enough that one odd byte costs little, large enough that the test is done on vectors.
const CHUNK: usize = 256;

fn is_suspicious(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\n' && byte != b'\r' && byte != b'\t') || byte == 0x7F || byte == 0xC2 || byte == 0xEF
}

fn forbidden_in(text: &str, from: usize, to: usize) -> Option<usize> {
    let start = (0..=from).rev().find(|&at| text.is_char_boundary(at))?;
    let inside = text[start..].char_indices().take_while(|(at, _)| start + at < to);
    inside.filter(|&(_, c)| !is_allowed(c)).map(|(at, _)| start + at).next()
}

/// The specification's `c-printable`.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::first_forbidden;

    #[test]
    fn control_characters_are_found_where_they_stand() {
        assert_eq!(first_forbidden("a: b\tc\r\né \u{85}\u{1F600}"), None);
        assert_eq!(first_forbidden("ab\u{1}"), Some(2));
        assert_eq!(first_forbidden(&format!("{}\u{80}", "é".repeat(300))), Some(600));
        assert_eq!(first_forbidden("\u{FFFF}"), Some(0));
    }
}
