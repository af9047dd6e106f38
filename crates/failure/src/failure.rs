//! One failure of one reconcile.

use std::fmt;

use crate::Code;

/// The seven stages of a reconcile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Reads the spec and everything it refers to.
    Resolve,
    /// Gets the artifact.
    Fetch,
    /// Makes objects of it.
    Render,
    /// Decides what to do with each.
    Plan,
    /// Does it.
    Apply,
    /// Looks at the result.
    Observe,
    /// Tells.
    Report,
}

impl Stage {
    /// The stage in lower case, as messages and metrics name it.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Resolve => "resolve",
            Stage::Fetch => "fetch",
            Stage::Render => "render",
            Stage::Plan => "plan",
            Stage::Apply => "apply",
            Stage::Observe => "observe",
            Stage::Report => "report",
        }
    }
}

/// What a failure asks of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Try again with backoff, or at the retry interval.
    Retry,
    /// Another object is not there yet. No error in the log.
    Wait,
    /// Nothing helps until the spec changes.
    Stalled,
}

/// Why a reconcile did not reach its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where it happened.
    pub stage: Stage,
    /// Stable code, with a page under docs/errors.
    pub code: Code,
    /// The condition reason, exactly as Flux has it.
    pub reason: &'static str,
    /// What the queue does next.
    pub class: Class,
    /// What happened and to which object, in one or more lines.
    pub message: String,
    /// What to do, if we know.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure that is tried again.
    pub fn retry(stage: Stage, code: Code, reason: &'static str, message: impl Into<String>) -> Failure {
        Failure { stage, code, reason, class: Class::Retry, message: message.into(), hint: None }
    }

    /// A wait for another object.
    pub fn wait(stage: Stage, code: Code, reason: &'static str, message: impl Into<String>) -> Failure {
        Failure { class: Class::Wait, ..Failure::retry(stage, code, reason, message) }
    }

    /// A failure that only a change of the spec can mend.
    pub fn stalled(stage: Stage, code: Code, reason: &'static str, message: impl Into<String>) -> Failure {
        Failure { class: Class::Stalled, ..Failure::retry(stage, code, reason, message) }
    }

    /// The same failure with advice.
    pub fn hint(self, hint: impl Into<String>) -> Failure {
        Failure { hint: Some(hint.into()), ..self }
    }
}

/// `<message> [<code>]`, then the hint on a line of its own: the text of conditions and events.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.message, self.code)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_its_code_and_then_its_hint() {
        let failure = Failure::retry(Stage::Apply, Code::ImmutableField, "ReconciliationFailed", "Job/shop/seed: field is immutable");
        assert_eq!(failure.to_string(), "Job/shop/seed: field is immutable [SL4003]");
        let failure = failure.hint("set `spec.force: true`");
        assert_eq!(failure.to_string(), "Job/shop/seed: field is immutable [SL4003]\nhint: set `spec.force: true`");
    }
}
