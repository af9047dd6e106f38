//! Which ways of writing a text would be read back as that text.

use super::Style;

/// What a text allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Analysis {
    pub plain: bool,
    pub single_quoted: bool,
    pub literal: bool,
}

/// What was seen on the way through a text.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    indicator: bool,
    special: bool,
    tab: bool,
    line_break: bool,
    /// A blank or a break at either end.
    edge: bool,
    trailing_space: bool,
    /// A blank right behind a break.
    break_space: bool,
    /// A break right behind a blank.
    space_break: bool,
}

pub(super) fn analyse(text: &str, style: Style) -> Analysis {
    let seen = look_at(text);
    Analysis {
        plain: !(seen.indicator || seen.special || seen.tab || seen.line_break || seen.edge || seen.space_break),
        single_quoted: !(seen.special || seen.tab || seen.break_space || seen.space_break),
        literal: !(text.is_empty() || seen.special || seen.trailing_space || seen.space_break || tab_forbids_literal(text, style)),
    }
}

/// The older library never writes a tab in a block; the newer does, but could not read a block that begins with one.
fn tab_forbids_literal(text: &str, style: Style) -> bool {
    text.contains('\t') && (style != Style::V3 || text.trim_start_matches(is_break).starts_with('\t'))
}

fn look_at(text: &str) -> Seen {
    let mut seen = Seen {
        indicator: text.starts_with("---") || text.starts_with("..."),
        edge: text.starts_with(' ') || text.ends_with(' '),
        trailing_space: text.ends_with(' '),
        ..Seen::default()
    };
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        seen.note(c, text[..at].chars().next_back(), text[end..].chars().next());
        let rest = &text.as_bytes()[end..];
        at = end + rest.iter().position(|&byte| NOTABLE[byte as usize]).unwrap_or(rest.len());
    }
    seen
}

/// Bytes at which something may be seen behind the first character: `#`, `:`, and all that is not printable ASCII.
static NOTABLE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = byte < b' ' as usize || byte >= 0x7F || byte == b'#' as usize || byte == b':' as usize;
        byte += 1;
    }
    table
};

impl Seen {
    fn note(&mut self, c: char, before: Option<char>, after: Option<char>) {
        self.indicator |= is_indicator(c, before, after);
        self.special |= c != '\t' && !is_printable(c);
        self.tab |= c == '\t';
        if is_break(c) {
            self.line_break = true;
            self.edge |= before.is_none() || after.is_none();
            self.break_space |= after == Some(' ');
            self.space_break |= before == Some(' ');
        }
    }
}

/// Whether `c` would mean something in plain text outside of flow.
fn is_indicator(c: char, before: Option<char>, after: Option<char>) -> bool {
    let gap_before = before.is_none_or(is_gap);
    let gap_after = after.is_none_or(is_gap);
    match c {
        '#' => gap_before,
        ':' => gap_after,
        '?' | '-' => before.is_none() && gap_after,
        ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => before.is_none(),
        _ => false,
    }
}

fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_break(c)
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What Go's writer prints unescaped; nothing beyond the basic plane, and no tab.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Looks at every character, not only at the notable ones.
    fn at_every_character(text: &str) -> Seen {
        let mut seen = look_at("");
        let chars: Vec<char> = text.chars().collect();
        for (at, &c) in chars.iter().enumerate() {
            let (before, after) = (at.checked_sub(1).map(|at| chars[at]), chars.get(at + 1).copied());
            seen.note(c, before, after);
            seen.edge |= c == ' ' && (before.is_none() || after.is_none());
            seen.trailing_space |= c == ' ' && after.is_none();
        }
        seen.indicator |= text.starts_with("---") || text.starts_with("...");
        seen
    }

    proptest! {
        #[test]
        fn looking_at_notable_characters_sees_all(text in "[-a:# \\.\\t\\r\\n'\u{85}\u{2028}\u{1F600}\u{7F}é?]{0,12}") {
            prop_assert_eq!(look_at(&text), at_every_character(&text));
        }
    }
}
