//! Words and cases: titles, camels, snakes, initials, wrapping.

use super::strings::{is_space, lower_char, upper_char};
use super::table;
use crate::value::Text;

table! {
    "title" 1 title, "Each word begins with a capital.";
    "untitle" 1 untitle, "Each word begins with a small letter.";
    "swapcase" 1 swapcase, "Capitals become small and small letters capital.";
    "initials" 1 initials, "The first letter of each word.";
    "snakecase" 1 snakecase, "Words in small letters joined by underscores.";
    "kebabcase" 1 kebabcase, "Words in small letters joined by hyphens.";
    "camelcase" 1 camelcase, "Words joined, each beginning with a capital.";
    "wrap" 2 wrap, "Lines broken at a column, long words left whole.";
    "wrapWith" 3 wrap_with, "Lines broken at a column by a given string, long words too.";
}

/// Go's old rule for where words begin: after anything that is not a letter, digit or underscore.
fn is_separator(c: char) -> bool {
    match c {
        c if c.is_ascii() => !c.is_ascii_alphanumeric() && c != '_',
        c => !c.is_alphanumeric() && is_space(c),
    }
}

fn title(text: Text) -> String {
    let mut before = ' ';
    let mut out = String::with_capacity(text.len());
    for c in text.lossy().chars() {
        out.push(if is_separator(before) { title_char(c) } else { c });
        before = c;
    }
    out
}

fn title_char(c: char) -> char {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        c => upper_char(c),
    }
}

fn untitle(text: Text) -> String {
    let mut first = true;
    let lowered = |c: char| {
        let begins = first && !is_space(c);
        first = is_space(c);
        if begins { lower_char(c) } else { c }
    };
    text.lossy().chars().map(lowered).collect()
}

fn swapcase(text: Text) -> String {
    let mut begins = true;
    let swapped = |c: char| {
        if c.is_uppercase() || matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ') {
            begins = false;
            lower_char(c)
        } else if c.is_lowercase() {
            let capital = if begins { title_char(c) } else { upper_char(c) };
            begins = false;
            capital
        } else {
            begins = is_space(c);
            c
        }
    };
    text.lossy().chars().map(swapped).collect()
}

/// Reads bytes as characters, as its model does.
fn initials(text: Text) -> String {
    let mut gap = true;
    let mut out = String::new();
    for c in text.as_bytes().iter().map(|byte| char::from(*byte)) {
        if !is_space(c) && gap {
            out.push(c);
        }
        gap = is_space(c);
    }
    out
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || is_space(c)
}

/// Leading connectors stay, runs of connectors lose one, and words all in capitals keep only the first.
fn camelcase(text: Text) -> String {
    let text = text.lossy();
    let start = text.find(|c| !is_connector(c)).unwrap_or(text.len());
    let (lead, body) = text.split_at(start);
    let mut out = String::from(lead);
    let mut chars = body.chars();
    let Some(first) = chars.next() else {
        out.extend(lead.chars().next_back());
        return out;
    };
    let mut shouting = first.is_uppercase();
    let mut last = upper_char(first);
    for mut c in chars {
        match (is_connector(last), is_connector(c)) {
            (true, true) => out.push(last),
            (true, false) => {
                shouting = c.is_uppercase();
                c = upper_char(c);
            }
            (false, _) => {
                if shouting && c.is_uppercase() {
                    c = lower_char(c);
                } else {
                    shouting = false;
                }
                out.push(last);
            }
        }
        last = c;
    }
    out.push(last);
    out
}

/// What a run of characters is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Number,
    Upper,
    Letters,
    Connector,
    Punctuation,
    Other,
    End,
}

