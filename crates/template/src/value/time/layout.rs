//! Go's time layouts: splitting a layout into its elements, and formatting.

use super::Time;

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The name of month 1 to 12.
pub(crate) fn month_name(month: i64) -> &'static str {
    MONTHS.get((month - 1) as usize).copied().unwrap_or("%!Month")
}

/// The name of weekday 0 (Sunday) to 6.
pub(crate) fn weekday_name(weekday: i64) -> &'static str {
    WEEKDAYS.get(weekday as usize).copied().unwrap_or("%!Weekday")
}

/// An element of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'l> {
    Literal(&'l str),
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperHalf,
    LowerHalf,
    ZoneName,
    Offset { zulu: bool, form: OffsetForm },
    Fraction { comma: bool, digits: usize, trim: bool },
}

/// How an offset is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OffsetForm {
    Hours,
    Minutes,
    ColonMinutes,
    Seconds,
    ColonSeconds,
}

const OFFSETS: [(&str, OffsetForm); 5] = [
    ("070000", OffsetForm::Seconds),
    ("07:00:00", OffsetForm::ColonSeconds),
    ("0700", OffsetForm::Minutes),
    ("07:00", OffsetForm::ColonMinutes),
    ("07", OffsetForm::Hours),
];

/// Longest first: a name, and whether a following lower-case letter spoils it.
const WORDS: [(&str, Part<'static>, bool); 23] = [
    ("January", Part::LongMonth, false),
    ("Jan", Part::Month, true),
    ("Monday", Part::LongWeekday, false),
    ("Mon", Part::Weekday, true),
    ("MST", Part::ZoneName, false),
    ("002", Part::ZeroYearDay, false),
    ("01", Part::ZeroMonth, false),
    ("02", Part::ZeroDay, false),
    ("03", Part::ZeroHour12, false),
    ("04", Part::ZeroMinute, false),
    ("05", Part::ZeroSecond, false),
    ("06", Part::Year, false),
    ("15", Part::Hour, false),
    ("1", Part::NumMonth, false),
    ("2006", Part::LongYear, false),
    ("2", Part::Day, false),
    ("__2", Part::UnderYearDay, false),
    ("_2", Part::UnderDay, false),
    ("3", Part::Hour12, false),
    ("4", Part::Minute, false),
    ("5", Part::Second, false),
    ("PM", Part::UpperHalf, false),
    ("pm", Part::LowerHalf, false),
];

fn element(rest: &str) -> Option<(Part<'static>, usize)> {
    if rest.starts_with("_2006") {
        return None;
    }
    if let Some(sign) = rest.chars().next().filter(|c| matches!(c, '-' | 'Z')) {
        let (text, form) = OFFSETS.iter().find(|(text, _)| rest[1..].starts_with(text))?;
        return Some((Part::Offset { zulu: sign == 'Z', form: *form }, text.len() + 1));
    }
    if rest.starts_with(['.', ',']) {
        return fraction(rest);
    }
    let fits = |(word, _, whole): &&(&str, Part<'static>, bool)| match rest.strip_prefix(word) {
        Some(tail) if *whole => !tail.starts_with(|c: char| c.is_ascii_lowercase()),
        found => found.is_some(),
    };
    WORDS.iter().find(fits).map(|(word, part, _)| (*part, word.len()))
}

fn fraction(rest: &str) -> Option<(Part<'static>, usize)> {
    let digit = rest[1..].chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let digits = rest[1..].chars().take_while(|c| *c == digit).count();
    if rest[digits + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some((Part::Fraction { comma: rest.starts_with(','), digits, trim: digit == '9' }, digits + 1))
}

/// The layout as elements and the text between them.
pub(super) fn parts(layout: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < layout.len() {
        match element(&layout[at..]) {
            Some((part, length)) => {
                if start < at {
                    parts.push(Part::Literal(&layout[start..at]));
                }
                parts.push(part);
                at += length;
                start = at;
            }
            None => at += layout[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if start < at {
        parts.push(Part::Literal(&layout[start..]));
    }
    parts
}

pub(super) fn format(time: &Time, layout: &str) -> String {
    let (offset, abbreviation) = time.zone.at(time.instant);
    let civil = time.civil();
    let (year, month, day) = (i64::from(civil.year()), i64::from(civil.month()), civil.day());
    let hour12 = (civil.hour() + 11) % 12 + 1;
    let month_text = month_name(month);
    let weekday = weekday_name(i64::from(civil.weekday().to_sunday_zero_offset()));
    let half = civil.hour() >= 12;
    let mut out = String::with_capacity(layout.len() + 10);
    for part in parts(layout) {
        let text = match part {
            Part::Literal(text) => text.to_string(),
            Part::LongMonth => month_text.to_string(),
            Part::Month => month_text[..3].to_string(),
            Part::NumMonth => month.to_string(),
            Part::ZeroMonth => format!("{month:02}"),
            Part::LongWeekday => weekday.to_string(),
            Part::Weekday => weekday[..3].to_string(),
            Part::Day => day.to_string(),
            Part::UnderDay => format!("{day:2}"),
            Part::ZeroDay => format!("{day:02}"),
            Part::UnderYearDay => format!("{:3}", civil.day_of_year()),
            Part::ZeroYearDay => format!("{:03}", civil.day_of_year()),
            Part::Hour => format!("{:02}", civil.hour()),
            Part::Hour12 => hour12.to_string(),
            Part::ZeroHour12 => format!("{hour12:02}"),
            Part::Minute => civil.minute().to_string(),
            Part::ZeroMinute => format!("{:02}", civil.minute()),
            Part::Second => civil.second().to_string(),
            Part::ZeroSecond => format!("{:02}", civil.second()),
            Part::LongYear => format!("{year:04}"),
            Part::Year => format!("{:02}", year.rem_euclid(100)),
            Part::UpperHalf => (if half { "PM" } else { "AM" }).to_string(),
            Part::LowerHalf => (if half { "pm" } else { "am" }).to_string(),
            Part::ZoneName if abbreviation.is_empty() => format_offset(offset, OffsetForm::Minutes),
            Part::ZoneName => abbreviation.clone(),
            Part::Offset { zulu: true, .. } if offset == 0 => "Z".to_string(),
            Part::Offset { form, .. } => format_offset(offset, form),
            Part::Fraction { comma, digits, trim } => format_fraction(civil.subsec_nanosecond(), comma, digits, trim),
        };
        out.push_str(&text);
    }
    out
}

fn format_offset(offset: i32, form: OffsetForm) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let seconds = offset.abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match form {
        OffsetForm::Hours => format!("{sign}{hours:02}"),
        OffsetForm::Minutes => format!("{sign}{hours:02}{minutes:02}"),
        OffsetForm::ColonMinutes => format!("{sign}{hours:02}:{minutes:02}"),
        OffsetForm::Seconds => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
        OffsetForm::ColonSeconds => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

fn format_fraction(nanosecond: i32, comma: bool, digits: usize, trim: bool) -> String {
    let all = format!("{nanosecond:09}");
    let kept = format!("{all:0<digits$}");
    let mut kept = &kept[..digits];
    if trim {
        kept = kept.trim_end_matches('0');
        if kept.is_empty() {
            return String::new();
        }
    }
    format!("{}{kept}", if comma { ',' } else { '.' })
}
