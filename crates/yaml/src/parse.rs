//! Tokens to events: the grammar of documents, collections and nodes.
//!
//! Events are pushed into a [`Sink`], which builds values or nodes. The open collections are a stack of [`State`]s on the
//! heap, so the depth of a text never meets the depth of the thread's stack.

mod directives;
mod flow;

use crate::error::Layer;
use crate::scan::Scanner;
use crate::token::{ScalarStyle, Token, TokenKind};
use crate::{Error, Mark, Options};
use directives::Directives;
use std::borrow::Cow;

/// A scalar as it stands in the text.
pub(crate) struct ScalarText<'a> {
    pub text: Cow<'a, str>,
    pub style: ScalarStyle,
    pub end: Mark,
}

/// What stands before a node's content.
#[derive(Clone, Debug, Default)]
pub(crate) struct Properties<'a> {
    pub anchor: Option<&'a str>,
    /// Core tags shortened to `!!name`, others in full.
    pub tag: Option<Cow<'a, str>>,
}

/// What receives the events of one document, in order.
pub(crate) trait Sink<'a> {
    fn scalar(&mut self, start: Mark, properties: Properties<'a>, scalar: ScalarText<'a>) -> Result<(), Error>;
    fn alias(&mut self, start: Mark, end: Mark, name: &'a str) -> Result<(), Error>;
    fn open_sequence(&mut self, start: Mark, properties: Properties<'a>, is_flow: bool) -> Result<(), Error>;
    fn open_mapping(&mut self, start: Mark, properties: Properties<'a>, is_flow: bool) -> Result<(), Error>;
    fn close(&mut self, end: Mark) -> Result<(), Error>;
}

/// What an open collection expects next.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    BlockSequence,
    /// A sequence as a mapping's value, at the mapping's own indentation.
    IndentlessSequence,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequence,
    FlowMappingFirst,
    FlowMapping,
    FlowMappingValue,
    /// After a key without `:`.
    FlowMappingNull,
    /// A `key: value` pair that stands alone in a flow sequence.
    PairKey,
    PairValue,
    PairEnd,
}

/// Where a node stands decides which content it may have.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Block,
    /// In a block mapping, where a sequence needs no indentation.
    BlockMapping,
    Flow,
}

/// Where a document begins, and whether `---` says so.
struct Start {
    mark: Mark,
    is_explicit: bool,
}

pub(crate) struct Parser<'a> {
    scanner: Scanner<'a>,
    states: Vec<(State, Mark)>,
    directives: Directives<'a>,
    depth_max: usize,
    is_first: bool,
}

impl<'a> Parser<'a> {
    /// Checks the text's size and characters, which everything after takes for granted.
    pub fn new(text: &'a str, options: &Options) -> Result<Self, Error> {
        let limit = options.limits.text_bytes_max.min(u32::MAX as usize);
        if text.len() > limit {
            return Err(Error::meaning(Mark::default(), format_args!("text of {} bytes exceeds the limit of {limit}", text.len())));
        }
        if let Some(at) = crate::chars::first_forbidden(text) {
            let line = text[..at].split('\n').count() as u32;
            let column = (at - text[..at].rfind('\n').map_or(0, |newline| newline + 1)) as u32 + 1;
            let mark = Mark { offset: at as u32, line, column };
            return Err(Error::syntax(options.dialect, Layer::Reader, None, mark, "control characters are not allowed"));
        }
        let scanner = Scanner::new(text, options.dialect);
        let directives = Directives::default();
        Ok(Self { scanner, states: Vec::new(), directives, depth_max: options.limits.depth_max, is_first: true })
    }

