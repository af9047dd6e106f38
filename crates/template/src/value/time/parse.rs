//! Reading times in Go layouts.

use jiff::civil::Date;

use super::layout::{OffsetForm, Part, month_name, parts, weekday_name};
use super::{Time, Zone};
use crate::value::Text;
use crate::value::quote::quote;

/// What has been read so far. Missing parts are those of 1 January of year 0, midnight.
struct Fields {
    year: i32,
    month: Option<i32>,
    day: Option<i32>,
    year_day: Option<i32>,
    hour: i32,
    minute: i32,
    second: i32,
    nanosecond: i32,
    afternoon: Option<bool>,
    offset: Option<i32>,
    zulu: bool,
    zone_name: Option<String>,
}

/// Why an element did not match.
enum Miss {
    Bad,
    Range(&'static str),
}

pub(super) fn parse(layout: &str, text: &str, zone: Zone) -> Result<Time, String> {
    let mut fields = Fields {
        year: 0,
        month: None,
        day: None,
        year_day: None,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        afternoon: None,
        offset: None,
        zulu: false,
        zone_name: None,
    };
    let mut rest = text;
    let all = parts(layout);
    for (index, part) in all.iter().enumerate() {
        let next_fraction = matches!(all.get(index + 1), Some(Part::Fraction { .. }));
        match fields.take(*part, rest, next_fraction) {
            Ok(tail) => rest = tail,
            Err(Miss::Bad) => return Err(mismatch(text, layout, &part_text(*part), rest)),
            Err(Miss::Range(what)) => return Err(format!("parsing time {}: {what} out of range", quoted(text))),
        }
    }
    if !rest.is_empty() {
        return Err(format!("parsing time {}: extra text: {}", quoted(text), quoted(rest)));
    }
    fields.time(zone).map_err(|what| format!("parsing time {}: {what} out of range", quoted(text)))
}

fn quoted(text: &str) -> String {
    quote(text.as_bytes(), false)
}

fn mismatch(text: &str, layout: &str, part: &str, rest: &str) -> String {
    format!("parsing time {} as {}: cannot parse {} as {}", quoted(text), quoted(layout), quoted(rest), quoted(part))
}

fn part_text(part: Part<'_>) -> String {
    let text = match part {
        Part::Literal(text) => text,
        Part::LongMonth => "January",
        Part::Month => "Jan",
        Part::NumMonth => "1",
        Part::ZeroMonth => "01",
        Part::LongWeekday => "Monday",
        Part::Weekday => "Mon",
        Part::Day => "2",
        Part::UnderDay => "_2",
        Part::ZeroDay => "02",
        Part::UnderYearDay => "__2",
        Part::ZeroYearDay => "002",
        Part::Hour => "15",
        Part::Hour12 => "3",
        Part::ZeroHour12 => "03",
        Part::Minute => "4",
        Part::ZeroMinute => "04",
        Part::Second => "5",
        Part::ZeroSecond => "05",
        Part::LongYear => "2006",
        Part::Year => "06",
        Part::UpperHalf => "PM",
        Part::LowerHalf => "pm",
        Part::ZoneName => "MST",
        Part::Offset { zulu, form } => return offset_text(zulu, form),
        Part::Fraction { comma, digits, trim } => {
            let digit = if trim { "9" } else { "0" };
            return format!("{}{}", if comma { "," } else { "." }, digit.repeat(digits));
        }
    };
    text.to_string()
}

fn offset_text(zulu: bool, form: OffsetForm) -> String {
    let digits = match form {
        OffsetForm::Hours => "07",
        OffsetForm::Minutes => "0700",
        OffsetForm::ColonMinutes => "07:00",
        OffsetForm::Seconds => "070000",
        OffsetForm::ColonSeconds => "07:00:00",
    };
    format!("{}{digits}", if zulu { 'Z' } else { '-' })
}

/// A number of exactly `wide` digits, or of one or two where `wide` is 0.
fn number(text: &str, wide: usize) -> Result<(i32, &str), Miss> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let length = match wide {
        0 => digits.min(2),
        wide if digits >= wide => wide,
        _ => return Err(Miss::Bad),
    };
    let value = text.get(..length).and_then(|digits| digits.parse().ok()).ok_or(Miss::Bad)?;
    Ok((value, &text[length..]))
}

fn ranged<'t>(text: &'t str, wide: usize, range: std::ops::Range<i32>, what: &'static str) -> Result<(i32, &'t str), Miss> {
    let (value, rest) = number(text, wide)?;
    if range.contains(&value) { Ok((value, rest)) } else { Err(Miss::Range(what)) }
}

