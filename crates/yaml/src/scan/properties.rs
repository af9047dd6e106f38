//! Anchors, aliases and tags.

use super::Scanner;
use crate::chars::{is_uri, is_word};
use crate::token::{TagText, TokenKind};
use crate::{Error, Mark};
use std::borrow::Cow;

impl<'a> Scanner<'a> {
    pub(super) fn fetch_anchor(&mut self) -> Result<(), Error> {
        self.save_candidate()?;
        self.key_allowed = false;
        let start = self.cursor.mark();
        let is_alias = self.cursor.peek() == b'*';
        self.cursor.at += 1;
        let name = self.cursor.take_while(is_word);
        if name.is_empty() || !(self.cursor.is_gap_at(0) || b"?:,]}%@`".contains(&self.cursor.peek())) {
            return Err(self.fault_in(start, "did not find expected alphabetic or numeric character"));
        }
        self.push(if is_alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) }, start);
        Ok(())
    }

    pub(super) fn fetch_tag(&mut self) -> Result<(), Error> {
        self.save_candidate()?;
        self.key_allowed = false;
        let start = self.cursor.mark();
        let tag = if self.cursor.peek_at(1) == b'<' { self.verbatim_tag(start)? } else { self.short_tag(start)? };
        if !self.cursor.is_gap_at(0) {
            return Err(self.fault_in(start, "did not find expected whitespace or line break"));
        }
        self.push(TokenKind::Tag(Box::new(tag)), start);
        Ok(())
    }

    fn verbatim_tag(&mut self, start: Mark) -> Result<TagText<'a>, Error> {
        self.cursor.at += 2;
        let suffix = self.tag_uri(start)?;
        if self.cursor.peek() != b'>' {
            return Err(self.fault_in(start, "did not find the expected '>'"));
        }
        self.cursor.at += 1;
        Ok(TagText { handle: "", suffix })
    }

    /// `!suffix`, `!!suffix`, `!name!suffix`, or `!` alone.
    fn short_tag(&mut self, start: Mark) -> Result<TagText<'a>, Error> {
        let begin = self.cursor.at;
        self.cursor.at += 1;
        self.cursor.take_while(is_word);
        if self.cursor.peek() == b'!' {
            self.cursor.at += 1;
            let handle = self.cursor.since(begin);
            return Ok(TagText { handle, suffix: self.tag_uri(start)? });
        }
        self.cursor.at = begin + 1;
        let suffix = if is_uri(self.cursor.peek()) { self.tag_uri(start)? } else { Cow::Borrowed("") };
        Ok(TagText { handle: "!", suffix })
    }

    pub(super) fn tag_uri(&mut self, start: Mark) -> Result<Cow<'a, str>, Error> {
        let text = self.cursor.take_while(is_uri);
        match text {
            "" => Err(self.fault_in(start, "did not find expected tag URI")),
            text if text.contains('%') => self.unescape_uri(text, start).map(Cow::Owned),
            text => Ok(Cow::Borrowed(text)),
        }
    }

    fn unescape_uri(&self, text: &str, start: Mark) -> Result<String, Error> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut parts = text.split('%');
        bytes.extend(parts.next().unwrap_or_default().as_bytes());
        for part in parts {
            let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
            bytes.push(code.ok_or_else(|| self.fault_in(start, "did not find URI escaped octet"))?);
            bytes.extend(&part.as_bytes()[2..]);
        }
        String::from_utf8(bytes).map_err(|_| self.fault_in(start, "found an incorrect leading UTF-8 octet"))
    }
}