    /// Reads one document into `sink` and gives the place where its content begins; nothing at the end of the text.
    pub fn document(&mut self, sink: &mut impl Sink<'a>) -> Result<Option<Mark>, Error> {
        let Some(Start { mut mark, is_explicit }) = self.document_start()? else { return Ok(None) };
        let token = self.scanner.peek()?;
        if is_explicit && token.ends_document() {
            self.null(mark, sink)?;
        } else {
            mark = token.start;
            self.node(Place::Block, sink)?;
        }
        while let Some(&(state, begin)) = self.states.last() {
            self.step(state, begin, sink)?;
        }
        self.is_first = false;
        if self.next_is(&TokenKind::DocumentEnd)? {
            self.scanner.take()?;
        }
        Ok(Some(mark))
    }

    fn document_start(&mut self) -> Result<Option<Start>, Error> {
        while !self.is_first && self.next_is(&TokenKind::DocumentEnd)? {
            self.scanner.take()?;
        }
        let token = self.scanner.peek()?;
        let (mark, is_end) = (token.start, token.kind == TokenKind::StreamEnd);
        let is_bare = !token.is_directive() && token.kind != TokenKind::DocumentStart;
        if is_end {
            return Ok(None);
        }
        self.directives = Directives::default();
        if self.is_first && is_bare {
            return Ok(Some(Start { mark, is_explicit: false }));
        }
        self.take_directives()?;
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::DocumentStart {
            let problem = token.start;
            return Err(self.scanner.fault(Layer::Parser, None, problem, "did not find expected <document start>"));
        }
        Ok(Some(Start { mark: self.scanner.take()?.end, is_explicit: true }))
    }

    fn step(&mut self, state: State, begin: Mark, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        match state {
            State::BlockSequence => self.block_sequence(begin, sink),
            State::IndentlessSequence => self.indentless_sequence(sink),
            State::BlockMappingKey => self.block_mapping_key(begin, sink),
            State::BlockMappingValue => self.block_mapping_value(sink),
            flow => self.flow(flow, begin, sink),
        }
    }