/// The first of the names that the text begins with, ignoring case.
fn name(text: &str, names: impl Iterator<Item = &'static str>) -> Result<(usize, &str), Miss> {
    let mut names = names.enumerate();
    names
        .find(|(_, name)| text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)))
        .map(|(index, name)| (index, &text[name.len()..]))
        .ok_or(Miss::Bad)
}

impl Fields {
    fn take<'t>(&mut self, part: Part<'_>, text: &'t str, next_fraction: bool) -> Result<&'t str, Miss> {
        match part {
            Part::Literal(literal) => literal_prefix(text, literal),
            Part::LongMonth => self.month(name(text, (1..=12).map(month_name))?),
            Part::Month => self.month(name(text, (1..=12).map(|month| &month_name(month)[..3]))?),
            Part::NumMonth => ranged(text, 0, 1..13, "month").map(|(month, rest)| (self.month = Some(month), rest).1),
            Part::ZeroMonth => ranged(text, 2, 1..13, "month").map(|(month, rest)| (self.month = Some(month), rest).1),
            Part::LongWeekday => Ok(name(text, (0..7).map(weekday_name))?.1),
            Part::Weekday => Ok(name(text, (0..7).map(|day| &weekday_name(day)[..3]))?.1),
            Part::Day => number(text, 0).map(|(day, rest)| (self.day = Some(day), rest).1),
            Part::UnderDay => number(text.strip_prefix(' ').unwrap_or(text), 0).map(|(day, rest)| (self.day = Some(day), rest).1),
            Part::ZeroDay => number(text, 2).map(|(day, rest)| (self.day = Some(day), rest).1),
            Part::UnderYearDay => self.year_day(text.trim_start_matches(' '), 3 - leading_spaces(text, 2)),
            Part::ZeroYearDay => self.year_day(text, 3),
            Part::Hour => ranged(text, 0, 0..24, "hour").map(|(hour, rest)| (self.hour = hour, rest).1),
            Part::Hour12 => ranged(text, 0, 0..13, "hour").map(|(hour, rest)| (self.hour = hour, rest).1),
            Part::ZeroHour12 => ranged(text, 2, 0..13, "hour").map(|(hour, rest)| (self.hour = hour, rest).1),
            Part::Minute => ranged(text, 0, 0..60, "minute").map(|(minute, rest)| (self.minute = minute, rest).1),
            Part::ZeroMinute => ranged(text, 2, 0..60, "minute").map(|(minute, rest)| (self.minute = minute, rest).1),
            Part::Second => self.second(ranged(text, 0, 0..60, "second")?, next_fraction),
            Part::ZeroSecond => self.second(ranged(text, 2, 0..60, "second")?, next_fraction),
            Part::LongYear => number(text, 4).map(|(year, rest)| (self.year = year, rest).1),
            Part::Year => number(text, 2).map(|(year, rest)| {
                self.year = if year >= 69 { 1900 + year } else { 2000 + year };
                rest
            }),
            Part::UpperHalf => self.half(text, ["AM", "PM"]),
            Part::LowerHalf => self.half(text, ["am", "pm"]),
            Part::ZoneName => self.zone_name(text),
            Part::Offset { zulu, form } => self.offset(text, zulu, form),
            Part::Fraction { digits, trim, .. } => self.fraction(text, digits, trim),
        }
    }

