//! Points in time as the API server writes them: UTC, whole seconds.
//!
//! Refuses to be: a clock. The time comes in as an argument.

use jiff::Timestamp;
use object::Value;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fmt;

use crate::schema::Schema;

/// A point in time, cut to whole seconds. Prints as `2026-01-31T10:00:00Z`; its default is the epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Timestamp", into = "Timestamp")]
pub struct Time(Timestamp);

impl Time {
    /// The exact type of the time library.
    pub const fn get(self) -> Timestamp {
        self.0
    }
}

impl From<Timestamp> for Time {
    fn from(timestamp: Timestamp) -> Time {
        Time(Timestamp::from_second(timestamp.as_second()).unwrap_or(timestamp))
    }
}

impl From<Time> for Timestamp {
    fn from(time: Time) -> Timestamp {
        time.0
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Schema for Time {
    fn schema() -> Value {
        json!({"type": "string", "format": "date-time"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_cut_to_seconds_and_read_in_any_offset() {
        let time: Time = serde_json::from_str("\"2026-01-31T12:00:00.987+02:00\"").unwrap();
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2026-01-31T10:00:00Z\"");
    }
}
