//! Methods of Go's own types that templates can reach: times, durations, months, weekdays. Others come with their value.

use jiff::tz::TimeZone;

use crate::error::Fault;
use crate::value::print::method_text;
use crate::value::{Duration, Int, Methods, Param, Signature, Time, Value, Zone};

/// The parameters of a method of the value, where it has one of this name.
pub(super) fn signature(value: &Value, name: &str) -> Option<Signature> {
    match value {
        Value::Struct(fields) => fields.methods.as_ref()?.signature(name),
        Value::Map(map) => map.name()?.methods.as_ref()?.signature(name),
        Value::List(list) => list.name()?.methods.as_ref()?.signature(name),
        Value::Time(_) => time_signature(name),
        Value::Int(_, Int::Duration) => duration_signature(name),
        Value::Int(_, Int::Month | Int::Weekday) => (name == "String").then_some(Signature::of(&[])),
        _ => None,
    }
}

/// Calls a method that [`signature`] found, with arguments that fit it.
pub(super) fn call(value: &Value, name: &str, arguments: Vec<Value>) -> Result<Value, Fault> {
    let given = |methods: Option<&std::rc::Rc<dyn Methods>>, arguments| match methods {
        Some(methods) => methods.call(value, name, arguments),
        None => Err(Fault::new("no such method")),
    };
    match value {
        Value::Struct(fields) => given(fields.methods.as_ref(), arguments),
        Value::Map(map) => given(map.name().and_then(|named| named.methods.as_ref()), arguments),
        Value::List(list) => given(list.name().and_then(|named| named.methods.as_ref()), arguments),
        Value::Time(time) => Ok(time_method(time, name, &arguments)),
        Value::Int(number, Int::Duration) if name != "String" => Ok(duration_method(Duration(*number), name, &arguments)),
        value => Ok(Value::text(method_text(value).unwrap_or_default())),
    }
}

fn time_signature(name: &str) -> Option<Signature> {
    Some(Signature::of(match name {
        "Format" => &[Param::Text],
        "Add" | "Round" | "Truncate" => &[Param::Duration],
        "Sub" | "After" | "Before" | "Equal" | "Compare" => &[Param::Time],
        "AddDate" => &[Param::Int, Param::Int, Param::Int],
        "Year" | "Month" | "Day" | "Hour" | "Minute" | "Second" | "Nanosecond" | "YearDay" | "Weekday" | "Unix" | "UnixMilli"
        | "UnixMicro" | "UnixNano" | "UTC" | "Local" | "IsZero" | "String" => &[],
        _ => return None,
    }))
}

fn duration_argument(arguments: &[Value]) -> Duration {
    match arguments.first() {
        Some(Value::Int(number, _)) => Duration(*number),
        _ => Duration(0),
    }
}

fn integer(value: i64) -> Value {
    Value::int(value)
}

fn time_value(time: Time) -> Value {
    Value::Time(std::rc::Rc::new(time))
}

