//! The grammar between `[` and `]`, `{` and `}`.

use super::{Parser, Place, Properties, Sink, State};
use crate::token::TokenKind;
use crate::{Error, Mark};

impl<'a> Parser<'a> {
    pub(super) fn flow(&mut self, state: State, begin: Mark, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        match state {
            State::FlowSequenceFirst => self.flow_sequence_entry(sink),
            State::FlowSequence => self.flow_sequence(begin, sink),
            State::FlowMappingFirst => self.flow_mapping_key(sink),
            State::FlowMapping => self.flow_mapping(begin, sink),
            State::FlowMappingValue => self.flow_value(State::FlowMapping, &TokenKind::FlowMappingEnd, sink),
            State::FlowMappingNull => self.flow_null(sink),
            State::PairKey => self.pair_key(sink),
            State::PairValue => self.flow_value(State::PairEnd, &TokenKind::FlowSequenceEnd, sink),
            _ => self.pair_end(sink),
        }
    }

    fn flow_sequence(&mut self, begin: Mark, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        if self.next_is(&TokenKind::FlowSequenceEnd)? {
            return self.close(sink);
        }
        if !self.next_is(&TokenKind::FlowEntry)? {
            return Err(self.unexpected(begin, "did not find expected ',' or ']'"));
        }
        self.scanner.take()?;
        self.flow_sequence_entry(sink)
    }

    fn flow_sequence_entry(&mut self, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        self.become_state(State::FlowSequence);
        match self.scanner.peek()?.kind {
            TokenKind::FlowSequenceEnd => self.close(sink),
            TokenKind::Key => {
                let start = self.scanner.take()?.start;
                self.enter(State::PairKey, start)?;
                sink.open_mapping(start, Properties::default(), true)
            }
            _ => self.node(Place::Flow, sink),
        }
    }

    fn pair_key(&mut self, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        self.become_state(State::PairValue);
        self.flow_node(&TokenKind::FlowSequenceEnd, sink)
    }

    fn pair_end(&mut self, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        let end = self.scanner.peek()?.start;
        self.states.pop();
        sink.close(end)
    }

    fn flow_mapping(&mut self, begin: Mark, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        if self.next_is(&TokenKind::FlowMappingEnd)? {
            return self.close(sink);
        }
        if !self.next_is(&TokenKind::FlowEntry)? {
            return Err(self.unexpected(begin, "did not find expected ',' or '}'"));
        }
        self.scanner.take()?;
        self.flow_mapping_key(sink)
    }

    fn flow_mapping_key(&mut self, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        match self.scanner.peek()?.kind {
            TokenKind::FlowMappingEnd => self.close(sink),
            TokenKind::Key => {
                self.scanner.take()?;
                self.become_state(State::FlowMappingValue);
                self.flow_node(&TokenKind::FlowMappingEnd, sink)
            }
            _ => {
                self.become_state(State::FlowMappingNull);
                self.node(Place::Flow, sink)
            }
        }
    }

    fn flow_null(&mut self, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        self.become_state(State::FlowMapping);
        let start = self.scanner.peek()?.start;
        self.null(start, sink)
    }

    /// The value after a key, null when there is none.
    fn flow_value(&mut self, next: State, end: &TokenKind<'_>, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        self.become_state(next);
        if self.next_is(&TokenKind::Value)? {
            self.scanner.take()?;
            return self.flow_node(end, sink);
        }
        let start = self.scanner.peek()?.start;
        self.null(start, sink)
    }

    /// A node, null when the pair goes on or ends here.
    fn flow_node(&mut self, end: &TokenKind<'_>, sink: &mut impl Sink<'a>) -> Result<(), Error> {
        let token = self.scanner.peek()?;
        if matches!(token.kind, TokenKind::Value | TokenKind::FlowEntry) || &token.kind == end {
            let start = token.start;
            return self.null(start, sink);
        }
        self.node(Place::Flow, sink)
    }
}
