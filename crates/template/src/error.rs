//! Errors in Go's words, with their parts beside them, and Helm's way of laying out a chain.

use std::fmt;

/// What a caller would tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text of a template cannot be parsed.
    Parse,
    /// A template failed while it ran.
    Execution,
    /// The named template does not exist.
    NoTemplate,
    /// `required` or `fail` refused with the chart's own message.
    Refused,
    /// A named limit of [`crate::Limits`] was passed.
    Limit,
}

/// A failure to parse or execute a template.
///
/// `Display` prints exactly what Go prints; the fields hold the same facts for programs.
#[derive(Clone, Debug)]
pub struct Error(Box<Facts>);

/// The parts of an [`Error`].
#[derive(Clone, Debug)]
pub struct Facts {
    /// The class of the failure.
    pub kind: ErrorKind,
    /// Name of the template being executed, as in `executing "…"`.
    pub template: String,
    /// File the failing node was parsed from.
    pub file: String,
    /// Line of the node, from 1.
    pub line: usize,
    /// Byte offset of the node within its line, from 0. Absent for parse errors.
    pub column: Option<usize>,
    /// The failing expression, as in `at <…>`.
    pub expression: String,
    /// What went wrong, without the position.
    pub message: String,
    /// The value that was wrong, printed, where there is one.
    pub value: Option<String>,
    /// The failure inside an `include` or `tpl` that caused this one.
    pub cause: Option<Error>,
    /// The full text in Go's form.
    pub text: String,
    /// Whether the text wraps `cause` in a way that Go's `errors.Unwrap` can see.
    pub(crate) wraps: Wraps,
    /// Name of the limit, for [`ErrorKind::Limit`].
    pub limit: Option<&'static str>,
}

/// How a Go program would see the next error of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wraps {
    /// No further error.
    Nothing,
    /// A plain error that is not a template's.
    Plain,
    /// Another template's error, directly.
    Template,
}

impl Facts {
    /// Whether Go's `errors.Unwrap` meets an error behind this one that is no template's.
    pub fn wraps_plain(&self) -> bool {
        self.wraps == Wraps::Plain
    }
}

impl Error {
    pub(crate) fn new(facts: Facts) -> Self {
        Self(Box::new(facts))
    }

    /// The parts of the error.
    pub fn facts(&self) -> &Facts {
        &self.0
    }

    /// The class of the innermost failure.
    pub fn kind(&self) -> ErrorKind {
        self.root().0.kind
    }

    /// The failures from the outermost template to the innermost: the include chain.
    pub fn chain(&self) -> impl Iterator<Item = &Facts> {
        std::iter::successors(Some(self), |error| error.0.cause.as_ref()).map(|error| &*error.0)
    }

    fn root(&self) -> &Self {
        let mut error = self;
        while let Some(cause) = &error.0.cause {
            error = cause;
        }
        error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as _)
    }
}

/// Why a function refused: a message in Go's words, and what lies beneath it.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The message that follows `error calling NAME: `.
    pub message: String,
    /// The failure of a template that the function ran.
    pub cause: Option<Error>,
    pub(crate) kind: ErrorKind,
    pub(crate) limit: Option<&'static str>,
    pub(crate) wraps: Wraps,
    pub(crate) value: Option<String>,
}

impl Fault {
    /// A refusal with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), cause: None, kind: ErrorKind::Execution, limit: None, wraps: Wraps::Plain, value: None }
    }

    /// A passed limit: its name, and what passed it.
    pub fn limit(name: &'static str, what: impl fmt::Display) -> Self {
        let mut fault = Self::new(format!("limit {name} passed: {what}"));
        fault.kind = ErrorKind::Limit;
        fault.limit = Some(name);
        fault
    }

    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Refused, ..Self::new(message) }
    }

    pub(crate) fn with_value(mut self, value: String) -> Self {
        self.value = Some(value);
        self
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

/// The template failed as a whole: `include` passes it on unchanged.
impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self {
            message: error.to_string(),
            kind: error.0.kind,
            limit: error.0.limit,
            wraps: Wraps::Template,
            value: None,
            cause: Some(error),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
