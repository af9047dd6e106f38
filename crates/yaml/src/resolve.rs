//! What a scalar means: the tables by which Go's two YAML libraries guess the type of plain text.
//!
//! Sexagesimal numbers stay text in both; only the writer knows them, to quote what others would read as numbers.

mod number;
mod timestamp;

use crate::Dialect;
use crate::token::ScalarStyle;
use std::borrow::Cow;

/// A scalar after its type has been guessed or told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    /// Above what `i64` holds.
    Uint(u64),
    Float(f64),
    /// A date or a time, and how Go's JSON encoder prints it.
    Timestamp(String),
    Text(Cow<'a, str>),
}

/// What `text` means, or why it cannot mean what its tag says.
pub(crate) fn scalar<'a>(text: Cow<'a, str>, style: ScalarStyle, tag: Option<&str>, dialect: Dialect) -> Result<Scalar<'a>, String> {
    match tag {
        None if style == ScalarStyle::Plain => Ok(plain(text, dialect)),
        Some("!") if dialect == Dialect::V3 && style == ScalarStyle::Plain => Ok(plain(text, dialect)),
        None | Some("!" | "!!str") => Ok(Scalar::Text(text)),
        Some("!!binary") => binary(&text).map(|text| Scalar::Text(text.into())),
        Some(tag @ ("!!bool" | "!!int" | "!!float" | "!!null" | "!!timestamp")) => told(text, tag, dialect),
        Some(_) => Ok(Scalar::Text(text)),
    }
}

/// What plain text means without a tag.
pub(crate) fn plain(text: Cow<'_, str>, dialect: Dialect) -> Scalar<'_> {
    let meaning = match text.as_bytes().first() {
        None => Some(Scalar::Null),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(&text, dialect),
        Some(b'.') => special_float(&text).or_else(|| number::float(&text)),
        Some(b'+' | b'-') => special_float(&text).or_else(|| number::any(&text)),
        Some(b'0'..=b'9') => timestamp::parse(&text).map(Scalar::Timestamp).or_else(|| number::any(&text)),
        Some(_) => None,
    };
    match meaning {
        Some(Scalar::Timestamp(_)) if dialect == Dialect::V2 => Scalar::Text(text),
        Some(meaning) => meaning,
        None => Scalar::Text(text),
    }
}

/// Whether plain text would be read as anything but text.
pub(crate) fn is_special(text: &str) -> bool {
    timestamp::parse(text).is_some() || !matches!(plain(Cow::Borrowed(text), Dialect::V2), Scalar::Text(_))
}

fn word(text: &str, dialect: Dialect) -> Option<Scalar<'static>> {
    match text {
        "~" | "null" | "Null" | "NULL" => Some(Scalar::Null),
        "true" | "True" | "TRUE" => Some(Scalar::Bool(true)),
        "false" | "False" | "FALSE" => Some(Scalar::Bool(false)),
        _ if dialect == Dialect::V3 => None,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(Scalar::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(Scalar::Bool(false)),
        _ => None,
    }
}

fn special_float(text: &str) -> Option<Scalar<'static>> {
    let float = match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    };
    Some(Scalar::Float(float))
}

/// What `text` means given a tag that names a type: the guess must agree with it.
fn told<'a>(text: Cow<'a, str>, tag: &str, dialect: Dialect) -> Result<Scalar<'a>, String> {
    if tag == "!!timestamp"
        && let Some(time) = timestamp::parse(&text)
    {
        return Ok(if dialect == Dialect::V2 { Scalar::Text(text) } else { Scalar::Timestamp(time) });
    }
    match (plain(text.clone(), dialect), tag) {
        (Scalar::Int(int), "!!float") => Ok(Scalar::Float(int as f64)),
        (meaning, tag) if tag_of(&meaning) == tag => Ok(meaning),
        (meaning, tag) => Err(format!("cannot decode {} `{text}` as a {tag}", tag_of(&meaning))),
    }
}

fn tag_of(scalar: &Scalar<'_>) -> &'static str {
    match scalar {
        Scalar::Null => "!!null",
        Scalar::Bool(_) => "!!bool",
        Scalar::Int(_) | Scalar::Uint(_) => "!!int",
        Scalar::Float(_) => "!!float",
        Scalar::Timestamp(_) => "!!timestamp",
        Scalar::Text(_) => "!!str",
    }
}

/// Base64 to text; bytes that are no UTF-8 become replacement characters, as in Go's JSON encoder.
fn binary(text: &str) -> Result<String, String> {
    let bytes = base64(text).ok_or("!!binary value contains invalid base64 data")?;
    let mut decoded = String::new();
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(decoded)
}

/// Standard base64 with padding; line breaks are skipped.
fn base64(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let data = symbols.strip_suffix(b"==").or_else(|| symbols.strip_suffix(b"=")).unwrap_or(&symbols);
    let mut bytes = Vec::with_capacity(data.len() * 3 / 4);
    for group in data.chunks(4) {
        let bits = group.iter().try_fold(0u32, |bits, &symbol| Some((bits << 6) | six_bits(symbol)?))?;
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

fn six_bits(symbol: u8) -> Option<u32> {
    let value = match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests;
