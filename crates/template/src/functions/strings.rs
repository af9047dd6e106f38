//! Strings: trimming, cutting, joining, quoting, indenting.

use super::arguments::Rest;
use super::cast::to_text;
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::quote::quote as go_quote;
use crate::value::{Text, Value, format};

table! {
    "trim" 1 trim, "Without white space at both ends.";
    "trimAll" 2 trim_all, "Without any of the given characters at both ends.";
    "trimall" 2 trim_all, "Old name of trimAll.";
    "trimSuffix" 2 trim_suffix, "Without the given end.";
    "trimPrefix" 2 trim_prefix, "Without the given beginning.";
    "upper" 1 upper, "In upper case.";
    "lower" 1 lower, "In lower case.";
    "trunc" 2 trunc, "The first n bytes, or the last where n is negative.";
    "substr" 3 substr, "The bytes from one offset up to another.";
    "repeat" (with 2) repeat, "The string n times.";
    "nospace" 1 nospace, "Without white space.";
    "abbrev" 2 abbrev, "Cut to a width with an ellipsis.";
    "abbrevboth" 3 abbrevboth, "Cut at both ends with ellipses.";
    "contains" 2 contains, "Whether the second string contains the first.";
    "hasPrefix" 2 has_prefix, "Whether the second string begins with the first.";
    "hasSuffix" 2 has_suffix, "Whether the second string ends with the first.";
    "quote" 1 quote, "Each argument in double quotes, escaped; nil is left out.";
    "squote" 1 squote, "Each argument in single quotes; nil is left out.";
    "cat" 1 cat, "Arguments with spaces between; nil is left out.";
    "indent" (with 2) indent, "Every line moved right by n spaces.";
    "nindent" (with 2) nindent, "A line break, then every line moved right by n spaces.";
    "replace" (with 3) replace, "The third string with each first replaced by the second.";
    "plural" 3 plural, "The first string where the count is 1, else the second.";
    "toString" 1 to_string, "Anything as a string.";
    "hello" 0 hello, "A greeting.";
}

fn hello() -> &'static str {
    "Hello!"
}

/// Go's `unicode.IsSpace`.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0b' | '\x0c' | '\r' | ' ' | '\u{85}' | '\u{a0}') || !c.is_ascii() && c.is_whitespace() && c != '\u{200b}'
}

fn trim(text: Text) -> Text {
    text.lossy().trim_matches(is_space).into()
}

fn trim_all(set: Text, text: Text) -> Text {
    let set = set.lossy();
    text.lossy().trim_matches(|c| set.contains(c)).into()
}

fn trim_suffix(suffix: Text, text: Text) -> Text {
    match text.as_bytes().strip_suffix(suffix.as_bytes()) {
        Some(rest) if !suffix.is_empty() => rest.into(),
        _ => text,
    }
}

fn trim_prefix(prefix: Text, text: Text) -> Text {
    match text.as_bytes().strip_prefix(prefix.as_bytes()) {
        Some(rest) if !prefix.is_empty() => rest.into(),
        _ => text,
    }
}

/// Go maps each character by itself, where Rust may give several.
pub(super) fn upper_char(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => c,
    }
}

/// The single lower-case character of a character.
pub(super) fn lower_char(c: char) -> char {
    if c == 'İ' { 'i' } else { c.to_lowercase().next().unwrap_or(c) }
}

fn upper(text: Text) -> String {
    text.lossy().chars().map(upper_char).collect()
}

fn lower(text: Text) -> String {
    text.lossy().chars().map(lower_char).collect()
}

fn trunc(count: i64, text: Text) -> Text {
    let length = text.len() as i64;
    match count {
        count if count < 0 && length + count > 0 => text.slice((length + count) as usize, text.len()),
        count if count >= 0 && length > count => text.slice(0, count as usize),
        _ => text,
    }
}

fn substr(start: i64, end: i64, text: Text) -> Result<Text, Fault> {
    let length = text.len() as i64;
    let bounds = match (start, end) {
        (..0, end) => (0, end),
        (start, end) if end < 0 || end > length => (start, length),
        both => both,
    };
    let (start, end) = bounds;
    if end > length {
        return Err(format!("runtime error: slice bounds out of range [:{end}] with length {length}").into());
    }
    if end < 0 {
        return Err(format!("runtime error: slice bounds out of range [:{end}]").into());
    }
    if start > end {
        return Err(format!("runtime error: slice bounds out of range [{start}:{end}]").into());
    }
    Ok(text.slice(start as usize, end as usize))
}

/// Refuses to make a string longer than the limit before making it.
pub(super) fn room(render: &Render<'_>, bytes: usize) -> Result<(), Fault> {
    if bytes > render.options.limits.string_bytes {
        return Err(Fault::limit("string_bytes", format!("a string of {bytes} bytes")));
    }
    Ok(())
}

fn repeat(render: &mut Render<'_>, count: i64, text: Text) -> Result<Text, Fault> {
    let count = usize::try_from(count).map_err(|_| Fault::from("strings: negative Repeat count"))?;
    room(render, text.len().saturating_mul(count))?;
    Ok(text.as_bytes().repeat(count).into())
}

/// goutils reads bytes as characters.
fn nospace(text: Text) -> Text {
    let spaces = |byte: &u8| is_space(char::from(*byte));
    if !text.as_bytes().iter().any(spaces) {
        return text;
    }
    text.as_bytes().iter().filter(|byte| !spaces(byte)).map(|byte| char::from(*byte)).collect::<String>().into()
}

