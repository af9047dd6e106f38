//! Durations as Go writes them: `1h30m`, `1.5s`, `60s`.
//!
//! Refuses to be: a calendar. There are no days, and a duration below zero is refused, since no field of the API means one.

use object::Value;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fmt;
use std::str::FromStr;

use crate::schema::{Facet, Schema, pattern};

/// Longest duration that Go can hold: about 292 years.
const NANOSECONDS_MAX: u64 = i64::MAX as u64;

/// The units of the grammar with their length in nanoseconds.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A span of time, read from and printed as Go's `time.Duration`.
///
/// Limits: zero to about 292 years, in nanoseconds. Prints in Go's canonical form, so `60s` comes back as `1m0s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duration(std::time::Duration);

/// A text that is no duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDurationError(String);

impl fmt::Display for ParseDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no duration: write numbers with a unit of ms, s, m or h, such as `1m30s`", self.0)
    }
}

impl std::error::Error for ParseDurationError {}

impl Duration {
    /// A duration of whole seconds.
    pub const fn from_secs(seconds: u64) -> Duration {
        Duration(std::time::Duration::from_secs(seconds))
    }

    /// The standard library's type.
    pub const fn get(self) -> std::time::Duration {
        self.0
    }
}

impl From<std::time::Duration> for Duration {
    fn from(duration: std::time::Duration) -> Duration {
        Duration(duration)
    }
}

impl From<Duration> for std::time::Duration {
    fn from(duration: Duration) -> std::time::Duration {
        duration.0
    }
}

impl From<Duration> for String {
    fn from(duration: Duration) -> String {
        duration.to_string()
    }
}

impl TryFrom<String> for Duration {
    type Error = ParseDurationError;

    fn try_from(text: String) -> Result<Duration, ParseDurationError> {
        text.parse()
    }
}

impl FromStr for Duration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Duration, ParseDurationError> {
        nanoseconds(text).map(|count| Duration(std::time::Duration::from_nanos(count))).ok_or_else(|| ParseDurationError(text.to_owned()))
    }
}

/// Sums the terms; none where one cannot be read or the sum is out of range.
fn nanoseconds(text: &str) -> Option<u64> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_u64;
    while !rest.is_empty() {
        let (count, after) = term(rest)?;
        total = total.checked_add(count).filter(|sum| *sum <= NANOSECONDS_MAX)?;
        rest = after;
    }
    Some(total)
}

/// Reads one number with its unit.
fn term(text: &str) -> Option<(u64, &str)> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(after) => digits(after),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let (_, unit) = UNITS.iter().find(|(unit, _)| *unit == name)?;
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
    Some((whole.checked_mul(*unit)?.checked_add(part(fraction, *unit))?, rest))
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// A decimal fraction of a unit, in nanoseconds; digits past the eighteenth cannot matter.
fn part(fraction: &str, unit: u64) -> u64 {
    let digits = &fraction[..fraction.len().min(18)];
    let scale = 10_u128.pow(digits.len() as u32);
    let value = digits.parse::<u128>().unwrap_or(0);
    u64::try_from(value * u128::from(unit) / scale).unwrap_or(0)
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = self.0.as_nanos();
        match nanoseconds {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{nanoseconds}ns"),
            1_000..1_000_000 => decimal(f, nanoseconds, 1_000, "\u{b5}s"),
            1_000_000..1_000_000_000 => decimal(f, nanoseconds, 1_000_000, "ms"),
            _ => clock(f, self.0),
        }
    }
}

/// Hours, minutes and seconds; a leading zero unit is left out, a following one is not.
fn clock(f: &mut fmt::Formatter<'_>, duration: std::time::Duration) -> fmt::Result {
    let (minutes, seconds) = (duration.as_secs() / 60, duration.as_secs() % 60);
    if minutes >= 60 {
        write!(f, "{}h", minutes / 60)?;
    }
    if minutes > 0 {
        write!(f, "{}m", minutes % 60)?;
    }
    decimal(f, u128::from(seconds) * 1_000_000_000 + u128::from(duration.subsec_nanos()), 1_000_000_000, "s")
}

/// A number of `unit`s with as many decimals as it needs.
fn decimal(f: &mut fmt::Formatter<'_>, nanoseconds: u128, unit: u128, name: &str) -> fmt::Result {
    write!(f, "{}", nanoseconds / unit)?;
    let width = unit.ilog10() as usize;
    let fraction = format!("{:0width$}", nanoseconds % unit);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        write!(f, ".{fraction}")?;
    }
    f.write_str(name)
}

impl Schema for Duration {
    fn schema() -> Value {
        json!({"type": "string"})
    }
}

/// The units a spec may use: milliseconds to hours.
pub(crate) fn up_to_hours() -> Facet {
    pattern(r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$")
}

/// The units a source's timeout may use: no hours.
pub(crate) fn up_to_minutes() -> Facet {
    pattern(r"^([0-9]+(\.[0-9]+)?(ms|s|m))+$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_print_as_go_does() {
        for (text, printed) in [
            ("0", "0s"),
            ("0s", "0s"),
            ("60s", "1m0s"),
            ("1h", "1h0m0s"),
            ("1.5h", "1h30m0s"),
            ("90m", "1h30m0s"),
            ("1h2m3.5s", "1h2m3.5s"),
            ("2ms", "2ms"),
            ("1500us", "1.5ms"),
            ("1500\u{b5}s", "1.5ms"),
            ("7ns", "7ns"),
            (".5s", "500ms"),
            ("+3s", "3s"),
            ("0.000000001s", "1ns"),
            ("1m1m", "2m0s"),
        ] {
            assert_eq!(text.parse::<Duration>().map(|duration| duration.to_string()), Ok(printed.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused_and_so_is_less_than_zero() {
        for text in ["", "+", "5", "s", ".s", "1d", "-1s", "1 s", "1s ", "9223372036854775808ns", "3000000h", "1.2.3s"] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }
}
