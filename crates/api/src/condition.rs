//! Conditions: what a controller says about an object, one entry per type.
//!
//! Refuses to be: a judge. Only `report` decides which conditions there are; here are the rules for keeping the list.

use object::Value;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

use crate::Time;
use crate::schema::{Schema, choice, max_length, min_length, minimum, pattern, shape};

/// Longest message a condition may carry, in bytes; a longer one is cut and ends in `...`.
pub const MESSAGE_BYTES_MAX: usize = 32_768;

/// Whether the object is as its spec asks.
pub const READY: &str = "Ready";
/// Present and True while work goes on.
pub const RECONCILING: &str = "Reconciling";
/// Present and True when no work helps until the spec changes.
pub const STALLED: &str = "Stalled";
/// Whether what a Kustomization applied is healthy.
pub const HEALTHY: &str = "Healthy";
/// Whether the source's artifact is stored.
pub const ARTIFACT_IN_STORAGE: &str = "ArtifactInStorage";
/// Whether the source's signature holds.
pub const SOURCE_VERIFIED: &str = "SourceVerified";
/// Present and True when the source could not be fetched.
pub const FETCH_FAILED: &str = "FetchFailed";
/// Present and True while a newer revision than the stored one is known.
pub const ARTIFACT_OUTDATED: &str = "ArtifactOutdated";
/// Present and True when the artifact could not be stored.
pub const STORAGE_OPERATION_FAILED: &str = "StorageOperationFailed";
/// Present and True when an included GitRepository has no artifact.
pub const INCLUDE_UNAVAILABLE: &str = "IncludeUnavailable";
/// Present and True when a chart could not be built.
pub const BUILD_FAILED: &str = "BuildFailed";
/// Whether a release is installed at the wanted version.
pub const RELEASED: &str = "Released";
/// Whether a release's tests passed.
pub const TEST_SUCCESS: &str = "TestSuccess";
/// Whether a failed release was rolled back or uninstalled.
pub const REMEDIATED: &str = "Remediated";
/// Whether a release's objects differ from its manifest.
pub const DRIFTED: &str = "Drifted";

/// Types that come first in a list, in this order.
const FIRST: [&str; 3] = [STALLED, RECONCILING, READY];

choice! {
    /// Whether a condition holds.
    ConditionStatus {
        /// It holds.
        True = "True",
        /// It does not hold.
        False = "False",
        /// Not known, usually because work goes on.
        #[default]
        Unknown = "Unknown",
    }
}

