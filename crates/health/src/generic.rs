//! What counts for every kind: before its own check, and instead of one.

use object::Object;

use crate::view::{condition, conditions, int};
use crate::{Health, Status};

/// Judges what is so whatever the kind: deletion, an unobserved generation, the standard conditions.
pub fn before(object: &Object) -> Option<Health> {
    if object.is_terminating() {
        return Some(Health { status: Status::Terminating, reason: String::new(), message: "Resource scheduled for deletion".into() });
    }
    unobserved(object).or_else(|| conditions(object).find_map(standard))
}

/// A controller that did not yet look at the newest generation says nothing that counts.
pub fn unobserved(object: &Object) -> Option<Health> {
    let (generation, observed) = (int(object, "metadata.generation")?, int(object, "status.observedGeneration")?);
    let message = || format!("{} generation is {generation}, but latest observed generation is {observed}", object.kind());
    (generation != observed).then(|| Health::in_progress("LatestGenerationNotObserved", message()))
}

fn standard(condition: crate::view::Condition<'_>) -> Option<Health> {
    match condition.r#type {
        "Reconciling" if condition.is_true() => Some(Health::in_progress(condition.reason, condition.message)),
        "Stalled" if condition.is_true() => Some(Health::failed(condition.reason, condition.message)),
        _ => None,
    }
}

/// Judges by the condition Ready; an object without one is current.
pub fn ready(object: &Object) -> Health {
    match condition(object, "Ready") {
        Some(ready) if ready.is_true() => Health::current("Resource is Ready"),
        Some(ready) if matches!(ready.status, "False" | "Unknown") => Health::in_progress(ready.reason, ready.message),
        _ => Health::current("Resource is current"),
    }
}
