//! `time.Time` and `time.Duration`: what they hold and how they print. Layouts are read in `layout.rs`.

mod layout;
mod parse;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::Text;

pub(crate) use layout::{month_name, weekday_name};

/// Where a time is shown.
#[derive(Clone, Debug)]
pub enum Zone {
    /// A zone of the zone table.
    Named(TimeZone),
    /// A fixed offset in seconds with an abbreviation that may be empty.
    Fixed(Text, i32),
}

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        Self::Named(TimeZone::UTC)
    }

    /// Offset in seconds east of UTC, and abbreviation, at an instant.
    fn at(&self, instant: Timestamp) -> (i32, String) {
        match self {
            Self::Named(zone) => {
                let info = zone.to_offset_info(instant);
                (info.offset().seconds(), info.abbreviation().to_string())
            }
            Self::Fixed(name, seconds) => (*seconds, name.to_string()),
        }
    }

    /// The instant at which clocks here show `civil`.
    fn instant(&self, civil: DateTime) -> Option<Timestamp> {
        match self {
            Self::Named(zone) => zone.to_ambiguous_timestamp(civil).compatible().ok(),
            Self::Fixed(_, seconds) => Offset::from_seconds(*seconds).ok()?.to_timestamp(civil).ok(),
        }
    }
}

/// An instant and the zone it is shown in.
#[derive(Clone, Debug)]
pub struct Time {
    /// The instant.
    pub instant: Timestamp,
    /// The zone.
    pub zone: Zone,
}

/// Seconds from the Unix epoch to Go's zero time, 1 January of year 1.
const ZERO_SECONDS: i64 = -62_135_596_800;

impl Time {
    /// Go's zero time.
    pub fn zero() -> Self {
        Self { instant: Timestamp::from_second(ZERO_SECONDS).unwrap_or(Timestamp::MIN), zone: Zone::utc() }
    }

    /// Whether this is Go's zero time.
    pub fn is_zero(&self) -> bool {
        self.instant.as_second() == ZERO_SECONDS && self.instant.subsec_nanosecond() == 0
    }

    /// The instant `seconds` after the Unix epoch; the nearest that can be held where that is out of range.
    pub fn unix(seconds: i64, zone: Zone) -> Self {
        let limit = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Self { instant: Timestamp::from_second(seconds).unwrap_or(limit), zone }
    }

    /// The same instant in another zone.
    pub fn within(&self, zone: Zone) -> Self {
        Self { instant: self.instant, zone }
    }

    /// The time later by a duration.
    pub fn plus(&self, duration: Duration) -> Self {
        let nanoseconds = self.instant.as_nanosecond() + i128::from(duration.0);
        let instant = Timestamp::from_nanosecond(nanoseconds);
        let limit = if duration.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Self { instant: instant.unwrap_or(limit), zone: self.zone.clone() }
    }

