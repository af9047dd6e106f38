//! The nodes of a parsed template, and how they print in error messages.

use std::fmt;
use std::sync::Arc;

use super::{Number, Source};
use crate::functions::Function;
use crate::value::Text;
use crate::value::quote::quote;

/// A piece of a template. Positions are byte offsets into the source.
#[derive(Debug)]
pub enum Node {
    /// Text from the first offset up to the second.
    Text(usize, usize),
    /// A comment, kept only where asked for.
    Comment(usize, usize),
    /// `{{pipe}}`
    Action(Pipe),
    /// `{{if}}`
    If(Box<Control>),
    /// `{{with}}`
    With(Box<Control>),
    /// `{{range}}`
    Range(Box<Control>),
    /// `{{template "name" pipe}}`, also what remains of a block.
    Template {
        /// Offset of the name.
        at: usize,
        /// The template's name.
        name: Arc<str>,
        /// Its data.
        pipe: Option<Box<Pipe>>,
    },
    /// `{{break}}`
    Break(usize),
    /// `{{continue}}`
    Continue(usize),
}

/// A conditional or loop.
#[derive(Debug)]
pub struct Control {
    /// What is asked.
    pub pipe: Pipe,
    /// What runs.
    pub list: Box<[Node]>,
    /// What runs otherwise.
    pub otherwise: Option<Box<[Node]>>,
}

/// Commands joined by `|`, and the variables that take the result.
#[derive(Debug)]
pub struct Pipe {
    /// Offset of the first token.
    pub at: usize,
    /// Variables declared or assigned.
    pub variables: Box<[Variable]>,
    /// Whether `=` rather than `:=` was written.
    pub assign: bool,
    /// The commands.
    pub commands: Box<[Command]>,
}

/// A variable being declared or assigned.
#[derive(Debug)]
pub struct Variable {
    /// Its name with the `$`.
    pub name: Arc<str>,
}

/// Operands separated by spaces.
#[derive(Debug)]
pub struct Command {
    /// Offset of the first token.
    pub at: usize,
    /// The operands, at least one.
    pub arguments: Box<[Expr]>,
}

/// An operand.
#[derive(Debug)]
pub enum Expr {
    /// `.`
    Dot(usize),
    /// `nil`
    Nil(usize),
    /// `true`, `false`
    Bool(usize, bool),
    /// A number or character.
    Number(usize, Box<Number>),
    /// A string: as written, unless that is its text between double quotes, and what it denotes.
    String(usize, Option<Box<str>>, Text),
    /// `.A.B`
    Field(usize, Box<[Arc<str>]>),
    /// `$x.A.B`
    Variable(usize, Box<[Arc<str>]>),
    /// A function.
    Identifier(usize, &'static Function),
    /// `(pipe).A.B` or `function.A`
    Chain(usize, Box<Expr>, Box<[Arc<str>]>),
    /// `(pipe)`
    Pipe(Box<Pipe>),
}

impl Node {
    pub(super) fn is_blank(&self, source: &Source) -> bool {
        match self {
            Self::Comment(..) => true,
            Self::Text(start, end) => source.text[*start..*end].trim().is_empty(),
            _ => false,
        }
    }

    pub(crate) fn at(&self) -> usize {
        match self {
            Self::Text(at, _) | Self::Comment(at, _) | Self::Template { at, .. } | Self::Break(at) | Self::Continue(at) => *at,
            Self::Action(pipe) => pipe.at,
            Self::If(control) | Self::With(control) | Self::Range(control) => control.pipe.at,
        }
    }

    /// The node as Go prints it.
    pub(crate) fn print(&self, out: &mut String, source: &Source) {
        match self {
            Self::Text(start, end) => out.push_str(&quote(&source.text.as_bytes()[*start..*end], false)),
            Self::Comment(start, end) => out.push_str(&format!("{{{{{}}}}}", &source.text[*start..*end])),
            Self::Action(pipe) => out.push_str(&format!("{{{{{pipe}}}}}")),
            Self::If(control) => control.print(out, "if", source),
            Self::With(control) => control.print(out, "with", source),
            Self::Range(control) => control.print(out, "range", source),
            Self::Template { name, pipe, .. } => {
                out.push_str(&format!("{{{{template {}", quote(name.as_bytes(), false)));
                if let Some(pipe) = pipe {
                    out.push_str(&format!(" {pipe}"));
                }
                out.push_str("}}");
            }
            Self::Break(_) => out.push_str("{{break}}"),
            Self::Continue(_) => out.push_str("{{continue}}"),
        }
    }
}

/// Nodes in a row, as Go prints them.
pub(super) fn print_all(nodes: &[Node], source: &Source) -> String {
    let mut out = String::new();
    nodes.iter().for_each(|node| node.print(&mut out, source));
    out
}

impl Control {
    fn print(&self, out: &mut String, word: &str, source: &Source) {
        out.push_str(&format!("{{{{{word} {}}}}}", self.pipe));
        out.push_str(&print_all(&self.list, source));
        if let Some(otherwise) = &self.otherwise {
            out.push_str("{{else}}");
            out.push_str(&print_all(otherwise, source));
        }
        out.push_str("{{end}}");
    }
}

impl Expr {
    pub(crate) fn at(&self) -> usize {
        match self {
            Self::Dot(at)
            | Self::Nil(at)
            | Self::Bool(at, _)
            | Self::Number(at, _)
            | Self::String(at, ..)
            | Self::Field(at, _)
            | Self::Variable(at, _)
            | Self::Identifier(at, _)
            | Self::Chain(at, ..) => *at,
            Self::Pipe(pipe) => pipe.at,
        }
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, variable) in self.variables.iter().enumerate() {
            write!(f, "{}{}", if index > 0 { ", " } else { "" }, variable.name)?;
        }
        if !self.variables.is_empty() {
            f.write_str(if self.assign { " = " } else { " := " })?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            write!(f, "{}{command}", if index > 0 { " | " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, argument) in self.arguments.iter().enumerate() {
            let space = if index > 0 { " " } else { "" };
            match argument {
                Expr::Pipe(pipe) => write!(f, "{space}({pipe})")?,
                _ => write!(f, "{space}{argument}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dot(_) => f.write_str("."),
            Self::Nil(_) => f.write_str("nil"),
            Self::Bool(_, flag) => write!(f, "{flag}"),
            Self::Number(_, number) => f.write_str(&number.text),
            Self::String(_, Some(written), _) => f.write_str(written),
            Self::String(_, None, text) => write!(f, "\"{}\"", text.lossy()),
            Self::Field(_, names) => names.iter().try_for_each(|name| write!(f, ".{name}")),
            Self::Variable(_, names) => f.write_str(&names.join(".")),
            Self::Identifier(_, function) => f.write_str(function.name),
            Self::Chain(_, inner, names) => {
                match &**inner {
                    Self::Pipe(pipe) => write!(f, "({pipe})")?,
                    inner => write!(f, "{inner}")?,
                }
                names.iter().try_for_each(|name| write!(f, ".{name}"))
            }
            Self::Pipe(pipe) => write!(f, "{pipe}"),
        }
    }
}
