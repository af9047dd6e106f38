//! Dates and times in the four shapes Go's YAML libraries know, and their RFC 3339 text.

/// The RFC 3339 text of a date or a time; nothing when `text` is neither.
///
/// Shapes: `2006-1-2`, `2006-1-2 15:4:5.9`, and with `T` or `t` between date and time and a zone behind.
pub(super) fn parse(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.get(4) != Some(&b'-') || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (date, time) = match text.find([' ', 't', 'T']) {
        Some(at) => (&text[..at], Some((bytes[at], &text[at + 1..]))),
        None => (text, None),
    };
    let date = parse_date(date)?;
    match time {
        None => Some(format!("{date}T00:00:00Z")),
        Some((b' ', time)) => Some(format!("{date}T{}Z", parse_time(time)?)),
        Some((_, time)) => {
            let zone_at = time.find(['Z', '+', '-'])?;
            Some(format!("{date}T{}{}", parse_time(&time[..zone_at])?, parse_zone(&time[zone_at..])?))
        }
    }
}

fn parse_date(date: &str) -> Option<String> {
    let mut parts = date.splitn(3, '-');
    let year: u32 = parts.next()?.parse().ok()?;
    let month = below(parts.next()?, 13).filter(|&month| month > 0)?;
    let day = below(parts.next()?, days_in(year, month) + 1).filter(|&day| day > 0)?;
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn parse_time(time: &str) -> Option<String> {
    let (whole, fraction) = time.split_once(['.', ',']).map_or((time, None), |(whole, rest)| (whole, Some(rest)));
    let mut parts = whole.splitn(3, ':');
    let hour = below(parts.next()?, 24)?;
    let minute = below(parts.next()?, 60)?;
    let second = below(parts.next()?, 60)?;
    Some(format!("{hour:02}:{minute:02}:{second:02}{}", parse_fraction(fraction)?))
}

/// The fraction of a second, to nanoseconds, without trailing zeros.
fn parse_fraction(fraction: Option<&str>) -> Option<String> {
    let Some(digits) = fraction else { return Some(String::new()) };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = digits[..digits.len().min(9)].trim_end_matches('0');
    Some(if kept.is_empty() { String::new() } else { format!(".{kept}") })
}

fn parse_zone(zone: &str) -> Option<String> {
    if zone == "Z" {
        return Some(zone.to_owned());
    }
    let (hours, minutes) = zone[1..].split_once(':')?;
    let has_shape = hours.len() == 2 && minutes.len() == 2;
    let (hours, minutes) = (below(hours, 25)?, below(minutes, 61)?);
    let text = if hours == 0 && minutes == 0 { "Z".to_owned() } else { zone.to_owned() };
    has_shape.then_some(text)
}

/// A number of one or two digits below `limit`.
fn below(text: &str, limit: u32) -> Option<u32> {
    let has_shape = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&number: &u32| has_shape && number < limit)
}
