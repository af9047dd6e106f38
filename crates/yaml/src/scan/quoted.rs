//! Quoted scalars and their escapes.

use super::Scanner;
use crate::Error;
use crate::Mark;
use crate::chars::QUOTED_STOP;
use crate::token::{ScalarStyle, TokenKind};
use std::borrow::Cow;

impl<'a> Scanner<'a> {
    pub(super) fn fetch_quoted(&mut self) -> Result<(), Error> {
        self.save_candidate()?;
        self.key_allowed = false;
        let start = self.cursor.mark();
        let quote = self.cursor.peek();
        self.cursor.at += 1;
        let text = match self.unescaped(quote) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.quoted_text(quote, start)?),
        };
        let style = if quote == b'"' { ScalarStyle::DoubleQuoted } else { ScalarStyle::SingleQuoted };
        self.push(TokenKind::Scalar(text, style), start);
        Ok(())
    }

    /// The text up to the closing quote, when it stands on this line and nothing in between needs work.
    fn unescaped(&mut self, quote: u8) -> Option<&'a str> {
        let mut ahead = self.cursor.clone();
        loop {
            ahead.skip_until(&QUOTED_STOP);
            match ahead.peek() {
                byte if byte == quote && !(quote == b'\'' && ahead.peek_at(1) == b'\'') => break,
                b'\\' if quote == b'\'' => ahead.at += 1,
                b'\'' | b'"' if ahead.peek() != quote => ahead.at += 1,
                b' ' | b'\t' => ahead.at += 1,
                0xC2 | 0xE2 if !ahead.is_break() => ahead.at += 1,
                _ => return None,
            }
        }
        let text = ahead.since(self.cursor.at);
        self.cursor.at = ahead.at + 1;
        Some(text)
    }

    fn quoted_text(&mut self, quote: u8, start: Mark) -> Result<String, Error> {
        let mut text = String::new();
        loop {
            if self.cursor.is_document_indicator() {
                return Err(self.fault_in(start, "found unexpected document indicator"));
            }
            if self.cursor.is_end() {
                return Err(self.fault_in(start, "found unexpected end of stream"));
            }
            if self.quoted_words(quote, start, &mut text)? {
                return Ok(text);
            }
            let gap = self.take_gap();
            text.push_str(gap.as_str());
        }
    }

    /// Reads up to a gap or past the closing quote, and says whether it was the quote.
    fn quoted_words(&mut self, quote: u8, start: Mark, text: &mut String) -> Result<bool, Error> {
        loop {
            let word = self.cursor.at;
            self.cursor.skip_until(&QUOTED_STOP);
            text.push_str(self.cursor.since(word));
            match self.cursor.peek() {
                b'\'' if quote == b'\'' && self.cursor.peek_at(1) == b'\'' => {
                    self.cursor.at += 2;
                    text.push('\'');
                }
                byte if byte == quote => {
                    self.cursor.at += 1;
                    return Ok(true);
                }
                b'\\' if quote == b'"' && self.cursor.break_at(1) > 0 => {
                    self.cursor.at += 1;
                    text.push_str(&self.take_escaped_break());
                    return Ok(false);
                }
                b'\\' if quote == b'"' => text.push(self.escape(start)?),
                _ if self.cursor.is_gap_at(0) => return Ok(false),
                _ => text.push_str(self.one_char()),
            }
        }
    }

    /// The character at the cursor, whatever its length.
    fn one_char(&mut self) -> &'a str {
        let start = self.cursor.at;
        self.cursor.at += 1;
        while self.cursor.peek() & 0xC0 == 0x80 {
            self.cursor.at += 1;
        }
        self.cursor.since(start)
    }

    fn escape(&mut self, start: Mark) -> Result<char, Error> {
        let hex_digits = match self.cursor.peek_at(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            letter => {
                let meaning = escaped(letter).ok_or_else(|| self.fault_in(start, "found unknown escape character"))?;
                self.cursor.at += 2;
                return Ok(meaning);
            }
        };
        self.cursor.at += 2;
        self.hex_escape(hex_digits, start)
    }

    fn hex_escape(&mut self, digits: usize, start: Mark) -> Result<char, Error> {
        let mut code = 0u32;
        for ahead in 0..digits {
            let digit = char::from(self.cursor.peek_at(ahead)).to_digit(16);
            let digit = digit.ok_or_else(|| self.fault_in(start, "did not find expected hexdecimal number"))?;
            code = (code << 4) | digit;
        }
        let meaning = char::from_u32(code).ok_or_else(|| self.fault_in(start, "found invalid Unicode character escape code"))?;
        self.cursor.at += digits;
        Ok(meaning)
    }
}

fn escaped(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{B}',
        b'f' => '\u{C}',
        b'r' => '\r',
        b'e' => '\u{1B}',
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        b' ' | b'"' | b'\'' | b'\\' => char::from(letter),
        _ => return None,
    })
}
