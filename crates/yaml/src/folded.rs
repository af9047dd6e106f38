//! What becomes of folded text that is printed folded and read again, as kustomize does with every text written with `>`.
//!
//! Its printer puts an empty line behind each line that does not begin with a blank, also where the next one does and the reader
//! takes both for breaks; and none at all where the text begins with a blank, so that the reader joins the lines.

use std::borrow::Cow;

/// The text after one round.
pub(crate) fn round(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_kept(&text) || !is_printed_folded(&text) { text } else { Cow::Owned(read(&printed(&text), Chomp::of(&text))) }
}

/// Whether the round changes nothing: no line begins with a blank, and nothing but one break is at the ends.
fn is_kept(text: &str) -> bool {
    !text.starts_with(is_blank) && !text.starts_with('\n') && !text.ends_with("\n\n") && !text.contains("\n ") && !text.contains("\n\t")
}

/// Whether the printer keeps the style: what a block could not hold is put in quotes, where nothing is lost.
fn is_printed_folded(text: &str) -> bool {
    !text.is_empty() && !text.ends_with(' ') && !text.contains(" \n") && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

/// The lines as they are printed, without their indentation.
fn printed(text: &str) -> String {
    let doubles_breaks = !text.trim_start_matches('\n').starts_with(is_blank);
    let mut printed = String::with_capacity(text.len() + 8);
    let mut follows_break = true;
    let mut is_indented = true;
    for character in text.chars() {
        if character == '\n' {
            if !follows_break && !is_indented && doubles_breaks {
                printed.push('\n');
            }
        } else if follows_break {
            is_indented = is_blank(character);
        }
        printed.push(character);
        follows_break = character == '\n';
    }
    printed
}

/// What the reader does with breaks at the end.
#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl Chomp {
    /// The one that the printer writes for a text.
    fn of(text: &str) -> Chomp {
        match text.strip_suffix('\n') {
            None => Chomp::Strip,
            Some(rest) if rest.is_empty() || rest.ends_with('\n') => Chomp::Keep,
            Some(_) => Chomp::Clip,
        }
    }
}

/// Folds printed lines.
fn read(printed: &str, chomp: Chomp) -> String {
    let mut text = String::with_capacity(printed.len());
    let mut empty_lines = String::new();
    // Whether the last line with content began with a blank; nothing in front of the first.
    let mut last: Option<bool> = None;
    for line in printed.split_terminator('\n') {
        if line.is_empty() {
            empty_lines.push('\n');
            continue;
        }
        let is_indented = line.starts_with(is_blank);
        match last {
            Some(false) if !is_indented && empty_lines.is_empty() => text.push(' '),
            Some(false) if !is_indented => {}
            Some(_) => text.push('\n'),
            None => {}
        }
        text.push_str(&std::mem::take(&mut empty_lines));
        text.push_str(line);
        last = Some(is_indented);
    }
    if chomp != Chomp::Strip {
        text.push('\n');
    }
    if chomp == Chomp::Keep {
        text.push_str(&empty_lines);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_with_blanks_in_front_change() {
        for (text, expected) in [
            ("one two\nthree\n", "one two\nthree\n"),
            ("a\n\n\nb", "a\n\n\nb"),
            ("b\n  more\nc", "b\n\n  more\nc"),
            ("b\n  more\n  again\n", "b\n\n  more\n  again\n"),
            ("b\n\n  more", "b\n\n\n  more"),
            (" a\nb\nc", " a\nb c"),
            ("a \n  b", "a \n  b"),
        ] {
            assert_eq!(round(text.into()), expected, "{text:?}");
        }
    }
}
