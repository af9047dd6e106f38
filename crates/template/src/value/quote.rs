//! Go string literals: quoting as strconv does, and reading them back.

/// Whether Go's `unicode.IsPrint` holds: letters, marks, numbers, punctuation, symbols and the plain space.
pub(crate) fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    // After a leading letter only what cannot be shown is escaped; combining marks are left alone.
    let mut text = String::from("a");
    text.push(c);
    text.escape_debug().count() == 2
}

/// `strconv.Quote`, or `QuoteToASCII` where `ascii` is set.
pub(crate) fn quote(bytes: &[u8], ascii: bool) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| escape(&mut out, c, '"', ascii));
        chunk.invalid().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
    }
    out.push('"');
    out
}

/// `strconv.QuoteRune`, or `QuoteRuneToASCII` where `ascii` is set.
pub(crate) fn quote_char(c: char, ascii: bool) -> String {
    let mut out = String::from("'");
    escape(&mut out, c, '\'', ascii);
    out.push('\'');
    out
}

fn escape(out: &mut String, c: char, delimiter: char, ascii: bool) {
    match c {
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        '\\' => out.push_str("\\\\"),
        _ if c == delimiter => {
            out.push('\\');
            out.push(c);
        }
        _ if is_print(c) && (c.is_ascii() || !ascii) => out.push(c),
        _ => escape_code(out, u32::from(c)),
    }
}

fn escape_code(out: &mut String, code: u32) {
    out.push_str(&match code {
        0..0x20 | 0x7f => format!("\\x{code:02x}"),
        0x20..0x10000 => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    });
}

/// `strconv.CanBackquote`.
pub(crate) fn can_backquote(text: &str) -> bool {
    text.chars().all(|c| c == '\t' || c >= ' ' && c != '`' && c != '\x7f' && c != '\u{feff}')
}

/// Reads a Go string literal in double quotes or back quotes; `None` where it is not one.
pub(crate) fn unquote(literal: &str) -> Option<Vec<u8>> {
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    match literal.as_bytes()[0] {
        b'`' => Some(inner.bytes().filter(|byte| *byte != b'\r').collect()),
        b'"' => {
            let mut out = Vec::with_capacity(inner.len());
            let mut rest = inner;
            while !rest.is_empty() {
                let (unit, tail) = unquote_unit(rest, '"')?;
                unit.push_to(&mut out);
                rest = tail;
            }
            Some(out)
        }
        _ => None,
    }
}

/// One character or byte of a literal.
pub(crate) enum Unit {
    Char(char),
    Byte(u8),
}

impl Unit {
    fn push_to(&self, out: &mut Vec<u8>) {
        match self {
            Self::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Self::Byte(byte) => out.push(*byte),
        }
    }

    /// The number that a character constant of this unit denotes.
    pub(crate) fn code(&self) -> u32 {
        match self {
            Self::Char(c) => u32::from(*c),
            Self::Byte(byte) => u32::from(*byte),
        }
    }
}

/// `strconv.UnquoteChar`: the first unit of the text inside quotes, and what follows it.
pub(crate) fn unquote_unit(text: &str, quote: char) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == quote || first == '\n' {
        return None;
    }
    if first != '\\' {
        return Some((Unit::Char(first), chars.as_str()));
    }
    let kind = chars.next()?;
    let rest = chars.as_str();
    let simple = |c| Some((Unit::Char(c), rest));
    match kind {
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0c'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0b'),
        '\\' => simple('\\'),
        '\'' | '"' if kind == quote => simple(kind),
        'x' => digits(rest, 2, 16).map(|(code, rest)| (Unit::Byte(code as u8), rest)),
        'u' => digits(rest, 4, 16).and_then(|(code, rest)| Some((Unit::Char(char::from_u32(code)?), rest))),
        'U' => digits(rest, 8, 16).and_then(|(code, rest)| Some((Unit::Char(char::from_u32(code)?), rest))),
        '0'..='7' => {
            let (code, rest) = digits(&text[1..], 3, 8)?;
            Some((Unit::Byte(u8::try_from(code).ok()?), rest))
        }
        _ => None,
    }
}

fn digits(text: &str, count: usize, radix: u32) -> Option<(u32, &str)> {
    let digits = text.get(..count).filter(|digits| digits.chars().all(|c| c.is_digit(radix)))?;
    Some((u32::from_str_radix(digits, radix).ok()?, &text[count..]))
}