    /// The duration from `earlier` to this, clamped to what a duration holds.
    pub fn since(&self, earlier: &Self) -> Duration {
        let nanoseconds = self.instant.as_nanosecond() - earlier.instant.as_nanosecond();
        Duration(nanoseconds.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    /// What clocks in its zone show.
    pub fn civil(&self) -> DateTime {
        let (offset, _) = self.zone.at(self.instant);
        Offset::from_seconds(offset).unwrap_or(Offset::UTC).to_datetime(self.instant)
    }

    /// The time at which clocks in the same zone show `civil`.
    pub fn at_civil(&self, civil: DateTime) -> Self {
        let instant = self.zone.instant(civil).unwrap_or(self.instant);
        Self { instant, zone: self.zone.clone() }
    }

    /// The time in a Go layout such as `2006-01-02`.
    pub fn format(&self, layout: &str) -> String {
        layout::format(self, layout)
    }

    /// The time as `%#v` shows it: a call of Go's `time.Date`.
    pub(crate) fn go_syntax(&self) -> String {
        let civil = self.civil();
        let zone = match &self.zone {
            Zone::Named(zone) if zone.iana_name().is_none_or(|name| name == "UTC") => "time.UTC".into(),
            Zone::Named(zone) => format!("time.Location({:?})", zone.iana_name().unwrap_or_default()),
            Zone::Fixed(name, _) => format!("time.Location({:?})", name.lossy()),
        };
        let (year, month, day) = (civil.year(), month_name(i64::from(civil.month())), civil.day());
        let (hour, minute, second, nanosecond) = (civil.hour(), civil.minute(), civil.second(), civil.subsec_nanosecond());
        format!("time.Date({year}, time.{month}, {day}, {hour}, {minute}, {second}, {nanosecond}, {zone})")
    }

    /// Reads a time in a Go layout; a text without a zone is in `zone`. Errors are Go's.
    pub fn parse(layout: &str, text: &str, zone: Zone) -> Result<Self, String> {
        parse::parse(layout, text, zone)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format("2006-01-02 15:04:05.999999999 -0700 MST"))
    }
}

/// A span of time in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub i64);

/// Unit names and their nanoseconds, for reading.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl Duration {
    /// Reads `1h15m30.918s` and the like. Errors are Go's.
    pub fn parse(text: &str) -> Result<Self, String> {
        let invalid = || format!("time: invalid duration {}", super::quote::quote(text.as_bytes(), false));
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest == "0" {
            return Ok(Self(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let (part, tail) = parse_part(rest, text)?;
            total = total.checked_add(part).filter(|total| *total <= 1 << 63).ok_or_else(invalid)?;
            rest = tail;
        }
        match (negative, i64::try_from(total)) {
            (true, _) => Ok(Self((total as i64).wrapping_neg())),
            (false, Ok(total)) => Ok(Self(total)),
            (false, Err(_)) => Err(invalid()),
        }
    }

    /// Seconds with a fraction.
    pub fn seconds(self) -> f64 {
        self.in_units(1_000_000_000)
    }

    /// Minutes with a fraction.
    pub fn minutes(self) -> f64 {
        self.in_units(60_000_000_000)
    }

    /// Hours with a fraction.
    pub fn hours(self) -> f64 {
        self.in_units(3_600_000_000_000)
    }

    fn in_units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }

    /// Rounded half away from zero to a multiple of `multiple`.
    pub fn round(self, multiple: Self) -> Self {
        if multiple.0 <= 0 {
            return self;
        }
        let rest = self.0 % multiple.0;
        let down = self.0 - rest;
        let half_up = u128::from(rest.unsigned_abs()) * 2 >= u128::from(multiple.0.unsigned_abs());
        match (half_up, rest < 0) {
            (false, _) => Self(down),
            (true, false) => Self(down.saturating_add(multiple.0)),
            (true, true) => Self(down.saturating_sub(multiple.0)),
        }
    }

    /// Cut towards zero to a multiple of `multiple`.
    pub fn truncate(self, multiple: Self) -> Self {
        if multiple.0 <= 0 { self } else { Self(self.0 - self.0 % multiple.0) }
    }
}

fn parse_part<'t>(rest: &'t str, whole: &str) -> Result<(u64, &'t str), String> {
    let quoted = super::quote::quote(whole.as_bytes(), false);
    let invalid = || format!("time: invalid duration {quoted}");
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (integer, tail) = rest.split_at(digits);
    let fraction_length = tail.strip_prefix('.').map(|tail| tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len()));
    let (fraction, tail) = match fraction_length {
        Some(length) => (&tail[1..=length], &tail[length + 1..]),
        None => ("", tail),
    };
    if integer.is_empty() && fraction.is_empty() {
        return Err(invalid());
    }
    let unit_length = tail.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(tail.len());
    let (unit, tail) = tail.split_at(unit_length);
    if unit.is_empty() {
        return Err(format!("time: missing unit in duration {quoted}"));
    }
    let Some((_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        let unit = super::quote::quote(unit.as_bytes(), false);
        return Err(format!("time: unknown unit {unit} in duration {quoted}"));
    };
    let whole: u64 = if integer.is_empty() { 0 } else { integer.parse().map_err(|_| invalid())? };
    let whole = whole.checked_mul(*scale).filter(|value| *value <= 1 << 63).ok_or_else(invalid)?;
    let part = format!("0.{fraction}0").parse::<f64>().unwrap_or(0.0) * *scale as f64;
    Ok((whole + part as u64, tail))
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match nanoseconds {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{nanoseconds}ns"),
            1_000..1_000_000 => write!(f, "{}µs", fraction(nanoseconds, 1_000)),
            1_000_000..1_000_000_000 => write!(f, "{}ms", fraction(nanoseconds, 1_000_000)),
            _ => {
                let minutes = nanoseconds / 60_000_000_000;
                let seconds = fraction(nanoseconds % 60_000_000_000, 1_000_000_000);
                match (minutes / 60, minutes % 60) {
                    (0, 0) => write!(f, "{seconds}s"),
                    (0, minutes) => write!(f, "{minutes}m{seconds}s"),
                    (hours, minutes) => write!(f, "{hours}h{minutes}m{seconds}s"),
                }
            }
        }
    }
}

fn fraction(value: u64, unit: u64) -> String {
    let width = unit.ilog10() as usize;
    let digits = format!("{:0width$}", value % unit);
    let digits = digits.trim_end_matches('0');
    let dot = if digits.is_empty() { "" } else { "." };
    format!("{}{dot}{digits}", value / unit)
}
