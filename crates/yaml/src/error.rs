//! Where something stands in a text, and what was wrong there.
//!
//! Messages are worded as Go's YAML libraries word them, since users search for those texts; the true line and column
//! are fields beside the message, because the line inside Go's text is sometimes off by one.

use crate::Dialect;
use std::fmt;

/// A place in a text. Lines and columns count from one; columns count bytes; the offset counts bytes from zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Bytes before this place.
    pub offset: u32,
    /// The line, from one.
    pub line: u32,
    /// The column in bytes, from one.
    pub column: u32,
}

/// Why a text is not YAML, or not YAML that a manifest may hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The whole message in Go's words, such as `yaml: line 3: did not find expected key`.
    pub message: String,
    /// The true line of the fault, from one.
    pub line: usize,
    /// The true column of the fault in bytes, from one.
    pub column: usize,
}

/// Which layer found the fault; Go computes the line it prints differently for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    Reader,
    Scanner,
    Parser,
}

impl Error {
    /// A fault of syntax at `problem`, inside something that began at `context`.
    pub(crate) fn syntax(dialect: Dialect, layer: Layer, context: Option<Mark>, problem: Mark, what: impl fmt::Display) -> Self {
        let message = match printed_line(dialect, layer, context, problem) {
            0 => format!("yaml: {what}"),
            line => format!("yaml: line {line}: {what}"),
        };
        Self { message, line: problem.line as usize, column: problem.column as usize }
    }

    /// A fault of meaning at `mark`: an unknown anchor, a duplicate key, a passed limit.
    pub(crate) fn meaning(mark: Mark, what: impl fmt::Display) -> Self {
        Self { message: format!("yaml: {what}"), line: mark.line as usize, column: mark.column as usize }
    }

    /// A fault of turning YAML into JSON at `mark`, which Go reports without naming YAML.
    pub(crate) fn conversion(mark: Mark, what: impl fmt::Display) -> Self {
        Self { message: what.to_string(), line: mark.line as usize, column: mark.column as usize }
    }

    /// A fault of decoding at `mark`, in the two-line shape in which Go lists such faults.
    pub(crate) fn decoding(mark: Mark, what: impl fmt::Display) -> Self {
        Self::meaning(mark, format_args!("unmarshal errors:\n  line {}: {what}", mark.line))
    }
}

/// The line number Go prints: it counts from zero, adds one for the scanner's faults only, and prefers either end of the
/// faulty stretch depending on the library. Zero means that no line is printed.
fn printed_line(dialect: Dialect, layer: Layer, context: Option<Mark>, problem: Mark) -> u32 {
    let zero_based = |mark: Mark| mark.line.saturating_sub(1);
    let (context, problem) = (context.map_or(0, zero_based), zero_based(problem));
    let (first, second) = if dialect == Dialect::V2 { (problem, context) } else { (context, problem) };
    let shift = |line: u32| line + u32::from(layer == Layer::Scanner);
    match (first, second) {
        (0, 0) => 0,
        (0, line) if dialect == Dialect::V2 => line,
        (0, line) | (line, _) => shift(line),
    }
}
