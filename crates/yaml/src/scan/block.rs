//! Block scalars: `|` keeps lines, `>` folds them; the header may fix the indentation and what becomes of the last breaks.

use super::Scanner;
use crate::token::{ScalarStyle, Token, TokenKind};
use crate::{Error, Mark};

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

/// The line after `|` or `>`.
struct Header {
    style: ScalarStyle,
    chomp: Chomp,
    /// Indentation deeper than the parent's; zero when it is to be found out.
    increment: i64,
}

/// A block scalar in the making.
#[derive(Default)]
struct Body {
    text: String,
    /// The break that ended the last line with content.
    last_break: &'static str,
    /// The empty lines since.
    empty_lines: String,
    /// Whether the last line with content began with a blank, which forbids folding around it.
    was_indented: bool,
}

impl Body {
    fn add_breaks(&mut self, style: ScalarStyle, is_indented: bool) {
        let folds = style == ScalarStyle::Folded && self.last_break == "\n" && !self.was_indented && !is_indented;
        if !folds {
            self.text.push_str(self.last_break);
        } else if self.empty_lines.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(&self.empty_lines);
        self.empty_lines.clear();
        self.was_indented = is_indented;
    }

    fn finish(mut self, chomp: Chomp) -> String {
        if chomp != Chomp::Strip {
            self.text.push_str(self.last_break);
        }
        if chomp == Chomp::Keep {
            self.text.push_str(&self.empty_lines);
        }
        self.text
    }
}

impl Scanner<'_> {
    pub(super) fn fetch_block_scalar(&mut self) -> Result<(), Error> {
        self.drop_candidate()?;
        self.key_allowed = true;
        let start = self.cursor.mark();
        let header = self.block_header(start)?;
        let (text, end) = self.block_text(&header, start)?;
        self.queue.push_back(Token { kind: TokenKind::Scalar(text.into(), header.style), start, end });
        Ok(())
    }

    fn block_header(&mut self, start: Mark) -> Result<Header, Error> {
        let style = if self.cursor.peek() == b'|' { ScalarStyle::Literal } else { ScalarStyle::Folded };
        let mut header = Header { style, chomp: Chomp::Clip, increment: 0 };
        self.cursor.at += 1;
        for _ in 0..2 {
            match self.cursor.peek() {
                b'+' if header.chomp == Chomp::Clip => header.chomp = Chomp::Keep,
                b'-' if header.chomp == Chomp::Clip => header.chomp = Chomp::Strip,
                b'0' if header.increment == 0 => return Err(self.fault_in(start, "found an indentation indicator equal to 0")),
                digit @ b'1'..=b'9' if header.increment == 0 => header.increment = i64::from(digit - b'0'),
                _ => break,
            }
            self.cursor.at += 1;
        }
        self.end_of_line(start)?;
        Ok(header)
    }

    /// Steps over blanks and a comment to the next line; anything else is a fault.
    pub(super) fn end_of_line(&mut self, start: Mark) -> Result<(), Error> {
        self.cursor.skip_blanks();
        if self.cursor.peek() == b'#' {
            self.cursor.skip_line();
        }
        if self.cursor.is_break() {
            self.cursor.take_break();
        } else if !self.cursor.is_end() {
            return Err(self.fault_in(start, "did not find expected comment or line break"));
        }
        Ok(())
    }

    fn block_text(&mut self, header: &Header, start: Mark) -> Result<(String, Mark), Error> {
        let mut body = Body::default();
        let mut end = self.cursor.mark();
        let mut indent = if header.increment > 0 { self.indent.max(0) + header.increment } else { 0 };
        self.empty_lines(&mut indent, &mut body.empty_lines, start, &mut end)?;
        while self.cursor.column() == indent && !self.cursor.is_end() {
            body.add_breaks(header.style, self.cursor.is_blank());
            let line = self.cursor.at;
            self.cursor.skip_line();
            body.text.push_str(self.cursor.since(line));
            end = self.cursor.mark();
            body.last_break = if self.cursor.is_break() { self.cursor.take_break() } else { "" };
            self.empty_lines(&mut indent, &mut body.empty_lines, start, &mut end)?;
        }
        Ok((body.finish(header.chomp), end))
    }

    /// Steps over indentation and empty lines, and finds the indentation out when it is still zero.
    fn empty_lines(&mut self, indent: &mut i64, breaks: &mut String, start: Mark, end: &mut Mark) -> Result<(), Error> {
        let mut widest = 0;
        loop {
            while (*indent == 0 || self.cursor.column() < *indent) && self.cursor.peek() == b' ' {
                self.cursor.at += 1;
            }
            widest = widest.max(self.cursor.column());
            if (*indent == 0 || self.cursor.column() < *indent) && self.cursor.peek() == b'\t' {
                return Err(self.fault_in(start, "found a tab character where an indentation space is expected"));
            }
            if !self.cursor.is_break() {
                break;
            }
            breaks.push_str(self.cursor.take_break());
            *end = self.cursor.mark();
        }
        if *indent == 0 {
            *indent = widest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