    fn block_sequence(&mut self, begin: Mark, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        if self.next_is(&TokenKind::BlockEnd)? {
            return self.close(sink);
        }
        if !self.next_is(&TokenKind::BlockEntry)? {
            return Err(self.unexpected(begin, "did not find expected '-' indicator"));
        }
        let end = self.scanner.take()?.end;
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry | TokenKind::BlockEnd => self.null(end, sink),
            _ => self.node(Place::Block, sink),
        }
    }

    fn indentless_sequence(&mut self, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        if !self.next_is(&TokenKind::BlockEntry)? {
            let end = self.scanner.peek()?.start;
            self.states.pop();
            return sink.close(end);
        }
        let end = self.scanner.take()?.end;
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => self.null(end, sink),
            _ => self.node(Place::Block, sink),
        }
    }

    fn block_mapping_key(&mut self, begin: Mark, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        if self.next_is(&TokenKind::BlockEnd)? {
            return self.close(sink);
        }
        if !self.next_is(&TokenKind::Key)? {
            return Err(self.unexpected(begin, "did not find expected key"));
        }
        let end = self.scanner.take()?.end;
        self.become_state(State::BlockMappingValue);
        self.block_mapping_node(end, sink)
    }

    fn block_mapping_value(&mut self, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        self.become_state(State::BlockMappingKey);
        if !self.next_is(&TokenKind::Value)? {
            let start = self.scanner.peek()?.start;
            return self.null(start, sink);
        }
        let end = self.scanner.take()?.end;
        self.block_mapping_node(end, sink)
    }

    fn block_mapping_node(&mut self, end: Mark, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        match self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => self.null(end, sink),
            _ => self.node(Place::BlockMapping, sink),
        }
    }

    /// Reads a node: properties, then an alias, a scalar, or the start of a collection.
    fn node(&mut self, place: Place, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        let start = self.scanner.peek()?.start;
        if let TokenKind::Alias(name) = self.scanner.peek()?.kind {
            let end = self.scanner.take()?.end;
            return sink.alias(start, end, name);
        }
        let properties = self.properties(start)?;
        let token = self.scanner.peek()?;
        let content = token.start;
        match token.kind {
            TokenKind::Scalar(..) => self.scalar(start, properties, sink),
            TokenKind::FlowSequenceStart => self.open(State::FlowSequenceFirst, start, properties, sink),
            TokenKind::FlowMappingStart => self.open(State::FlowMappingFirst, start, properties, sink),
            TokenKind::BlockSequenceStart if place != Place::Flow => self.open(State::BlockSequence, start, properties, sink),
            TokenKind::BlockMappingStart if place != Place::Flow => self.open(State::BlockMappingKey, start, properties, sink),
            TokenKind::BlockEntry if place == Place::BlockMapping => {
                self.enter(State::IndentlessSequence, content)?;
                sink.open_sequence(start, properties, false)
            }
            _ if properties.anchor.is_some() || properties.tag.is_some() => sink.scalar(start, properties, empty(content)),
            _ => Err(self.unexpected(start, "did not find expected node content")),
        }
    }

    fn scalar(&mut self, start: Mark, properties: Properties<'a>, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        let Token { kind, end, .. } = self.scanner.take()?;
        let TokenKind::Scalar(text, style) = kind else { unreachable!("only called before a scalar token") };
        sink.scalar(start, properties, ScalarText { text, style, end })
    }

    fn open(&mut self, state: State, start: Mark, properties: Properties<'a>, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        let begin = self.scanner.take()?.start;
        self.enter(state, begin)?;
        match state {
            State::BlockMappingKey => sink.open_mapping(start, properties, false),
            State::BlockSequence => sink.open_sequence(start, properties, false),
            State::FlowMappingFirst => sink.open_mapping(start, properties, true),
            _ => sink.open_sequence(start, properties, true),
        }
    }

    /// Anchor and tag, in either order, once each.
    fn properties(&mut self, start: Mark) -> Result<Properties<'a>, Error> {
        let mut properties = Properties::default();
        loop {
            match &self.scanner.peek()?.kind {
                TokenKind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(name);
                    self.scanner.take()?;
                }
                TokenKind::Tag(_) if properties.tag.is_none() => properties.tag = Some(self.tag(start)?),
                _ => return Ok(properties),
            }
        }
    }

    fn tag(&mut self, start: Mark) -> Result<Cow<'a, str>, Error> {
        let Token { kind, start: problem, .. } = self.scanner.take()?;
        let TokenKind::Tag(tag) = kind else { unreachable!("only called before a tag token") };
        let resolved = self.directives.resolve(*tag);
        resolved.ok_or_else(|| self.scanner.fault(Layer::Parser, Some(start), problem, "found undefined tag handle"))
    }

    fn enter(&mut self, state: State, begin: Mark) -> Result<(), Error> {
        if self.states.len() >= self.depth_max {
            return Err(Error::meaning(begin, format_args!("exceeded max depth of {}", self.depth_max)));
        }
        self.states.push((state, begin));
        Ok(())
    }

    fn become_state(&mut self, state: State) {
        if let Some(last) = self.states.last_mut() {
            last.0 = state;
        }
    }

    /// Takes the token that closes the innermost collection.
    fn close(&mut self, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        let end = self.scanner.take()?.end;
        self.states.pop();
        sink.close(end)
    }

    fn null(&mut self, at: Mark, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        sink.scalar(at, Properties::default(), empty(at))
    }

    fn next_is(&mut self, kind: &TokenKind<'_>) -> Result<bool, Error> {
        Ok(&self.scanner.peek()?.kind == kind)
    }

    /// The fault that the next token is not what had to follow in what began at `begin`.
    fn unexpected(&mut self, begin: Mark, what: &str) -> Error {
        match self.scanner.peek() {
            Ok(token) => {
                let problem = token.start;
                self.scanner.fault(Layer::Parser, Some(begin), problem, what)
            }
            Err(error) => error,
        }
    }
}

fn empty<'a>(at: Mark) -> ScalarText<'a> {
    ScalarText { text: Cow::Borrowed(""), style: ScalarStyle::Plain, end: at }
}