fn time_method(time: &Time, name: &str, arguments: &[Value]) -> Value {
    let civil = time.civil();
    let nanoseconds = time.instant.as_nanosecond();
    match (name, arguments) {
        ("Format", [Value::String(layout)]) => Value::text(time.format(&layout.lossy())),
        ("Add", arguments) => time_value(time.plus(duration_argument(arguments))),
        ("Round" | "Truncate", arguments) => time_value(to_multiple(time, duration_argument(arguments), name == "Round")),
        ("Sub", [Value::Time(other)]) => Value::Int(time.since(other).0, Int::Duration),
        ("After", [Value::Time(other)]) => Value::Bool(time.instant > other.instant),
        ("Before", [Value::Time(other)]) => Value::Bool(time.instant < other.instant),
        ("Equal", [Value::Time(other)]) => Value::Bool(time.instant == other.instant),
        ("Compare", [Value::Time(other)]) => integer(time.instant.cmp(&other.instant) as i64),
        ("AddDate", [Value::Int(years, _), Value::Int(months, _), Value::Int(days, _)]) => {
            time_value(add_date(time, *years, *months, *days))
        }
        ("Year", _) => integer(i64::from(civil.year())),
        ("Month", _) => Value::Int(i64::from(civil.month()), Int::Month),
        ("Day", _) => integer(i64::from(civil.day())),
        ("Hour", _) => integer(i64::from(civil.hour())),
        ("Minute", _) => integer(i64::from(civil.minute())),
        ("Second", _) => integer(i64::from(civil.second())),
        ("Nanosecond", _) => integer(i64::from(civil.subsec_nanosecond())),
        ("YearDay", _) => integer(i64::from(civil.day_of_year())),
        ("Weekday", _) => Value::Int(i64::from(civil.weekday().to_sunday_zero_offset()), Int::Weekday),
        ("Unix", _) => Value::int64(nanoseconds.div_euclid(1_000_000_000) as i64),
        ("UnixMilli", _) => Value::int64(nanoseconds.div_euclid(1_000_000) as i64),
        ("UnixMicro", _) => Value::int64(nanoseconds.div_euclid(1_000) as i64),
        ("UnixNano", _) => Value::int64(nanoseconds as i64),
        ("UTC", _) => time_value(time.within(Zone::Named(TimeZone::UTC))),
        ("IsZero", _) => Value::Bool(time.is_zero()),
        ("String", _) => Value::text(time.to_string()),
        _ => time_value(time.clone()),
    }
}

/// Multiples count from Go's zero time.
fn to_multiple(time: &Time, multiple: Duration, round: bool) -> Time {
    if multiple.0 <= 0 {
        return time.clone();
    }
    let since = time.instant.as_nanosecond() - Time::zero().instant.as_nanosecond();
    let rest = since.rem_euclid(i128::from(multiple.0)) as i64;
    let up = round && u128::from(rest.unsigned_abs()) * 2 >= u128::from(multiple.0.unsigned_abs());
    time.plus(Duration(if up { multiple.0 - rest } else { -rest }))
}

fn add_date(time: &Time, years: i64, months: i64, days: i64) -> Time {
    let civil = time.civil();
    let total = (i64::from(civil.year()) + years) * 12 + i64::from(civil.month()) - 1 + months;
    let first = jiff::civil::Date::new(total.div_euclid(12) as i16, total.rem_euclid(12) as i8 + 1, 1);
    let span = jiff::Span::new().try_days(i64::from(civil.day()) - 1 + days);
    let date = first.and_then(|first| span.and_then(|span| first.checked_add(span)));
    match date {
        Ok(date) => time.at_civil(date.to_datetime(civil.time())),
        Err(_) => time.clone(),
    }
}

fn duration_signature(name: &str) -> Option<Signature> {
    Some(Signature::of(match name {
        "Round" | "Truncate" => &[Param::Duration],
        "Hours" | "Minutes" | "Seconds" | "Milliseconds" | "Microseconds" | "Nanoseconds" | "String" | "Abs" => &[],
        _ => return None,
    }))
}

fn duration_method(duration: Duration, name: &str, arguments: &[Value]) -> Value {
    let span = |duration: Duration| Value::Int(duration.0, Int::Duration);
    match name {
        "Round" => span(duration.round(duration_argument(arguments))),
        "Truncate" => span(duration.truncate(duration_argument(arguments))),
        "Abs" => span(Duration(duration.0.saturating_abs())),
        "Hours" => Value::Float(duration.hours()),
        "Minutes" => Value::Float(duration.minutes()),
        "Seconds" => Value::Float(duration.seconds()),
        "Milliseconds" => Value::int64(duration.0 / 1_000_000),
        "Microseconds" => Value::int64(duration.0 / 1_000),
        _ => Value::int64(duration.0),
    }
}
