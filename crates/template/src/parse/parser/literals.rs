//! String literals: what they denote, and how they were written.

use std::sync::Arc;

use super::Parser;
use crate::error::Error;
use crate::parse::lex::{Kind, Token};
use crate::value::Text;
use crate::value::quote::unquote;

impl Parser<'_, '_> {
    pub(super) fn template_name(&self, token: &Token, context: &str) -> Result<Arc<str>, Error> {
        match token.kind {
            Kind::String | Kind::RawString => Ok(self.unquoted(token)?.lossy().into()),
            _ => Err(self.unexpected(token, context)),
        }
    }

    /// What a string literal denotes.
    pub(super) fn unquoted(&self, token: &Token) -> Result<Text, Error> {
        if self.is_verbatim(token) {
            return Ok(Text::from(&self.source.text[token.start + 1..token.end - 1]));
        }
        unquote(self.text(token)).map(Text::from).ok_or_else(|| self.error("invalid syntax"))
    }

    /// How a string literal is written, unless that is its text between double quotes.
    pub(super) fn spelling(&self, token: &Token) -> Option<Box<str>> {
        (!self.is_verbatim(token)).then(|| self.text(token).into())
    }

    /// Whether a string literal is its text between double quotes.
    fn is_verbatim(&self, token: &Token) -> bool {
        token.kind == Kind::String && memchr::memchr(b'\\', self.text(token).as_bytes()).is_none()
    }
}
