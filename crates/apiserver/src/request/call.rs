//! A request for objects: who, what, with which options, and which answer is wanted.

use bytes::Bytes;

use super::accept::Accept;
use super::query::Query;
use super::route::Target;
use crate::user::User;

/// Letters of a user agent that name a field manager.
const AGENT_LENGTH_MAX: usize = 128;
/// The field manager of clients that say nothing of themselves.
const UNKNOWN_MANAGER: &str = "unknown";

/// A request for objects.
#[derive(Clone, Debug)]
pub struct Call {
    /// The verb that authorization sees.
    pub verb: &'static str,
    /// What the path names.
    pub target: Target,
    /// Query parameters.
    pub query: Query,
    /// Who asks.
    pub user: User,
    /// How the answer is rendered.
    pub accept: Accept,
    /// Media type of the body without parameters.
    pub content_type: String,
    /// The body.
    pub body: Bytes,
    /// `User-Agent`.
    pub agent: String,
}

/// What happens to fields that no schema knows (`fieldValidation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// They are dropped silently.
    Ignore,
    /// They are dropped with a warning.
    Warn,
    /// They are an error.
    Strict,
}

impl Call {
    /// The object's name, empty if the path names none.
    pub fn name(&self) -> &str {
        self.target.name.as_deref().unwrap_or_default()
    }

    /// The namespace of the path, empty if none.
    pub fn namespace(&self) -> &str {
        self.target.namespace.as_deref().unwrap_or_default()
    }

    /// Whether nothing is to be stored (`dryRun=All`).
    pub fn is_dry_run(&self) -> bool {
        self.query.get("dryRun").is_some_and(|value| value == "All")
    }

    /// What to do with unknown fields.
    pub fn validation(&self) -> Validation {
        match self.query.get("fieldValidation") {
            Some("Strict") => Validation::Strict,
            Some("Ignore") => Validation::Ignore,
            _ => Validation::Warn,
        }
    }

    /// The field manager: the parameter, or the user agent up to its first slash.
    pub fn manager(&self) -> String {
        if let Some(named) = self.query.text("fieldManager") {
            return named.to_owned();
        }
        let agent = self.agent.split('/').next().unwrap_or_default().chars().filter(|character| !character.is_control());
        let agent: String = agent.take(AGENT_LENGTH_MAX).collect();
        if agent.is_empty() { UNKNOWN_MANAGER.to_owned() } else { agent }
    }
}
