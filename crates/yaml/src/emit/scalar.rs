//! Text in the plainest style that reads back as the same text.

use super::Style;
use super::analysis::{analyse, is_break, is_printable};
use super::writer::Writer;
use crate::resolve;

/// Where a text stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// A key on one line, which is never folded.
    Key,
    Value,
}

/// Writes `text`; its further lines stand deeper than the block it is in.
pub(super) fn write(writer: &mut Writer, text: &str, role: Role) {
    let outer = writer.indent;
    writer.indent = Some(outer.unwrap_or(0) + super::INDENT);
    in_best_style(writer, text, role);
    writer.indent = outer;
}

fn in_best_style(writer: &mut Writer, text: &str, role: Role) {
    let analysis = analyse(text, writer.options.style);
    let is_literal = text.contains('\n');
    if is_literal && analysis.literal && role == Role::Value {
        literal(writer, text);
    } else if is_literal || needs_double_quotes(text) || is_merge_key(writer, text, role) {
        double_quoted(writer, text, role);
    } else if analysis.plain {
        plain(writer, text, role);
    } else if analysis.single_quoted {
        single_quoted(writer, text, role);
    } else {
        double_quoted(writer, text, role);
    }
}

/// Go's v2 writer leaves `<<` plain; as a key it would then be read back as a merge, so we quote it there.
fn is_merge_key(writer: &Writer, text: &str, role: Role) -> bool {
    text == "<<" && (role == Role::Key || writer.options.style == Style::V3)
}

/// Whether plain text would be read as something other than text, by us or by older readers.
fn needs_double_quotes(text: &str) -> bool {
    resolve::is_special(text) || is_sexagesimal(text)
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_sexagesimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) || !unsigned.contains(':') {
        return false;
    }
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut parts = whole.split(':');
    let leads = parts.next().is_some_and(is_digits);
    leads && is_digits(fraction) && parts.all(is_sixtieth)
}

fn is_sixtieth(text: &str) -> bool {
    match text.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [b'0'..=b'5', digit] => digit.is_ascii_digit(),
        _ => false,
    }
}

fn plain(writer: &mut Writer, text: &str, role: Role) {
    writer.is_open_ended = false;
    if role == Role::Key || writer.column + text.len() <= writer.options.width.unwrap_or(usize::MAX) {
        return writer.run(text);
    }
    writer.space();
    let chars: Vec<char> = text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        match c {
            ' ' if folds(writer, &chars, at) && chars.get(at + 1) != Some(&' ') => writer.new_line(),
            c => writer.content(c),
        }
    }
}

/// Whether the blank at `at` may become a line break: the line is long, and no blank stands before it.
fn folds(writer: &Writer, chars: &[char], at: usize) -> bool {
    writer.is_past_width() && at > 0 && chars[at - 1] != ' '
}

fn single_quoted(writer: &mut Writer, text: &str, role: Role) {
    writer.indicator("'");
    let chars: Vec<char> = text.chars().collect();
    let last = chars.len().saturating_sub(1);
    let mut after_break = false;
    for (at, &c) in chars.iter().enumerate() {
        if is_break(c) {
            writer.foreign_break(c);
            after_break = true;
            continue;
        }
        if after_break {
            writer.new_line();
            after_break = false;
        }
        match c {
            ' ' if role == Role::Value && at < last && folds(writer, &chars, at) && chars[at + 1] != ' ' => writer.new_line(),
            '\'' => {
                writer.content('\'');
                writer.content('\'');
            }
            c => writer.content(c),
        }
    }
    if after_break {
        writer.new_line();
    }
    writer.content('\'');
}

fn double_quoted(writer: &mut Writer, text: &str, role: Role) {
    writer.indicator("\"");
    let chars: Vec<char> = text.chars().collect();
    let last = chars.len().saturating_sub(1);
    for (at, &c) in chars.iter().enumerate() {
        if needs_escape(c) {
            escape(writer, c);
        } else if c == ' ' && role == Role::Value && at < last && folds(writer, &chars, at) {
            writer.new_line();
            if chars[at + 1] == ' ' {
                writer.content('\\');
            }
        } else {
            writer.content(c);
        }
    }
    writer.content('"');
}

fn needs_escape(c: char) -> bool {
    c == '"' || c == '\\' || is_break(c) || !is_printable(c)
}

fn escape(writer: &mut Writer, c: char) {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{B}' => 'v',
        '\u{C}' => 'f',
        '\r' => 'r',
        '\u{1B}' => 'e',
        '"' | '\\' => c,
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => return escape_code(writer, u32::from(c)),
    };
    writer.content('\\');
    writer.content(short);
}

fn escape_code(writer: &mut Writer, code: u32) {
    let text = match code {
        0..=0xFF => format!("\\x{code:02X}"),
        0x100..=0xFFFF => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    };
    text.chars().for_each(|c| writer.content(c));
}

fn literal(writer: &mut Writer, text: &str) {
    let header = literal_header(text);
    writer.indicator(&header);
    writer.is_open_ended = header.ends_with('+');
    writer.block_break();
    text.split_inclusive(is_break).for_each(|line| literal_line(writer, line));
}

fn literal_line(writer: &mut Writer, line: &str) {
    let content = line.strip_suffix(is_break).unwrap_or(line);
    if !content.is_empty() {
        writer.new_line();
        writer.run(content);
    }
    match line.chars().next_back().filter(|&c| is_break(c)) {
        Some('\n') => writer.block_break(),
        Some(c) => writer.foreign_break(c),
        None => {}
    }
}

/// `|`, the indentation when the text begins with a blank or a break, and what the text ends with.
fn literal_header(text: &str) -> String {
    let indent = if text.starts_with(|c| c == ' ' || is_break(c)) { "2" } else { "" };
    let before_last = text.strip_suffix(is_break);
    let chomp = match before_last {
        None => "-",
        Some(rest) if rest.is_empty() || rest.ends_with(is_break) => "+",
        Some(_) => "",
    };
    format!("|{indent}{chomp}")
}
