//! Base 64 and base 32.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::table;
use crate::value::Text;

table! {
    "b64enc" 1 b64enc, "Base 64 of the string.";
    "b64dec" 1 b64dec, "The string that base 64 denotes, or the error as text.";
    "b32enc" 1 b32enc, "Base 32 of the string.";
    "b32dec" 1 b32dec, "The string that base 32 denotes, or the error as text.";
}

fn b64enc(text: Text) -> String {
    STANDARD.encode(text.as_bytes())
}

fn b64dec(text: Text) -> Text {
    decode_base64(&text).unwrap_or_else(Text::from)
}

/// Decodes as Go does: line breaks are skipped, padding is required. The error is Go's.
pub(super) fn decode_base64(text: &Text) -> Result<Text, String> {
    decode(text.as_bytes(), 6, 4, "base64", |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    })
}

fn b32enc(text: Text) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(text.len().div_ceil(5) * 8);
    for chunk in text.as_bytes().chunks(5) {
        let mut block = [0; 8];
        block[..chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(block) >> 24;
        let used = (chunk.len() * 8).div_ceil(5);
        for index in 0..8 {
            let digit = ALPHABET[(bits >> (35 - 5 * index) & 31) as usize];
            out.push(if index < used { char::from(digit) } else { '=' });
        }
    }
    out
}

fn b32dec(text: Text) -> Text {
    let decoded = decode(text.as_bytes(), 5, 8, "base32", |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    });
    decoded.unwrap_or_else(Text::from)
}

/// Reads quanta of `group` digits of `bits` each; `=` fills the last one.
fn decode(bytes: &[u8], bits: usize, group: usize, name: &str, digit: impl Fn(u8) -> Option<u8>) -> Result<Text, String> {
    let corrupt = |at: usize| format!("illegal {name} data at input byte {at}");
    let mut out = Vec::with_capacity(bytes.len() * bits / 8);
    let mut quantum: Vec<u8> = Vec::with_capacity(group);
    let mut source = bytes.iter().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n')).peekable();
    while let Some((at, byte)) = source.next() {
        if let Some(value) = digit(*byte) {
            quantum.push(value);
            if quantum.len() == group {
                push_quantum(&mut out, &quantum, bits);
                quantum.clear();
            }
            continue;
        }
        let valid = matches!((group, quantum.len()), (4, 2 | 3) | (8, 2 | 4 | 5 | 7));
        if *byte != b'=' || !valid {
            return Err(corrupt(at));
        }
        for _ in quantum.len() + 1..group {
            match source.next() {
                Some((_, b'=')) => {}
                Some((at, _)) => return Err(corrupt(at)),
                None => return Err(corrupt(bytes.len())),
            }
        }
        if let Some((at, _)) = source.next() {
            return Err(corrupt(at));
        }
        push_quantum(&mut out, &quantum, bits);
        return Ok(out.into());
    }
    if quantum.is_empty() { Ok(out.into()) } else { Err(corrupt(bytes.len() - quantum.len())) }
}

fn push_quantum(out: &mut Vec<u8>, digits: &[u8], bits: usize) {
    let value = digits.iter().fold(0u64, |value, digit| value << bits | u64::from(*digit));
    let total = digits.len() * bits;
    let whole = total / 8;
    (0..whole).for_each(|index| out.push((value >> (total - 8 * (index + 1))) as u8));
}
