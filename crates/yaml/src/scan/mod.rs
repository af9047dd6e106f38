//! Text to tokens. Turns indentation into explicit starts and ends of blocks, and finds out, after the fact, that something
//! already read was a mapping key.
//!
//! The after-the-fact part: where a key may stand, the scanner remembers the place as a [`Candidate`] and holds the tokens
//! from there on back. A `:` on the same line within [`KEY_CHARS_MAX`] characters makes it a key; a new line makes it none.

mod block;
mod directive;
mod fold;
mod plain;
mod properties;
mod quoted;

use crate::cursor::Cursor;
use crate::error::Layer;
use crate::token::{Token, TokenKind};
use crate::{Dialect, Error, Mark};
use std::collections::VecDeque;

/// The longest key that needs no `?`, as the specification has it.
const KEY_CHARS_MAX: usize = 1024;

/// Something that turns into a mapping key if a `:` follows.
#[derive(Clone, Copy)]
struct Candidate {
    /// The number of its first token, counted from the start of the text.
    token: usize,
    mark: Mark,
    column: i64,
    /// A block mapping is open at this very column, so this has to be a key.
    required: bool,
}

pub(crate) struct Scanner<'a> {
    cursor: Cursor<'a>,
    dialect: Dialect,
    queue: VecDeque<Token<'a>>,
    /// How many tokens have left the queue.
    taken: usize,
    /// The column of the innermost block; -1 outside of all.
    indent: i64,
    outer_indents: Vec<i64>,
    /// One place for the block level, one for each open flow collection.
    candidates: Vec<Option<Candidate>>,
    /// No candidate stands below this level.
    first_candidate: usize,
    key_allowed: bool,
    /// The first token in the queue is what it is; holds until it is taken.
    head_is_decided: bool,
    ended: bool,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, dialect: Dialect) -> Self {
        Self {
            cursor: Cursor::new(text),
            dialect,
            queue: VecDeque::new(),
            taken: 0,
            indent: -1,
            outer_indents: Vec::new(),
            candidates: vec![None],
            first_candidate: 0,
            key_allowed: true,
            head_is_decided: false,
            ended: false,
        }
    }

    /// The next token, which stays.
    pub fn peek(&mut self) -> Result<&Token<'a>, Error> {
        if !self.head_is_decided {
            self.decide_head()?;
        }
        Ok(self.queue.front().expect("the stream's end is never taken"))
    }

    /// The next token, which leaves.
    pub fn take(&mut self) -> Result<Token<'a>, Error> {
        self.peek()?;
        self.taken += 1;
        self.head_is_decided = false;
        Ok(self.queue.pop_front().expect("peek has filled the queue"))
    }

    /// Reads on until the first token is there and can no longer turn out to be a key.
    fn decide_head(&mut self) -> Result<(), Error> {
        while !self.ended && (self.queue.is_empty() || self.head_is_undecided()?) {
            self.fetch()?;
        }
        self.head_is_decided = true;
        Ok(())
    }

    pub fn fault(&self, layer: Layer, context: Option<Mark>, problem: Mark, what: impl std::fmt::Display) -> Error {
        Error::syntax(self.dialect, layer, context, problem, what)
    }

    /// A fault of scanning, at the cursor, inside something that began at `context`.
    fn fault_in(&self, context: Mark, what: &str) -> Error {
        self.fault(Layer::Scanner, Some(context), self.cursor.mark(), what)
    }

    fn fault_here(&self, what: &str) -> Error {
        self.fault_in(self.cursor.mark(), what)
    }

    fn in_flow(&self) -> bool {
        self.candidates.len() > 1
    }

    fn push(&mut self, kind: TokenKind<'a>, start: Mark) {
        let end = self.cursor.mark();
        self.queue.push_back(Token { kind, start, end });
    }

    /// Reads an indicator of `length` bytes as a token.
    fn push_indicator(&mut self, kind: TokenKind<'a>, length: usize) {
        let start = self.cursor.mark();
        self.cursor.at += length;
        self.push(kind, start);
    }

    fn fetch(&mut self) -> Result<(), Error> {
        self.skip_to_token();
        self.close_blocks(self.cursor.column());
        if self.cursor.is_end() {
            return self.fetch_end();
        }
        if self.cursor.column() == 0 && self.cursor.peek() == b'%' {
            return self.fetch_directive();
        }
        if self.cursor.is_document_indicator() {
            return self.fetch_document_indicator();
        }
        match self.cursor.peek() {
            b'[' => self.open_flow(TokenKind::FlowSequenceStart),
            b'{' => self.open_flow(TokenKind::FlowMappingStart),
            b']' => self.close_flow(TokenKind::FlowSequenceEnd),
            b'}' => self.close_flow(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.cursor.is_gap_at(1) => self.fetch_block_entry(),
            b'?' if self.in_flow() || self.cursor.is_gap_at(1) => self.fetch_key(),
            b':' if self.in_flow() || self.cursor.is_gap_at(1) => self.fetch_value(),
            b'*' | b'&' => self.fetch_anchor(),
            b'!' => self.fetch_tag(),
            b'|' | b'>' if !self.in_flow() => self.fetch_block_scalar(),
            b'\'' | b'"' => self.fetch_quoted(),
            _ if self.starts_plain() => self.fetch_plain(),
            _ => Err(self.fault_here("found character that cannot start any token")),
        }
    }

    /// Steps over blanks, comments and line breaks. A tab may not stand where indentation is counted.
    fn skip_to_token(&mut self) {
        loop {
            while self.cursor.peek() == b' ' || (self.cursor.peek() == b'\t' && (self.in_flow() || !self.key_allowed)) {
                self.cursor.at += 1;
            }
            if self.cursor.peek() == b'#' {
                self.cursor.skip_line();
            }
            if !self.cursor.is_break() {
                return;
            }
            self.cursor.take_break();
            self.key_allowed |= !self.in_flow();
        }
    }

    fn fetch_end(&mut self) -> Result<(), Error> {
        self.cursor.end_line();
        self.close_blocks(-1);
        self.drop_candidate()?;
        self.ended = true;
        self.push_indicator(TokenKind::StreamEnd, 0);
        Ok(())
    }

    fn fetch_document_indicator(&mut self) -> Result<(), Error> {
        self.close_blocks(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        let kind = if self.cursor.peek() == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn open_flow(&mut self, kind: TokenKind<'a>) -> Result<(), Error> {
        self.save_candidate()?;
        self.candidates.push(None);
        self.key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn close_flow(&mut self, kind: TokenKind<'a>) -> Result<(), Error> {
        self.drop_candidate()?;
        if self.in_flow() {
            self.candidates.pop();
            self.first_candidate = self.first_candidate.min(self.candidates.len());
        }
        self.key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Error> {
        self.drop_candidate()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Error> {
        self.open_block("block sequence entries are not allowed in this context", TokenKind::BlockSequenceStart)?;
        self.drop_candidate()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Error> {
        self.open_block("mapping keys are not allowed in this context", TokenKind::BlockMappingStart)?;
        self.drop_candidate()?;
        self.key_allowed = !self.in_flow();
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Error> {
        match self.take_candidate()? {
            Some(candidate) => self.insert_key(candidate),
            None => {
                self.open_block("mapping values are not allowed in this context", TokenKind::BlockMappingStart)?;
                self.key_allowed = !self.in_flow();
            }
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }

    /// Opens a block at the cursor, unless in flow, where indentation means nothing.
    fn open_block(&mut self, refusal: &str, start: TokenKind<'a>) -> Result<(), Error> {
        if self.in_flow() {
            return Ok(());
        }
        if !self.key_allowed {
            return Err(self.fault_here(refusal));
        }
        let (column, mark) = (self.cursor.column(), self.cursor.mark());
        if self.indents_to(column) {
            self.queue.push_back(Token { kind: start, start: mark, end: mark });
        }
        Ok(())
    }

    /// Makes `column` the innermost indentation if it lies deeper, and says whether it did.
    fn indents_to(&mut self, column: i64) -> bool {
        let deeper = self.indent < column;
        if deeper {
            self.outer_indents.push(self.indent);
            self.indent = column;
        }
        deeper
    }

    /// Closes the blocks that stand deeper than `column`.
    fn close_blocks(&mut self, column: i64) {
        while !self.in_flow() && self.indent > column {
            self.indent = self.outer_indents.pop().unwrap_or(-1);
            self.push_indicator(TokenKind::BlockEnd, 0);
        }
    }

    /// Puts the key token before what turned out to be a key, and opens a mapping there if none is open.
    fn insert_key(&mut self, candidate: Candidate) {
        let at = candidate.token - self.taken;
        let token = |kind| Token { kind, start: candidate.mark, end: candidate.mark };
        self.queue.insert(at, token(TokenKind::Key));
        if !self.in_flow() && self.indents_to(candidate.column) {
            self.queue.insert(at, token(TokenKind::BlockMappingStart));
        }
        self.key_allowed = false;
    }

    /// Remembers that what begins here may be a key.
    fn save_candidate(&mut self) -> Result<(), Error> {
        if !self.key_allowed {
            return Ok(());
        }
        self.drop_candidate()?;
        let column = self.cursor.column();
        let required = !self.in_flow() && self.indent == column;
        let level = self.candidates.len() - 1;
        let token = self.taken + self.queue.len();
        self.candidates[level] = Some(Candidate { token, mark: self.cursor.mark(), column, required });
        self.first_candidate = self.first_candidate.min(level);
        Ok(())
    }

    /// Forgets the candidate of this level.
    fn drop_candidate(&mut self) -> Result<(), Error> {
        match self.candidates.last_mut().and_then(Option::take) {
            Some(candidate) if candidate.required => Err(self.missing_colon(candidate)),
            _ => Ok(()),
        }
    }

    /// The candidate of this level, if it is still one.
    fn take_candidate(&mut self) -> Result<Option<Candidate>, Error> {
        let level = self.candidates.len() - 1;
        self.discard_stale(level)?;
        Ok(self.candidates[level].take())
    }

    /// Whether the first queued token may yet turn out to be a key.
    fn head_is_undecided(&mut self) -> Result<bool, Error> {
        while self.first_candidate < self.candidates.len() {
            self.discard_stale(self.first_candidate)?;
            if let Some(candidate) = self.candidates[self.first_candidate] {
                return Ok(candidate.token == self.taken);
            }
            self.first_candidate += 1;
        }
        Ok(false)
    }

    fn discard_stale(&mut self, level: usize) -> Result<(), Error> {
        match self.candidates[level] {
            Some(candidate) if self.is_stale(candidate) => {
                self.candidates[level] = None;
                if candidate.required { Err(self.missing_colon(candidate)) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    fn is_stale(&self, candidate: Candidate) -> bool {
        let start = candidate.mark.offset as usize;
        let bytes = self.cursor.at - start;
        candidate.mark.line < self.cursor.line()
            || bytes > KEY_CHARS_MAX * char::MAX.len_utf8()
            || (bytes > KEY_CHARS_MAX && self.cursor.since(start).chars().count() > KEY_CHARS_MAX)
    }

    fn missing_colon(&self, candidate: Candidate) -> Error {
        self.fault_in(candidate.mark, "could not find expected ':'")
    }
}
