//! Gaps between the words of a scalar: blanks stay, one line break becomes a space, further ones stay.

use super::Scanner;
use crate::cursor::Cursor;
use crate::{Error, Mark};
use std::borrow::Cow;

/// What stood between two words.
pub(super) enum Gap<'a> {
    /// Blanks on one line, as they were.
    Blanks(&'a str),
    /// At least one line break, already folded.
    Folded(Cow<'static, str>),
}

impl Gap<'_> {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Blanks(text) => text,
            Self::Folded(text) => text,
        }
    }
}

/// Reads line breaks and blanks from the first break on, and gives the breaks after the first.
fn more_breaks(cursor: &mut Cursor<'_>) -> String {
    let mut breaks = String::new();
    loop {
        cursor.skip_blanks();
        if !cursor.is_break() {
            return breaks;
        }
        breaks.push_str(cursor.take_break());
    }
}

/// Joins the first break with those that follow it.
fn folded(first: &'static str, more: String) -> Cow<'static, str> {
    match (first, more.is_empty()) {
        ("\n", true) => Cow::Borrowed(" "),
        ("\n", false) => Cow::Owned(more),
        _ => Cow::Owned(first.to_owned() + &more),
    }
}

impl<'a> Scanner<'a> {
    /// Reads the gap at the cursor.
    pub(super) fn take_gap(&mut self) -> Gap<'a> {
        let start = self.cursor.at;
        self.cursor.skip_blanks();
        if !self.cursor.is_break() {
            return Gap::Blanks(self.cursor.since(start));
        }
        let first = self.cursor.take_break();
        Gap::Folded(folded(first, more_breaks(&mut self.cursor)))
    }

    /// Reads what follows an escaped line break: nothing of it counts but further breaks.
    pub(super) fn take_escaped_break(&mut self) -> String {
        self.cursor.take_break();
        more_breaks(&mut self.cursor)
    }

    /// Reads the gap at the cursor, refusing tabs left of `indent` on later lines.
    pub(super) fn take_plain_gap(&mut self, indent: i64, start: Mark) -> Result<Gap<'a>, Error> {
        let before = self.cursor.clone();
        let gap = self.take_gap();
        if matches!(gap, Gap::Folded(_)) {
            self.cursor = before;
            self.refuse_tabs(indent, start)?;
        }
        Ok(gap)
    }

    fn refuse_tabs(&mut self, indent: i64, start: Mark) -> Result<(), Error> {
        self.cursor.skip_blanks();
        while self.cursor.is_break() {
            self.cursor.take_break();
            while self.cursor.is_blank() {
                if self.cursor.peek() == b'\t' && self.cursor.column() < indent {
                    return Err(self.fault_in(start, "found a tab character that violates indentation"));
                }
                self.cursor.at += 1;
            }
        }
        Ok(())
    }
}
