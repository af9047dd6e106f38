//! How much one build may hold: bytes read and bytes that transformers write, counted before they are written.
//!
//! A patch that copies an object into itself doubles it, and so does a replacement; a variable may stand in a text a million
//! times. What is counted is an estimate that grows with the memory, not the memory.

use object::Value;

use crate::error::{Error, ErrorKind};

/// Bytes that one build may read and write into its resources.
pub(crate) const BYTES_MAX: usize = 128 << 20;

/// Mappings and lists inside one another, and segments of a path that makes them.
pub(crate) const DEPTH_MAX: usize = 512;

/// What was spent so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Budget {
    spent: usize,
}

impl Budget {
    /// Counts bytes that are about to be written; refused once there are too many.
    pub fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        self.spent = self.spent.saturating_add(bytes);
        if self.spent <= BYTES_MAX {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Limit, format!("more than {BYTES_MAX} bytes are read and written by one build"))
            .hint("a patch, replacement or variable that copies what was copied before multiplies"))
    }

    /// Counts a value that is about to be written so many steps below an object.
    pub fn write(&mut self, value: &Value, steps: usize) -> Result<(), Error> {
        check_depth(depth(value).saturating_add(steps))?;
        self.spend(weight(value))
    }

    /// Counts the same bytes for each of several places.
    pub fn spend_each(&mut self, bytes: usize, places: usize) -> Result<(), Error> {
        self.spend(bytes.saturating_mul(places))
    }

    /// Takes over what another part of the build spent.
    pub fn join(&mut self, other: Budget) -> Result<(), Error> {
        self.spend(other.spent)
    }
}

/// Refuses what is nested too deep.
pub(crate) fn check_depth(depth: usize) -> Result<(), Error> {
    if depth <= DEPTH_MAX {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Limit, format!("fields are nested deeper than {DEPTH_MAX}")).hint("shorten the path, or the value"))
}

/// How deep mappings and lists are nested in a value.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// About how many bytes a value takes.
pub(crate) fn weight(value: &Value) -> usize {
    const NODE: usize = 32;
    let inner: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| key.len() + NODE + weight(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    NODE + inner
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_spent_adds_up_and_ends() {
        let mut budget = Budget::default();
        assert!(budget.spend(BYTES_MAX).is_ok());
        assert_eq!(budget.spend(1).unwrap_err().kind, ErrorKind::Limit);
        assert!(Budget::default().spend_each(usize::MAX, 2).is_err());
        assert!(weight(&json!({"a": ["xyz"]})) > weight(&json!({"a": ["x"]})));
    }
}
