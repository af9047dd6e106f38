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
#[derive(Default)]
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
    let mut seen = Seen { indicator: text.starts_with("---") || text.starts_with("..."), ..Seen::default() };
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied();
        seen.indicator |= is_indicator(c, before, after);
        seen.special |= c != '\t' && !is_printable(c);
        seen.tab |= c == '\t';
        if c == ' ' || is_break(c) {
            seen.edge |= before.is_none() || after.is_none();
            seen.line_break |= c != ' ';
            seen.trailing_space |= c == ' ' && after.is_none();
            seen.break_space |= c == ' ' && before.is_some_and(is_break);
            seen.space_break |= c != ' ' && before == Some(' ');
        }
        before = Some(c);
    }
    seen
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