fn abbrev(width: i64, text: Text) -> Text {
    if width < 4 { text } else { abbreviated(&text, 0, width) }
}

fn abbrevboth(left: i64, right: i64, text: Text) -> Text {
    if right < 4 || left > 0 && right < 7 { text } else { abbreviated(&text, left, right) }
}

fn abbreviated(text: &Text, offset: i64, width: i64) -> Text {
    let length = text.len() as i64;
    if length <= width {
        return text.clone();
    }
    let part = |start: i64, end: i64| text.slice(start.max(0) as usize, end.max(0) as usize);
    let mut offset = offset.min(length);
    if length - offset < width - 3 {
        offset = length - (width - 3);
    }
    if offset <= 4 {
        return [part(0, width - 3).as_bytes(), b"..."].concat().into();
    }
    if width < 7 {
        return Text::default();
    }
    if offset + width - 3 < length {
        let tail = abbrev_or_nothing(&part(offset, length), width - 3);
        return [b"...", tail.as_bytes()].concat().into();
    }
    [b"...", part(length - (width - 3), length).as_bytes()].concat().into()
}

fn abbrev_or_nothing(text: &Text, width: i64) -> Text {
    if width < 4 && !text.is_empty() { Text::default() } else { abbreviated(text, 0, width) }
}

/// Whether the bytes hold the part.
pub(super) fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    match (std::str::from_utf8(bytes), std::str::from_utf8(part)) {
        (Ok(text), Ok(part)) => text.find(part),
        _ => bytes.windows(part.len()).position(|window| window == part),
    }
}

fn contains(part: Text, text: Text) -> bool {
    find(text.as_bytes(), part.as_bytes()).is_some()
}

fn has_prefix(prefix: Text, text: Text) -> bool {
    text.as_bytes().starts_with(prefix.as_bytes())
}

fn has_suffix(suffix: Text, text: Text) -> bool {
    text.as_bytes().ends_with(suffix.as_bytes())
}

fn quote(values: Rest<Value>) -> Result<String, Fault> {
    let values = values.0.iter().filter(|value| !matches!(value, Value::Nil));
    let quoted = values.map(|value| Ok(go_quote(to_text(value)?.as_bytes(), false)));
    Ok(quoted.collect::<Result<Vec<_>, Fault>>()?.join(" "))
}

fn squote(values: Rest<Value>) -> Result<Text, Fault> {
    let mut out = Vec::new();
    for value in values.0.iter().filter(|value| !matches!(value, Value::Nil)) {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.push(b'\'');
        out.extend(format::display(value, &Default::default())?);
        out.push(b'\'');
    }
    Ok(out.into())
}

/// sprig builds a format of `%v`s and trims its spaces, so it is the format that decides what stands at the ends.
fn cat(values: Rest<Value>) -> Result<Text, Fault> {
    let mut out = Vec::new();
    let values = values.0.iter().filter(|value| !matches!(value, Value::Nil));
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend(format::display(value, &Default::default())?);
    }
    Ok(out.into())
}

fn indented(render: &Render<'_>, spaces: i64, text: &Text, head: &[u8]) -> Result<Text, Fault> {
    let spaces = usize::try_from(spaces).map_err(|_| Fault::from("strings: negative Repeat count"))?;
    let bytes = text.as_bytes();
    let breaks = bytes.iter().filter(|byte| **byte == b'\n').count();
    room(render, bytes.len().saturating_add((breaks + 1).saturating_mul(spaces)))?;
    let pad = vec![b' '; spaces];
    let mut out = Vec::with_capacity(head.len() + bytes.len() + (breaks + 1) * spaces);
    out.extend_from_slice(head);
    out.extend_from_slice(&pad);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        out.extend_from_slice(line);
        if line.ends_with(b"\n") {
            out.extend_from_slice(&pad);
        }
    }
    Ok(out.into())
}

fn indent(render: &mut Render<'_>, spaces: i64, text: Text) -> Result<Text, Fault> {
    indented(render, spaces, &text, b"")
}

fn nindent(render: &mut Render<'_>, spaces: i64, text: Text) -> Result<Text, Fault> {
    indented(render, spaces, &text, b"\n")
}

fn replace(render: &mut Render<'_>, old: Text, new: Text, text: Text) -> Result<Text, Fault> {
    if new.len() > old.len() {
        let count = if old.is_empty() { text.len() + 1 } else { text.lossy().matches(&*old.lossy()).count() };
        room(render, text.len().saturating_add(count.saturating_mul(new.len())))?;
    }
    Ok(replaced(&text, &old, &new))
}

fn replaced(text: &Text, old: &Text, new: &Text) -> Text {
    match (text.as_str(), old.as_str(), new.as_str()) {
        (Some(text), Some(old), Some(new)) => text.replace(old, new).into(),
        _ => {
            let (mut out, mut rest) = (Vec::new(), text.as_bytes());
            while let Some(at) = find(rest, old.as_bytes()).filter(|_| !old.is_empty()) {
                out.extend_from_slice(&rest[..at]);
                out.extend_from_slice(new.as_bytes());
                rest = &rest[at + old.len()..];
            }
            out.extend_from_slice(rest);
            out.into()
        }
    }
}

fn plural(one: Text, many: Text, count: i64) -> Text {
    if count == 1 { one } else { many }
}

fn to_string(value: Value) -> Result<Text, Fault> {
    to_text(&value)
}
