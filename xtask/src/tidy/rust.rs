//! As much of Rust as the checks need: text without comments and literals, and where functions begin and end.

/// A function and its length in lines, signature and braces included.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line it begins on, from 1.
    pub line: usize,
    /// How many lines it has.
    pub lines: usize,
}

/// The text with comments and the inside of literals blanked out; every line stays where it is.
pub fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = literal_end(text.as_bytes(), at);
        let from = at;
        at = end.max(at + 1);
        if end > from {
            bytes[from..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
    }
    String::from_utf8(bytes).expect("whole literals are blanked, so characters stay whole")
}

/// Where the comment or literal that begins at `at` ends; `at` if none begins there.
fn literal_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    match rest {
        [b'/', b'/', ..] => at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => at + block_comment(rest),
        [b'"', ..] => at + string(rest),
        [b'r', b'"' | b'#', ..] if !is_word(bytes, at) => at + raw_string(&rest[1..]).map_or(0, |length| length + 1),
        [b'\'', b'\\', ..] => at + 3 + rest[3..].iter().position(|byte| *byte == b'\'').unwrap_or(0) + 1,
        [b'\'', first, ..] => at + character(rest, *first),
        _ => at,
    }
}

fn block_comment(rest: &[u8]) -> usize {
    rest.windows(2).skip(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 4)
}

fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// The length of `"…"`, `#"…"#` and so on; none if it is a raw identifier.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    (rest.get(hashes) == Some(&b'"')).then_some(())?;
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let body = &rest[hashes + 1..];
    let end = body.windows(close.len()).position(|window| window == close).unwrap_or(body.len());
    Some((hashes + 1 + end + close.len()).min(rest.len()))
}

/// A character literal such as `'a'`; 0 for a lifetime.
fn character(rest: &[u8], first: u8) -> usize {
    let width = match first {
        0..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    if rest.get(1 + width) == Some(&b'\'') { width + 2 } else { 0 }
}

/// Whether a word goes on at `at`, so that what stands there is not its beginning.
fn is_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

/// Every function with a body in a masked text.
pub fn functions(masked: &str) -> Vec<Function> {
    let bytes = masked.as_bytes();
    let mut found = Vec::new();
    for (at, _) in masked.match_indices("fn ") {
        let name: String = masked[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if is_word(bytes, at) || name.is_empty() {
            continue;
        }
        if let Some(end) = body_end(bytes, at) {
            let line = masked[..at].matches('\n').count() + 1;
            found.push(Function { name, line, lines: masked[at..end].matches('\n').count() + 1 });
        }
    }
    found
}

/// Where the body of the function at `at` ends; none if it has no body.
fn body_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut braces, mut brackets) = (0usize, 0usize);
    for (offset, byte) in bytes[at..].iter().enumerate() {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets = brackets.checked_sub(1)?,
            b'{' => braces += 1,
            b'}' if braces == 1 => return Some(at + offset + 1),
            b'}' => braces = braces.checked_sub(1)?,
            b';' if braces == 0 && brackets == 0 => return None,
            _ => {}
        }
    }
    None
}

/// A file without its unit tests, which stand at its end.
pub fn without_tests(masked: &str) -> &str {
    masked.split("#[cfg(test)]\nmod ").next().unwrap_or(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_and_lines_stay() {
        let text = "let a = \"{ \\\" }\"; // {\nlet b = r#\"{\"#; let c = '{'; let d: &'static str; /* {\n */ e('\\'');";
        let masked = masked(text);
        assert_eq!(masked.lines().count(), text.lines().count());
        assert!(!masked.contains('{') && masked.contains("&'static str") && masked.contains("e("));
    }

    #[test]
    fn functions_are_measured_from_signature_to_brace() {
        let text = "trait A { fn b(&self) -> [u8; 2]; }\nfn c(\n    d: u8,\n) {\n    if d > 0 {\n    }\n}\npub fn e() {}\n";
        let found: Vec<(String, usize, usize)> =
            functions(&masked(text)).into_iter().map(|function| (function.name, function.line, function.lines)).collect();
        assert_eq!(found, [("c".to_owned(), 2, 6), ("e".to_owned(), 8, 1)]);
    }
}
