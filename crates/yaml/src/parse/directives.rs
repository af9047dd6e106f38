//! The directives of one document, and what tags mean under them.

use super::Parser;
use crate::Error;
use crate::error::Layer;
use crate::token::{TagText, Token, TokenKind};
use std::borrow::Cow;

/// Where the tags of YAML's core schema live.
const CORE: &str = "tag:yaml.org,2002:";

/// Tag handles that one document may declare.
const HANDLES_MAX: usize = 100;

/// The tag handles that a document declares.
#[derive(Default)]
pub(super) struct Directives<'a> {
    has_version: bool,
    handles: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Directives<'a> {
    /// The full tag, core tags shortened to `!!name`; nothing when the handle was never declared.
    pub fn resolve(&self, tag: TagText<'a>) -> Option<Cow<'a, str>> {
        let declared = self.handles.iter().find(|(handle, _)| *handle == tag.handle);
        let full = match (declared, tag.handle) {
            (Some((_, prefix)), _) if !(tag.handle == "!" && tag.suffix.is_empty()) => Cow::Owned(format!("{prefix}{}", tag.suffix)),
            (_, "") => tag.suffix,
            (_, "!" | "!!") => Cow::Owned(format!("{}{}", tag.handle, tag.suffix)),
            _ => return None,
        };
        Some(match full.strip_prefix(CORE) {
            Some(name) => Cow::Owned(format!("!!{name}")),
            None => full,
        })
    }
}

impl Token<'_> {
    /// Whether a document that has begun with `---` is over before this token.
    pub(super) fn ends_document(&self) -> bool {
        matches!(self.kind, TokenKind::DocumentStart | TokenKind::DocumentEnd | TokenKind::StreamEnd) || self.is_directive()
    }

    pub(super) fn is_directive(&self) -> bool {
        matches!(self.kind, TokenKind::VersionDirective { .. } | TokenKind::TagDirective { .. })
    }
}

impl Parser<'_> {
    pub(super) fn take_directives(&mut self) -> Result<(), Error> {
        while self.scanner.peek()?.is_directive() {
            let token = self.scanner.take()?;
            let refusal = match token.kind {
                TokenKind::VersionDirective { .. } if self.directives.has_version => "found duplicate %YAML directive",
                TokenKind::VersionDirective { major: 1, minor: 1 } => {
                    self.directives.has_version = true;
                    continue;
                }
                TokenKind::TagDirective { handle, prefix }
                    if self.directives.handles.len() < HANDLES_MAX
                        && !self.directives.handles.iter().any(|(known, _)| *known == handle) =>
                {
                    self.directives.handles.push((handle, prefix));
                    continue;
                }
                TokenKind::TagDirective { .. } if self.directives.handles.len() >= HANDLES_MAX => "found too many %TAG directives",
                TokenKind::TagDirective { .. } => "found duplicate %TAG directive",
                _ => "found incompatible YAML document",
            };
            return Err(self.scanner.fault(Layer::Parser, None, token.start, refusal));
        }
        Ok(())
    }
}
