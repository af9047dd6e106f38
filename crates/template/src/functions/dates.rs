//! Dates and the clock. `Local` is the host's zone; the time is the host's.

use super::table;
use crate::exec::Render;
use crate::value::{Duration, Int, Text, Time, Value, Zone};
use std::rc::Rc;

table! {
    "now" (with 0) now, "The current time.";
    "date" (with 2) date, "A time in a layout, in the local zone.";
    "dateInZone" (with 3) date_in_zone, "A time in a layout, in a zone.";
    "date_in_zone" (with 3) date_in_zone, "Old name of dateInZone.";
    "htmlDate" (with 1) html_date, "A time as 2006-01-02, in the local zone.";
    "htmlDateInZone" (with 2) html_date_in_zone, "A time as 2006-01-02, in a zone.";
    "dateModify" 2 date_modify, "A time moved by a duration; unmoved where that cannot be read.";
    "date_modify" 2 date_modify, "Old name of dateModify.";
    "mustDateModify" 2 must_date_modify, "A time moved by a duration.";
    "must_date_modify" 2 must_date_modify, "Old name of mustDateModify.";
    "toDate" (with 2) to_date, "The time that a string denotes in a layout; the zero time where it cannot be read.";
    "mustToDate" (with 2) must_to_date, "The time that a string denotes in a layout.";
    "ago" (with 1) ago, "How long ago a time was, in whole seconds.";
    "unixEpoch" 1 unix_epoch, "Seconds since the Unix epoch.";
    "duration" 1 duration, "A number of seconds as a duration.";
    "durationRound" (with 1) duration_round, "A duration in its largest whole unit.";
}

fn local(render: &Render<'_>) -> Zone {
    Zone::Named(render.host.zone())
}

fn current(render: &Render<'_>) -> Time {
    Time { instant: render.host.now(), zone: local(render) }
}

fn now(render: &mut Render<'_>) -> Time {
    current(render)
}

/// A zone of the zone table; UTC where there is none of that name.
fn zone(render: &Render<'_>, name: &Text) -> Zone {
    match &*name.lossy() {
        "" | "UTC" => Zone::utc(),
        "Local" => local(render),
        name => jiff::tz::TimeZoneDatabase::bundled().get(name).map_or_else(|_| Zone::utc(), Zone::Named),
    }
}

/// What a date function takes for a time: times, and integers as Unix seconds. Anything else is now.
fn time_of(render: &Render<'_>, value: &Value) -> Time {
    match value {
        Value::Time(time) => (**time).clone(),
        Value::Int(seconds, Int::Int | Int::Int64 | Int::Int32) => Time::unix(*seconds, local(render)),
        _ => current(render),
    }
}

fn date_in_zone(render: &mut Render<'_>, layout: Text, value: Value, name: Text) -> String {
    time_of(render, &value).within(zone(render, &name)).format(&layout.lossy())
}

fn date(render: &mut Render<'_>, layout: Text, value: Value) -> String {
    date_in_zone(render, layout, value, "Local".into())
}

fn html_date(render: &mut Render<'_>, value: Value) -> String {
    date_in_zone(render, "2006-01-02".into(), value, "Local".into())
}

fn html_date_in_zone(render: &mut Render<'_>, value: Value, name: Text) -> String {
    date_in_zone(render, "2006-01-02".into(), value, name)
}

fn date_modify(change: Text, time: Rc<Time>) -> Time {
    must_date_modify(change, time.clone()).unwrap_or_else(|_| (*time).clone())
}

fn must_date_modify(change: Text, time: Rc<Time>) -> Result<Time, String> {
    Ok(time.plus(Duration::parse(&change.lossy())?))
}

fn to_date(render: &mut Render<'_>, layout: Text, text: Text) -> Time {
    must_to_date(render, layout, text).unwrap_or_else(|_| Time::zero())
}

fn must_to_date(render: &mut Render<'_>, layout: Text, text: Text) -> Result<Time, String> {
    Time::parse(&layout.lossy(), &text.lossy(), local(render))
}

const SECOND: Duration = Duration(1_000_000_000);

fn ago(render: &mut Render<'_>, value: Value) -> String {
    let time = match &value {
        Value::Int(_, Int::Int32) => current(render),
        value => time_of(render, value),
    };
    current(render).since(&time).round(SECOND).to_string()
}

fn unix_epoch(time: Rc<Time>) -> String {
    time.instant.as_nanosecond().div_euclid(1_000_000_000).to_string()
}

fn duration(value: Value) -> String {
    let seconds = match &value {
        Value::String(text) => text.lossy().parse().unwrap_or(0),
        Value::Int(seconds, Int::Int64) => *seconds,
        _ => 0i64,
    };
    Duration(seconds.wrapping_mul(SECOND.0)).to_string()
}

/// Units from the largest, in nanoseconds.
const UNITS: [(&str, u64); 6] = [
    ("y", 31_536_000_000_000_000),
    ("mo", 2_592_000_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
];

fn duration_round(render: &mut Render<'_>, value: Value) -> String {
    let duration = match &value {
        Value::String(text) => Duration::parse(&text.lossy()).unwrap_or(Duration(0)),
        Value::Int(nanoseconds, Int::Int64) => Duration(*nanoseconds),
        Value::Time(time) => current(render).since(time),
        _ => Duration(0),
    };
    let size = duration.0.unsigned_abs();
    let unit = UNITS.iter().find(|(_, unit)| size > *unit);
    unit.map_or_else(|| "0s".into(), |(name, unit)| format!("{}{name}", size / unit))
}