fn is_punctuation(c: char) -> bool {
    match c {
        c if c.is_ascii() => c.is_ascii_punctuation() && !"$+<=>^`|~".contains(c),
        c => {
            matches!(u32::from(c), 0xa1 | 0xa7 | 0xab | 0xb6 | 0xb7 | 0xbb | 0xbf | 0x2010..=0x2027 | 0x2030..=0x205e | 0x3001..=0x3003 | 0x3008..=0x3011)
        }
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

/// The first word of a text and the rest. `HTTPStatus` begins with `HTTP`, `Status` with itself.
fn next_word(text: &str) -> (Word, &str, &str) {
    let Some(first) = text.chars().next() else {
        return (Word::End, "", "");
    };
    let run = |belongs: &dyn Fn(char) -> bool| text.find(|c| !belongs(c)).unwrap_or(text.len());
    let lower = |c: char| is_letter(c) && !c.is_uppercase();
    let (word, length) = match first {
        c if is_connector(c) => (Word::Connector, run(&is_connector)),
        c if is_punctuation(c) => (Word::Punctuation, run(&is_punctuation)),
        c if c.is_uppercase() => (Word::Upper, upper_length(text, &lower)),
        c if is_letter(c) => (Word::Letters, run(&lower)),
        c if c.is_numeric() => (Word::Number, run(&char::is_numeric)),
        _ => (Word::Other, run(&|c| !is_connector(c) && !is_letter(c) && !c.is_numeric() && !is_punctuation(c))),
    };
    (word, &text[..length], &text[length..])
}

fn upper_length(text: &str, lower: &dyn Fn(char) -> bool) -> usize {
    let capitals = text.find(|c: char| !c.is_uppercase()).unwrap_or(text.len());
    let last = text[..capitals].chars().next_back().map_or(0, char::len_utf8);
    let letters_follow = text[capitals..].starts_with(is_letter);
    if capitals > last {
        return if letters_follow { capitals - last } else { capitals };
    }
    capitals + text[capitals..].find(|c| !lower(c)).unwrap_or(text.len() - capitals)
}

fn snakecase(text: Text) -> String {
    separated(&text.lossy(), '_')
}

fn kebabcase(text: Text) -> String {
    separated(&text.lossy(), '-')
}

/// Words in lower case with a connector between; digits stay with the word before them unless letters follow.
fn separated(text: &str, connector: char) -> String {
    let mut out = String::new();
    let (mut word, mut part, mut rest) = next_word(text);
    while !rest.is_empty() {
        if word != Word::Connector {
            push_lower(&mut out, word, part, connector);
        }
        let (before, last) = (word, part);
        (word, part, rest) = next_word(rest);
        match before {
            Word::Number => {
                (word, part, rest) = push_run(&mut out, (word, part, rest), connector);
                if !matches!(word, Word::End | Word::Punctuation | Word::Connector) {
                    out.push(connector);
                }
            }
            Word::Connector => push_lower(&mut out, before, last, connector),
            Word::Punctuation => {}
            _ if word != Word::Number => {
                if !matches!(word, Word::Connector | Word::Punctuation) {
                    out.push(connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let digits = part;
                (word, part, rest) = next_word(rest);
                if word != Word::Letters {
                    push_lower(&mut out, Word::Number, digits, connector);
                    if !matches!(word, Word::Connector | Word::Punctuation) {
                        out.push(connector);
                    }
                } else {
                    out.push(connector);
                    push_lower(&mut out, Word::Number, digits, connector);
                    (word, part, rest) = push_run(&mut out, (word, part, rest), connector);
                    if !matches!(word, Word::End | Word::Connector | Word::Punctuation) {
                        out.push(connector);
                    }
                }
            }
        }
    }
    push_lower(&mut out, word, part, connector);
    out
}

/// Writes letters and numbers for as long as they alternate.
fn push_run<'t>(out: &mut String, mut next: (Word, &'t str, &'t str), connector: char) -> (Word, &'t str, &'t str) {
    while matches!(next.0, Word::Letters | Word::Number) {
        push_lower(out, next.0, next.1, connector);
        next = next_word(next.2);
    }
    next
}

fn push_lower(out: &mut String, word: Word, part: &str, connector: char) {
    match word {
        Word::Upper | Word::Letters => out.extend(part.chars().map(lower_char)),
        Word::Connector => out.extend(part.chars().map(|_| connector)),
        _ => out.push_str(part),
    }
}

fn wrap(width: i64, text: Text) -> Text {
    wrapped(&text, width, b"\n", false)
}

fn wrap_with(width: i64, separator: Text, text: Text) -> Text {
    let separator = if separator.is_empty() { b"\n" } else { separator.as_bytes() };
    wrapped(&text, width, separator, true)
}

fn wrapped(text: &Text, width: i64, separator: &[u8], break_words: bool) -> Text {
    let width = usize::try_from(width.max(1)).unwrap_or(1);
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len() + rest.len() / width);
    while rest.len() > width {
        if rest[0] == b' ' {
            rest = &rest[1..];
            continue;
        }
        let space = rest[..=width].iter().rposition(|byte| *byte == b' ');
        let later = || rest[width..].iter().position(|byte| *byte == b' ').map(|at| at + width);
        let (end, skip) = match (space, break_words) {
            (Some(space), _) => (space, 1),
            (None, true) => (width, 0),
            (None, false) => match later() {
                Some(space) => (space, 1),
                None => break,
            },
        };
        out.extend_from_slice(&rest[..end]);
        out.extend_from_slice(separator);
        rest = &rest[end + skip..];
    }
    out.extend_from_slice(rest);
    out.into()
}
