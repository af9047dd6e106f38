//! The formats of strings that Kubernetes checks; all others are ignored.

use jiff::Timestamp;
use jiff::civil::Date;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether a text has a format. Format names come without dashes.
pub(crate) fn fits(format: &str, text: &str) -> bool {
    match format {
        "datetime" => text.parse::<Timestamp>().is_ok(),
        "date" => text.len() == 10 && text.parse::<Date>().is_ok(),
        "duration" => is_duration(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "cidr" => is_cidr(text),
        "uuid" => is_uuid(text),
        "byte" => is_base64(text),
        "uri" => is_uri(text),
        "hostname" => is_hostname(text),
        "email" => text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !text.contains(' ')),
        _ => true,
    }
}

/// The format's name as messages spell it.
pub(crate) fn name(format: &str) -> &str {
    if format == "datetime" { "date-time" } else { format }
}

/// A duration as Go parses it (`1h30m`, `-1.5s`), or as words (`3 days`).
fn is_duration(text: &str) -> bool {
    let rest = text.trim_start_matches(['+', '-']);
    rest == "0" || (!rest.is_empty() && is_go_duration(rest)) || is_spoken_duration(text)
}

fn is_go_duration(mut rest: &str) -> bool {
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let number = &rest[..digits];
        let after = &rest[digits..];
        let unit = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].into_iter().find(|unit| {
            after.strip_prefix(unit).is_some_and(|next| next.is_empty() || next.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
        });
        let (Some(unit), true) = (unit, number.contains(|c: char| c.is_ascii_digit()) && number.matches('.').count() < 2) else {
            return false;
        };
        rest = &after[unit.len()..];
    }
    true
}

fn is_spoken_duration(text: &str) -> bool {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let unit = text[digits..].trim().to_ascii_lowercase();
    let unit = unit.strip_suffix('s').unwrap_or(&unit);
    digits > 0 && ["d", "day", "week", "w", "hour", "hr", "minute", "min", "second", "sec"].contains(&unit)
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let width = bits.parse::<u8>().unwrap_or(u8::MAX);
    (address.parse::<Ipv4Addr>().is_ok() && width <= 32) || (address.parse::<Ipv6Addr>().is_ok() && width <= 128)
}

fn is_uuid(text: &str) -> bool {
    let digits = text.replace('-', "");
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_base64(text: &str) -> bool {
    let text: Vec<u8> = text.bytes().filter(|byte| !b"\r\n".contains(byte)).collect();
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = &text[..text.len() - padding];
    text.len().is_multiple_of(4) && padding <= 2 && body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
}

fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    text.starts_with('/') || (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains(' '))
}

fn is_hostname(text: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    text.len() <= 255 && text.trim_end_matches('.').split('.').all(label)
}
