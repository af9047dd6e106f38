//! Object to Health, as kstatus judges it, and CEL health expressions.
//!
//! Pure: an object and the time go in, a [`Health`] comes out. Refuses to be: a poller or a waiter. Begin with [`health`]; one file
//! per kind is under `checks`, registered by one line in [`checks::ALL`]. Judgement by CEL is in [`Judge`] and [`ReadyExpr`].
//! Source: docs/spec/health.md.

pub mod checks;
mod cost;
mod dependency;
mod expression;
mod generic;
mod judge;
mod pods;
mod tree;
mod view;

pub use dependency::ReadyExpr;
pub use expression::{EXPRESSION_BYTES_MAX, Expression, ExpressionError};
pub use judge::{Judge, JudgeError};
pub use pods::with_pods;

use jiff::Timestamp;
use object::Object;
use serde::Serialize;

/// How an object is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The judgement.
    pub status: Status,
    /// Why it is not current, as one word; empty where there is nothing to explain.
    pub reason: String,
    /// The same for a person.
    pub message: String,
}

/// The six judgements; printed as the words of kstatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Status {
    /// As its spec asks.
    Current,
    /// On its way.
    InProgress,
    /// Not on its way any more.
    Failed,
    /// Being deleted.
    Terminating,
    /// Not in the cluster.
    NotFound,
    /// Cannot be told.
    Unknown,
}

impl Status {
    /// The word of kstatus.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Current => "Current",
            Status::InProgress => "InProgress",
            Status::Failed => "Failed",
            Status::Terminating => "Terminating",
            Status::NotFound => "NotFound",
            Status::Unknown => "Unknown",
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Health {
    /// As its spec asks.
    pub fn current(message: impl Into<String>) -> Health {
        Health { status: Status::Current, reason: String::new(), message: message.into() }
    }

    /// On its way.
    pub fn in_progress(reason: &str, message: impl Into<String>) -> Health {
        Health { status: Status::InProgress, reason: reason.into(), message: message.into() }
    }

    /// Not on its way any more.
    pub fn failed(reason: &str, message: impl Into<String>) -> Health {
        Health { status: Status::Failed, reason: reason.into(), message: message.into() }
    }

    /// Not in the cluster.
    pub fn not_found() -> Health {
        Health { status: Status::NotFound, reason: String::new(), message: "Resource not found".into() }
    }

    /// Cannot be told.
    pub fn unknown(message: impl Into<String>) -> Health {
        Health { status: Status::Unknown, reason: String::new(), message: message.into() }
    }

    /// Whether nothing more is waited for.
    pub fn is_current(&self) -> bool {
        self.status == Status::Current
    }
}

/// Judges one object.
///
/// Order: deletion, unobserved generation, the conditions Reconciling and Stalled; then the check of its kind; for any other kind
/// the condition Ready; an object that says nothing is current. `now` counts for pods that cannot be scheduled.
pub fn health(object: &Object, now: Timestamp) -> Health {
    generic::before(object).unwrap_or_else(|| match checks::find(object.group(), object.kind()) {
        Some(check) => (check.judge)(object, now),
        None => generic::ready(object),
    })
}
