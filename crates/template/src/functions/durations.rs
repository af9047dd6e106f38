//! Helm's durations: anything that can mean one, converted and rounded.

use super::arguments::Int64;
use super::cast::parse_float;
use super::strings::is_space;
use super::table;
use crate::value::quote::quote;
use crate::value::{Duration, Int, Value, format_float};

table! {
    "mustToDuration" 1 must_to_duration, "A duration from a duration, a string, or a number of seconds.";
    "durationSeconds" 1 seconds, "The duration in seconds, 0 where it cannot be read.";
    "durationMilliseconds" 1 milliseconds, "The duration in whole milliseconds.";
    "durationMicroseconds" 1 microseconds, "The duration in whole microseconds.";
    "durationNanoseconds" 1 nanoseconds, "The duration in nanoseconds.";
    "durationMinutes" 1 minutes, "The duration in minutes.";
    "durationHours" 1 hours, "The duration in hours.";
    "durationDays" 1 days, "The duration in days.";
    "durationWeeks" 1 weeks, "The duration in weeks.";
    "durationRoundTo" 2 round_to, "The duration rounded to a multiple of another.";
    "durationTruncateTo" 2 truncate_to, "The duration cut down to a multiple of another.";
}

const SECOND: i64 = 1_000_000_000;

fn overflow(what: &str, shown: impl std::fmt::Display) -> String {
    format!("duration {what} overflow: {shown}")
}

fn from_seconds(seconds: f64) -> Result<Duration, String> {
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", format_float(seconds)));
    }
    let most = i64::MAX as f64 / SECOND as f64;
    if seconds.abs() > most {
        return Err(overflow("seconds", format_float(seconds)));
    }
    let nanoseconds = seconds * SECOND as f64;
    Ok(Duration(super::cast::go_int(nanoseconds)))
}

fn read(value: &Value) -> Result<Duration, String> {
    match value {
        Value::Int(duration, Int::Duration) => Ok(Duration(*duration)),
        Value::Int(seconds, _) => seconds.checked_mul(SECOND).map(Duration).ok_or_else(|| overflow("seconds", seconds)),
        Value::Uint(seconds, _) => {
            let fitting = i64::try_from(*seconds).ok().and_then(|seconds| seconds.checked_mul(SECOND));
            fitting.map(Duration).ok_or_else(|| overflow("seconds", seconds))
        }
        Value::Float(seconds) => from_seconds(*seconds),
        Value::String(text) => read_text(&text.lossy()),
        Value::Nil => Err("invalid duration".into()),
        value => Err(format!("unsupported duration type {}", value.type_name())),
    }
}

fn read_text(text: &str) -> Result<Duration, String> {
    let trimmed = text.trim_matches(is_space);
    if trimmed.is_empty() {
        return Err("empty duration".into());
    }
    match (Duration::parse(trimmed), parse_float(trimmed)) {
        (Ok(duration), _) => Ok(duration),
        (Err(_), Some(seconds)) => from_seconds(seconds),
        (Err(_), None) => Err(format!("could not parse duration {}", quote(text.as_bytes(), false))),
    }
}

fn or_zero(value: &Value) -> Duration {
    read(value).unwrap_or(Duration(0))
}

fn must_to_duration(value: Value) -> Result<Duration, String> {
    read(&value)
}

fn seconds(value: Value) -> f64 {
    or_zero(&value).seconds()
}

fn milliseconds(value: Value) -> Int64 {
    Int64(or_zero(&value).0 / 1_000_000)
}

fn microseconds(value: Value) -> Int64 {
    Int64(or_zero(&value).0 / 1_000)
}

fn nanoseconds(value: Value) -> Int64 {
    Int64(or_zero(&value).0)
}

fn minutes(value: Value) -> f64 {
    or_zero(&value).minutes()
}

fn hours(value: Value) -> f64 {
    or_zero(&value).hours()
}

fn days(value: Value) -> f64 {
    or_zero(&value).hours() / 24.0
}

fn weeks(value: Value) -> f64 {
    or_zero(&value).hours() / 24.0 / 7.0
}

fn round_to(value: Value, multiple: Value) -> Duration {
    to_multiple(&value, &multiple, Duration::round)
}

fn truncate_to(value: Value, multiple: Value) -> Duration {
    to_multiple(&value, &multiple, Duration::truncate)
}

/// Zero where the value cannot be read; the value itself where the multiple cannot.
fn to_multiple(value: &Value, multiple: &Value, change: fn(Duration, Duration) -> Duration) -> Duration {
    let duration = or_zero(value);
    read(multiple).map_or(duration, |multiple| change(duration, multiple))
}
