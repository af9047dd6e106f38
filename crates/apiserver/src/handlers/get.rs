//! GET of one object.

use super::one::{find, object};
use crate::answer::Answer;
use crate::registry::Resolved;
use crate::request::Call;
use crate::shared::Shared;

/// Answers with the object as it is.
pub fn get(shared: &Shared, call: &Call, resolved: &Resolved) -> Answer {
    let found = find(shared, call, resolved)?;
    object(call, resolved, 200, &found, &[])
}
