//! `%YAML` and `%TAG` lines.

use super::Scanner;
use crate::chars::is_word;
use crate::token::TokenKind;
use crate::{Error, Mark};

impl<'a> Scanner<'a> {
    pub(super) fn fetch_directive(&mut self) -> Result<(), Error> {
        self.close_blocks(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        let start = self.cursor.mark();
        self.cursor.at += 1;
        let name = self.cursor.take_while(is_word);
        if !name.is_empty() && !self.cursor.is_gap_at(0) {
            return Err(self.fault_in(start, "found unexpected non-alphabetical character"));
        }
        let kind = match name {
            "YAML" => self.version_directive(start)?,
            "TAG" => self.tag_directive(start)?,
            "" => return Err(self.fault_in(start, "could not find expected directive name")),
            _ => return Err(self.fault_in(start, "found unknown directive name")),
        };
        self.push(kind, start);
        self.end_of_line(start)
    }

    fn version_directive(&mut self, start: Mark) -> Result<TokenKind<'a>, Error> {
        self.cursor.skip_blanks();
        let major = self.version_number(start)?;
        if self.cursor.peek() != b'.' {
            return Err(self.fault_in(start, "did not find expected digit or '.' character"));
        }
        self.cursor.at += 1;
        let minor = self.version_number(start)?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn version_number(&mut self, start: Mark) -> Result<u32, Error> {
        let digits = self.cursor.take_while(|byte| byte.is_ascii_digit());
        match digits.len() {
            0 => Err(self.fault_in(start, "did not find expected version number")),
            1 | 2 => Ok(digits.parse().unwrap_or_default()),
            _ => Err(self.fault_in(start, "found extremely long version number")),
        }
    }

    fn tag_directive(&mut self, start: Mark) -> Result<TokenKind<'a>, Error> {
        self.cursor.skip_blanks();
        let handle = self.tag_handle(start)?;
        if !self.cursor.is_blank() {
            return Err(self.fault_in(start, "did not find expected whitespace"));
        }
        self.cursor.skip_blanks();
        let prefix = self.tag_uri(start)?;
        if !self.cursor.is_gap_at(0) {
            return Err(self.fault_in(start, "did not find expected whitespace or line break"));
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }

    /// `!`, `!!` or `!name!`, as a directive declares it.
    fn tag_handle(&mut self, start: Mark) -> Result<&'a str, Error> {
        let begin = self.cursor.at;
        if self.cursor.peek() != b'!' {
            return Err(self.fault_in(start, "did not find expected '!'"));
        }
        self.cursor.at += 1;
        let name = self.cursor.take_while(is_word);
        if self.cursor.peek() == b'!' {
            self.cursor.at += 1;
        } else if !name.is_empty() {
            return Err(self.fault_in(start, "did not find expected '!'"));
        }
        Ok(self.cursor.since(begin))
    }
}
