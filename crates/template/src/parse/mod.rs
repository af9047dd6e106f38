//! Template text to trees: lexer, parser, and the printing of nodes that error messages quote.
//!
//! Nothing is executed or looked up here except that a function name exists. Trees are immutable and `Send + Sync`.

mod lex;
mod node;
mod number;
mod parser;

use std::sync::Arc;

pub use node::{Command, Control, Expr, Node, Pipe, Variable};
pub use number::Number;
pub(crate) use parser::parse;

/// A file as it was read: its name for messages, and its text, into which positions point.
#[derive(Debug)]
pub struct Source {
    /// Name in messages.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
}

impl Source {
    /// Line from 1 and byte offset in the line from 0.
    pub fn position(&self, at: usize) -> (usize, usize) {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        (line, column)
    }
}

/// A named template: a file, or a `define` or `block` within one.
#[derive(Debug)]
pub struct Template {
    /// Its name.
    pub name: Arc<str>,
    /// Where it was written.
    pub source: Arc<Source>,
    /// What it consists of.
    pub root: Box<[Node]>,
}

impl Template {
    /// Whether there is nothing but space, comments and definitions.
    pub fn is_blank(&self) -> bool {
        self.root.iter().all(|node| node.is_blank(&self.source))
    }

    /// The template as Go prints its tree.
    pub fn text(&self) -> String {
        node::print_all(&self.root, &self.source)
    }
}
