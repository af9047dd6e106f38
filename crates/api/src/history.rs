//! What a Kustomization did lately: one snapshot for each outcome of each rendered result, newest first.

use object::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::schema::{Schema, shape};
use crate::{Duration, Time};

/// Most snapshots that are kept.
pub const HISTORY_MAX: usize = 5;

shape! {
    /// One rendered result and how reconciling it went.
    Snapshot {
        required {
            /// Algorithm and checksum of the rendered objects.
            digest: String;
            /// When this result was first reconciled with this outcome.
            first_reconciled: Time;
            /// When it was last reconciled with this outcome.
            last_reconciled: Time;
            /// How long that last pass took.
            last_reconciled_duration: Duration;
            /// The outcome, a reason of the condition Ready.
            last_reconciled_status: String;
            /// How many passes had this outcome.
            total_reconciliations: i64;
        }
        optional {
            /// Revisions the result was rendered from.
            metadata: BTreeMap<String, String>;
        }
    }
}

/// Snapshots, newest first, at most [`HISTORY_MAX`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(Vec<Snapshot>);

impl History {
    /// The newest snapshot.
    pub fn latest(&self) -> Option<&Snapshot> {
        self.0.first()
    }

    /// All of them, newest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Snapshot> {
        self.0.iter()
    }

    /// Records one pass. A snapshot of the same digest and outcome is counted up and moved to the front; the oldest goes.
    pub fn record(&mut self, digest: &str, status: &str, now: Time, took: Duration, metadata: BTreeMap<String, String>) {
        let same = |snapshot: &Snapshot| snapshot.digest == digest && snapshot.last_reconciled_status == status;
        let place = self.0.iter().position(same);
        let mut snapshot = place.map(|place| self.0.remove(place)).unwrap_or_else(|| Snapshot {
            digest: digest.into(),
            first_reconciled: now,
            last_reconciled_status: status.into(),
            ..Snapshot::default()
        });
        snapshot.last_reconciled = now;
        snapshot.last_reconciled_duration = took;
        snapshot.total_reconciliations += 1;
        snapshot.metadata = metadata;
        self.0.insert(0, snapshot);
        self.0.truncate(HISTORY_MAX);
    }
}

impl Schema for History {
    fn schema() -> Value {
        Vec::<Snapshot>::schema()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(history: &mut History, digest: &str, second: i64) {
        let now = Time::from(jiff::Timestamp::from_second(second).unwrap());
        history.record(digest, crate::reason::RECONCILIATION_SUCCEEDED, now, Duration::from_secs(1), BTreeMap::new());
    }

    #[test]
    fn the_same_outcome_is_counted_and_moves_to_the_front() {
        let mut history = History::default();
        for (second, digest) in ["a", "b", "a"].into_iter().enumerate() {
            record(&mut history, digest, second as i64);
        }
        let seen: Vec<_> = history.iter().map(|snapshot| (snapshot.digest.as_str(), snapshot.total_reconciliations)).collect();
        assert_eq!(seen, [("a", 2), ("b", 1)]);
        assert!(history.latest().unwrap().first_reconciled < history.latest().unwrap().last_reconciled);
    }

    #[test]
    fn the_oldest_snapshot_goes() {
        let mut history = History::default();
        for second in 0..7 {
            record(&mut history, &second.to_string(), second);
        }
        assert_eq!(history.iter().map(|snapshot| snapshot.digest.as_str()).collect::<Vec<_>>(), ["6", "5", "4", "3", "2"]);
    }
}