shape! {
    /// One thing a controller says about an object.
    Condition {
        required {
            /// When status, reason or message last changed.
            last_transition_time: Time;
            /// What is so, for a person.
            message: String [max_length(32_768)];
            /// Why, as one word in camel case.
            reason: String [min_length(1), max_length(1024), pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")];
            /// Whether the condition holds.
            status: ConditionStatus;
            /// What the condition is about, such as Ready.
            r#type: String [max_length(316), pattern(r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$")];
        }
        optional {
            /// Generation of the object this was said about.
            observed_generation: i64 [minimum(0)];
        }
    }
}

impl Condition {
    /// A condition without a time; [`Conditions::set`] gives it one. The message is cut to [`MESSAGE_BYTES_MAX`].
    pub fn new(r#type: &str, status: ConditionStatus, reason: &str, message: impl Into<String>) -> Condition {
        let message = cut(message.into());
        Condition { r#type: r#type.into(), status, reason: reason.into(), message, ..Condition::default() }
    }

    fn says_the_same(&self, other: &Condition) -> bool {
        (self.status, &self.reason, &self.message) == (other.status, &other.reason, &other.message)
    }
}

/// Cuts at a character boundary, never past the limit.
fn cut(mut message: String) -> String {
    const TAIL: &str = "...";
    if message.len() > MESSAGE_BYTES_MAX {
        message.truncate(message.floor_char_boundary(MESSAGE_BYTES_MAX - TAIL.len()));
        message.push_str(TAIL);
    }
    message
}

/// The conditions of one object, at most one of each type.
///
/// Order: Stalled, Reconciling, Ready, then newest observed generation first, then by type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Conditions(Vec<Condition>);

impl Conditions {
    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Condition> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The condition of one type.
    pub fn get(&self, r#type: &str) -> Option<&Condition> {
        self.0.iter().find(|condition| condition.r#type == r#type)
    }

    /// Whether a condition of this type is present and True.
    pub fn is_true(&self, r#type: &str) -> bool {
        self.has(r#type, ConditionStatus::True)
    }

    /// Whether a condition of this type is present and False.
    pub fn is_false(&self, r#type: &str) -> bool {
        self.has(r#type, ConditionStatus::False)
    }

    /// Whether a condition of this type is present with this status.
    pub fn has(&self, r#type: &str, status: ConditionStatus) -> bool {
        self.get(r#type).is_some_and(|condition| condition.status == status)
    }

    /// Writes one condition as said about `generation`. The time of transition is `now` when status, reason or message
    /// changed, and stays otherwise.
    pub fn set(&mut self, mut condition: Condition, generation: i64, now: Time) {
        condition.observed_generation = generation;
        condition.message = cut(condition.message);
        let old = self.get(&condition.r#type).filter(|old| old.says_the_same(&condition));
        condition.last_transition_time = old.map_or(now, |old| old.last_transition_time);
        self.remove(&condition.r#type.clone());
        self.0.push(condition);
        self.0.sort_by(|a, b| rank(a).cmp(&rank(b)));
    }

    /// Says that work goes on; takes Stalled away.
    pub fn set_reconciling(&mut self, reason: &str, message: impl Into<String>, generation: i64, now: Time) {
        self.remove(STALLED);
        self.set(Condition::new(RECONCILING, ConditionStatus::True, reason, message), generation, now);
    }

    /// Says that no work helps until the spec changes; takes Reconciling away.
    pub fn set_stalled(&mut self, reason: &str, message: impl Into<String>, generation: i64, now: Time) {
        self.remove(RECONCILING);
        self.set(Condition::new(STALLED, ConditionStatus::True, reason, message), generation, now);
    }

    /// Takes the condition of one type away.
    pub fn remove(&mut self, r#type: &str) {
        self.0.retain(|condition| condition.r#type != r#type);
    }
}

impl<'a> IntoIterator for &'a Conditions {
    type Item = &'a Condition;
    type IntoIter = std::slice::Iter<'a, Condition>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Schema for Conditions {
    fn schema() -> Value {
        Vec::<Condition>::schema()
    }
}

fn rank(condition: &Condition) -> (usize, Reverse<i64>, &str) {
    match FIRST.iter().position(|first| *first == condition.r#type) {
        Some(place) => (place, Reverse(0), ""),
        None => (FIRST.len(), Reverse(condition.observed_generation), &condition.r#type),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason;

    fn at(second: i64) -> Time {
        Time::from(jiff::Timestamp::from_second(second).unwrap())
    }

    fn ready(message: &str) -> Condition {
        Condition::new(READY, ConditionStatus::True, reason::SUCCEEDED, message)
    }

    #[test]
    fn time_moves_only_with_status_reason_or_message() {
        let mut conditions = Conditions::default();
        conditions.set(ready("a"), 1, at(1));
        conditions.set(ready("a"), 2, at(2));
        let kept = conditions.get(READY).unwrap();
        assert_eq!((kept.observed_generation, kept.last_transition_time), (2, at(1)));
        conditions.set(ready("b"), 2, at(3));
        assert_eq!(conditions.get(READY).unwrap().last_transition_time, at(3));
    }

    #[test]
    fn stalled_reconciling_and_ready_come_first() {
        let mut conditions = Conditions::default();
        for r#type in [HEALTHY, ARTIFACT_IN_STORAGE, READY, RECONCILING, STALLED] {
            conditions.set(Condition::new(r#type, ConditionStatus::True, "A", ""), 1, at(1));
        }
        let order: Vec<&str> = conditions.iter().map(|condition| condition.r#type.as_str()).collect();
        assert_eq!(order, [STALLED, RECONCILING, READY, ARTIFACT_IN_STORAGE, HEALTHY]);
    }

    #[test]
    fn stalled_and_reconciling_exclude_each_other() {
        let mut conditions = Conditions::default();
        conditions.set_reconciling(reason::PROGRESSING, "", 1, at(1));
        conditions.set_stalled(reason::INVALID_PATH, "", 1, at(1));
        assert!(conditions.is_true(STALLED) && conditions.get(RECONCILING).is_none());
        conditions.set_reconciling(reason::PROGRESSING, "", 1, at(1));
        assert!(conditions.is_true(RECONCILING) && conditions.get(STALLED).is_none());
    }

    #[test]
    fn a_long_message_is_cut_at_a_character() {
        let condition = ready(&"\u{e4}".repeat(MESSAGE_BYTES_MAX));
        assert!(condition.message.len() <= MESSAGE_BYTES_MAX && condition.message.ends_with("\u{e4}..."));
    }
}
