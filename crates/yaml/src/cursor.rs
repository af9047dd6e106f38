//! A place moving over a text: the bytes ahead, the line, the column. Knows line breaks, nothing else of YAML.

use crate::Mark;
use crate::chars::{LINE_STOP, is_blank};

/// Where the scanner stands. Reading past the end gives zero bytes, which the text itself cannot hold.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pub at: usize,
    line: u32,
    line_start: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        let bom = text.len() - text.trim_start_matches('\u{FEFF}').len();
        let at = bom.min('\u{FEFF}'.len_utf8());
        Self { text, bytes: text.as_bytes(), at, line: 1, line_start: at }
    }

    #[inline]
    pub fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    #[inline]
    pub fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub fn is_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Bytes since the line began.
    pub fn column(&self) -> i64 {
        (self.at - self.line_start) as i64
    }

    pub fn line(&self) -> u32 {
        self.line
    }

    pub fn mark(&self) -> Mark {
        Mark { offset: self.at as u32, line: self.line, column: (self.at - self.line_start) as u32 + 1 }
    }

    /// The text from `start` up to here.
    pub fn since(&self, start: usize) -> &'a str {
        self.between(start, self.at)
    }

    pub fn between(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// How many bytes the line break `ahead` takes; zero when there is none.
    #[inline]
    pub fn break_at(&self, ahead: usize) -> usize {
        match self.peek_at(ahead) {
            b'\n' => 1,
            b'\r' => 1 + usize::from(self.peek_at(ahead + 1) == b'\n'),
            0xC2 if self.peek_at(ahead + 1) == 0x85 => 2,
            0xE2 if self.peek_at(ahead + 1) == 0x80 && matches!(self.peek_at(ahead + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    pub fn is_break(&self) -> bool {
        self.break_at(0) > 0
    }

    pub fn is_blank(&self) -> bool {
        is_blank(self.peek())
    }

    /// Whether a blank, a break or the end stands `ahead`.
    #[inline]
    pub fn is_gap_at(&self, ahead: usize) -> bool {
        let byte = self.peek_at(ahead);
        is_blank(byte) || byte == 0 || self.break_at(ahead) > 0
    }

    /// Whether `---` or `...` stands here, at the start of a line, as a word.
    pub fn is_document_indicator(&self) -> bool {
        self.at == self.line_start && matches!(self.peek(), b'-' | b'.') && {
            let first = self.peek();
            self.peek_at(1) == first && self.peek_at(2) == first && self.is_gap_at(3)
        }
    }

    /// Steps over a line break and gives it as YAML reads it: `\n`, or the two Unicode separators as they are.
    pub fn take_break(&mut self) -> &'static str {
        let length = self.break_at(0);
        let normal = match (length, self.peek_at(2)) {
            (3, 0xA8) => "\u{2028}",
            (3, _) => "\u{2029}",
            _ => "\n",
        };
        self.at += length;
        self.line += 1;
        self.line_start = self.at;
        normal
    }

    /// Counts the last line as ended, as if a line break closed the text.
    pub fn end_line(&mut self) {
        self.line += u32::from(self.at > self.line_start);
        self.line_start = self.at;
    }

    #[inline]
    pub fn skip_blanks(&mut self) {
        while self.is_blank() {
            self.at += 1;
        }
    }

    /// Moves to the end of the line, before its break.
    pub fn skip_line(&mut self) {
        self.skip_until(&LINE_STOP);
        while !self.is_end() && !self.is_break() {
            self.at += 1;
            self.skip_until(&LINE_STOP);
        }
    }

    /// Moves over the bytes that `stops` does not name.
    #[inline]
    pub fn skip_until(&mut self, stops: &[bool; 256]) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| stops[byte as usize]).unwrap_or(rest.len());
    }

    /// Moves over the bytes that `wanted` accepts, and gives them.
    pub fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while wanted(self.peek()) {
            self.at += 1;
        }
        self.since(start)
    }
}
