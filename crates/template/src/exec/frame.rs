//! One template being executed: its variables, its output, and the node that errors point at.

use std::fmt;
use std::sync::Arc;

use super::render::{MissingKey, Render};
use crate::error::{Error, Facts, Fault, Wraps};
use crate::limits::with_stack;
use crate::parse::{Command, Expr, Node, Pipe, Source, Template};
use crate::value::Value;
use crate::value::quote::quote;

/// A value in the evaluator. A boxed one was read out of a place of interface type, where Go tells nil from nothing.
#[derive(Clone, Default)]
pub(super) struct Slot {
    pub value: Value,
    pub boxed: bool,
}

impl Slot {
    pub fn plain(value: Value) -> Self {
        Self { value, boxed: false }
    }

    /// Whether this is Go's invalid value.
    pub fn is_invalid(&self) -> bool {
        !self.boxed && matches!(self.value, Value::Nil)
    }

    /// The type that messages name.
    pub fn type_name(&self) -> String {
        if self.boxed { "interface {}".into() } else { self.value.type_name().into_owned() }
    }
}

/// The node that an error would point at.
#[derive(Clone, Copy)]
pub(super) enum Place<'t> {
    Node(&'t Node),
    Pipe(&'t Pipe),
    Command(&'t Command),
    Expr(&'t Expr),
}

/// Failures inside each other that an error holds: the innermost ones.
const CHAIN_MAX: usize = 64;

/// Why walking stopped.
pub(super) enum Stop {
    Break,
    Continue,
    Error(Error),
}

pub(super) type Walk<T = ()> = Result<T, Stop>;

/// The execution of one template.
pub(super) struct Frame<'f, 's, 't> {
    pub render: &'f mut Render<'s>,
    pub template: &'t Template,
    pub out: &'f mut Vec<u8>,
    pub variables: Vec<(&'t str, Slot)>,
    pub place: Option<Place<'t>>,
    pub output_end: usize,
}

impl<'s, 't> Frame<'_, 's, 't> {
    /// Executes a template with `data` as dot and `$`.
    pub fn run(render: &mut Render<'s>, template: &Arc<Template>, data: Value, out: &mut Vec<u8>) -> Result<(), Error> {
        match Self::run_in(render, template, Slot::plain(data), out) {
            Ok(()) | Err(Stop::Break | Stop::Continue) => Ok(()),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    pub fn run_in(render: &mut Render<'s>, template: &Template, data: Slot, out: &mut Vec<u8>) -> Walk {
        let output_end = out.len() + render.options.limits.output_bytes;
        let variables = vec![("$", data.clone())];
        let mut frame = Frame { render, template, out, variables, place: None, output_end };
        frame.render.depth += 1;
        let result = if frame.render.depth > frame.render.options.limits.template_depth {
            let limit = frame.render.options.limits.template_depth;
            Err(frame.fault(Fault::limit("template_depth", format!("exceeded maximum template depth ({limit})"))))
        } else {
            with_stack(|| frame.walk_all(&data, &frame.template.root))
        };
        frame.render.depth -= 1;
        result
    }

    pub fn missing_key(&self) -> MissingKey {
        self.render.options.missing_key
    }

    fn source(&self) -> &'t Source {
        &self.template.source
    }

    fn position(&self) -> Option<(usize, String)> {
        let (at, text) = match self.place? {
            Place::Node(node) => {
                let mut text = String::new();
                node.print(&mut text, self.source());
                (node.at(), text)
            }
            Place::Pipe(pipe) => (pipe.at, pipe.to_string()),
            Place::Command(command) => (command.at, command.to_string()),
            Place::Expr(expr) => (expr.at(), expr.to_string()),
        };
        Some((at, text))
    }

    /// A refusal of the evaluator itself, pointing at the current node.
    pub fn error(&self, message: impl fmt::Display) -> Stop {
        self.stop(Fault { wraps: Wraps::Nothing, ..Fault::new(message.to_string()) })
    }

    /// As [`Self::error`], with the value that was wrong.
    pub fn error_about(&self, value: &Value, message: impl fmt::Display) -> Stop {
        let fault = Fault { wraps: Wraps::Nothing, ..Fault::new(message.to_string()) };
        self.stop(fault.with_value(self.shown(value)))
    }

    /// A limit that was passed here.
    pub fn fault(&self, fault: Fault) -> Stop {
        self.stop(fault)
    }

    fn stop(&self, mut fault: Fault) -> Stop {
        // A recursion thousands deep would quote itself at every level: past this length the inner failures stand alone.
        if let Some(cause) = fault.cause.take_if(|cause| cause.chain().count() >= CHAIN_MAX) {
            return Stop::Error(cause);
        }
        let name = &self.template.name;
        let file = self.source().name.to_string();
        let (line, column, expression, text) = match self.position() {
            None => (0, None, String::new(), format!("template: {name}: {}", fault.message)),
            Some((at, expression)) => {
                let (line, column) = self.source().position(at);
                let place = format!("{file}:{line}:{column}");
                let quoted = quote(name.as_bytes(), false);
                let text = format!("template: {place}: executing {quoted} at <{expression}>: {}", fault.message);
                (line, Some(column), expression, text)
            }
        };
        Stop::Error(Error::new(Facts {
            kind: fault.kind,
            template: name.to_string(),
            file,
            line,
            column,
            expression,
            message: fault.message,
            value: fault.value,
            cause: fault.cause,
            text,
            wraps: fault.wraps,
            limit: fault.limit,
        }))
    }

    /// A value for a message: as it prints, cut short.
    pub fn shown(&self, value: &Value) -> String {
        const SHOWN_MAX: usize = 200;
        let bytes = crate::value::format::display(value, &self.render.options.limits).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        match text.char_indices().nth(SHOWN_MAX) {
            Some((cut, _)) => format!("{}…", &text[..cut]),
            None => text.into_owned(),
        }
    }

    pub fn variable(&self, name: &str) -> Option<&Slot> {
        self.variables.iter().rev().find(|(variable, _)| *variable == name).map(|(_, slot)| slot)
    }

    pub fn set_variable(&mut self, name: &str, slot: Slot) -> Walk {
        match self.variables.iter_mut().rev().find(|(variable, _)| *variable == name) {
            Some((_, place)) => {
                *place = slot;
                Ok(())
            }
            None => Err(self.error(format!("undefined variable: {name}"))),
        }
    }

    pub fn spend(&mut self) -> Walk {
        self.render.spend(1).map_err(|fault| self.fault(fault))
    }
}