    fn month<'t>(&mut self, (index, rest): (usize, &'t str)) -> Result<&'t str, Miss> {
        self.month = Some(index as i32 + 1);
        Ok(rest)
    }

    fn year_day<'t>(&mut self, text: &'t str, wide: usize) -> Result<&'t str, Miss> {
        let (day, rest) = number(text, wide.max(1))?;
        self.year_day = Some(day);
        Ok(rest)
    }

    fn second<'t>(&mut self, (second, rest): (i32, &'t str), next_fraction: bool) -> Result<&'t str, Miss> {
        self.second = second;
        let fraction = rest.strip_prefix(['.', ',']).is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit()));
        if fraction && !next_fraction { self.fraction(rest, 9, true) } else { Ok(rest) }
    }

    fn fraction<'t>(&mut self, text: &'t str, digits: usize, trim: bool) -> Result<&'t str, Miss> {
        let Some(tail) = text.strip_prefix(['.', ',']) else {
            return if trim { Ok(text) } else { Err(Miss::Bad) };
        };
        let present = tail.bytes().take_while(u8::is_ascii_digit).count();
        if trim && present == 0 {
            return Ok(text);
        }
        let length = if trim { present } else { digits };
        let digits = tail.get(..length).filter(|_| present >= length).ok_or(Miss::Bad)?;
        let nanoseconds = format!("{digits:0<9}");
        self.nanosecond = nanoseconds[..9].parse().map_err(|_| Miss::Bad)?;
        Ok(&tail[length..])
    }

    fn half<'t>(&mut self, text: &'t str, names: [&str; 2]) -> Result<&'t str, Miss> {
        let index = names.iter().position(|name| text.starts_with(name)).ok_or(Miss::Bad)?;
        self.afternoon = Some(index == 1);
        Ok(&text[2..])
    }

    fn zone_name<'t>(&mut self, text: &'t str) -> Result<&'t str, Miss> {
        let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
        if let Some(rest) = text.strip_prefix("UTC") {
            self.zulu = true;
            return Ok(rest);
        }
        if !(3..=5).contains(&letters) {
            return Err(Miss::Bad);
        }
        self.zone_name = Some(text[..letters].to_string());
        Ok(&text[letters..])
    }

    fn offset<'t>(&mut self, text: &'t str, zulu: bool, form: OffsetForm) -> Result<&'t str, Miss> {
        if let Some(rest) = text.strip_prefix('Z').filter(|_| zulu) {
            self.zulu = true;
            return Ok(rest);
        }
        let sign = match text.bytes().next() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Err(Miss::Bad),
        };
        let (hours, mut rest) = number(&text[1..], 2)?;
        let mut seconds = hours * 3600;
        let colon = matches!(form, OffsetForm::ColonMinutes | OffsetForm::ColonSeconds);
        let units: &[i32] = match form {
            OffsetForm::Hours => &[],
            OffsetForm::Minutes | OffsetForm::ColonMinutes => &[60],
            OffsetForm::Seconds | OffsetForm::ColonSeconds => &[60, 1],
        };
        for unit in units {
            if colon {
                rest = rest.strip_prefix(':').ok_or(Miss::Bad)?;
            }
            let (value, tail) = number(rest, 2)?;
            seconds += value * unit;
            rest = tail;
        }
        self.offset = Some(sign * seconds);
        Ok(rest)
    }

    /// The time that was read, or the name of the part that is out of range.
    fn time(self, zone: Zone) -> Result<Time, &'static str> {
        let hour = match self.afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let date = self.date()?;
        let civil = date.at(hour as i8, self.minute as i8, self.second as i8, self.nanosecond);
        let local = |zone: Zone| zone.instant(civil).map(|instant| Time { instant, zone }).ok_or("year");
        if self.zulu {
            return local(Zone::utc());
        }
        let Some(seconds) = self.offset else {
            return match self.zone_name {
                Some(name) => local(named(zone, &name, civil)),
                None => local(zone),
            };
        };
        let time = local(Zone::Fixed(Text::from(self.zone_name.unwrap_or_default()), seconds))?;
        let same = zone.at(time.instant).0 == seconds;
        Ok(if same { time.within(zone) } else { time })
    }

    fn date(&self) -> Result<Date, &'static str> {
        if let Some(day) = self.year_day {
            let first = Date::new(self.year as i16, 1, 1).map_err(|_| "year")?;
            let days = i64::from(first.days_in_year());
            if !(1..=days).contains(&i64::from(day)) {
                return Err("day-of-year");
            }
            return first.checked_add(jiff::Span::new().days(day - 1)).map_err(|_| "day-of-year");
        }
        let day = i8::try_from(self.day.unwrap_or(1)).map_err(|_| "day")?;
        Date::new(self.year as i16, self.month.unwrap_or(1) as i8, day).map_err(|_| "day")
    }
}

fn leading_spaces(text: &str, most: usize) -> usize {
    text.bytes().take(most).take_while(|byte| *byte == b' ').count()
}

/// The zone itself where it uses the abbreviation then; else a zone of that name without an offset, as Go invents one.
fn named(zone: Zone, name: &str, civil: jiff::civil::DateTime) -> Zone {
    match zone.instant(civil) {
        Some(instant) if zone.at(instant).1 == name => zone,
        _ => Zone::Fixed(Text::from(name), 0),
    }
}

/// Skips a literal; runs of spaces match runs of spaces.
fn literal_prefix<'t>(mut text: &'t str, mut literal: &str) -> Result<&'t str, Miss> {
    while let Some(c) = literal.chars().next() {
        if c == ' ' {
            if !text.is_empty() && !text.starts_with(' ') {
                return Err(Miss::Bad);
            }
            literal = literal.trim_start_matches(' ');
            text = text.trim_start_matches(' ');
        } else {
            text = text.strip_prefix(c).ok_or(Miss::Bad)?;
            literal = &literal[c.len_utf8()..];
        }
    }
    Ok(text)
}
