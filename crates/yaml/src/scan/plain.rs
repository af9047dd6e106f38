//! Plain scalars: text without quotes, up to `: `, ` #`, a flow indicator in flow, or less indentation.

use super::Scanner;
use super::fold::Gap;
use crate::chars::PLAIN_STOP;
use crate::token::{ScalarStyle, Token, TokenKind};
use crate::{Error, Mark};
use std::borrow::Cow;

impl Scanner<'_> {
    /// Whether a plain scalar may begin at the cursor.
    pub(super) fn starts_plain(&self) -> bool {
        match self.cursor.peek() {
            b'-' => !matches!(self.cursor.peek_at(1), b' ' | b'\t'),
            b'?' | b':' => !self.in_flow() && !self.cursor.is_gap_at(1),
            byte => !b"\t,[]{}#&*!|>'\"%@`".contains(&byte),
        }
    }

    pub(super) fn fetch_plain(&mut self) -> Result<(), Error> {
        self.save_candidate()?;
        self.key_allowed = false;
        let start = self.cursor.mark();
        let (text, end) = self.plain_text(start)?;
        self.queue.push_back(Token { kind: TokenKind::Scalar(text, ScalarStyle::Plain), start, end });
        Ok(())
    }
}

impl<'a> Scanner<'a> {
    /// Reads word by word; stays borrowed as long as the text is on one line.
    fn plain_text(&mut self, start: Mark) -> Result<(Cow<'a, str>, Mark), Error> {
        let indent = self.indent + 1;
        let begin = start.offset as usize;
        let mut end = start;
        let mut joined: Option<String> = None;
        let mut gap = Gap::Blanks("");
        while !self.cursor.is_document_indicator() && self.cursor.peek() != b'#' {
            let word = self.plain_word();
            if word.is_empty() {
                break;
            }
            if joined.is_some() || matches!(gap, Gap::Folded(_)) {
                let text = joined.get_or_insert_with(|| self.cursor.between(begin, end.offset as usize).to_owned());
                text.push_str(gap.as_str());
                text.push_str(word);
            }
            end = self.cursor.mark();
            self.key_allowed = false;
            if !self.cursor.is_blank() && !self.cursor.is_break() {
                break;
            }
            gap = self.take_plain_gap(indent, start)?;
            self.key_allowed = matches!(gap, Gap::Folded(_));
            if !self.in_flow() && self.cursor.column() < indent {
                break;
            }
        }
        Ok((joined.map_or_else(|| Cow::Borrowed(self.cursor.between(begin, end.offset as usize)), Cow::Owned), end))
    }

    fn plain_word(&mut self) -> &'a str {
        let start = self.cursor.at;
        loop {
            self.cursor.skip_until(&PLAIN_STOP);
            if self.cursor.is_gap_at(0) || self.ends_plain() {
                return self.cursor.since(start);
            }
            self.cursor.at += 1;
        }
    }

    fn ends_plain(&self) -> bool {
        match self.cursor.peek() {
            b':' => self.cursor.is_gap_at(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.in_flow(),
            _ => false,
        }
    }
}
