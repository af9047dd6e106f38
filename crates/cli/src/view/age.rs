//! How long ago something was.

use jiff::Timestamp;
use object::Value;

/// The time since a timestamp of the API as kubectl writes it: `42s`, `5m`, `3h`, `12d`; `<unknown>` where it is none.
pub fn age(since: Option<&Value>, now: Timestamp) -> String {
    let Some(since) = since.and_then(Value::as_str).and_then(|text| text.parse::<Timestamp>().ok()) else { return "<unknown>".into() };
    let seconds = now.as_second().saturating_sub(since.as_second()).max(0);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7_200 => format!("{}m", seconds / 60),
        7_200..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_grows_with_the_age() {
        let now = "2026-01-10T00:00:00Z".parse().unwrap();
        for (since, expected) in [
            ("2026-01-09T23:59:18Z", "42s"),
            ("2026-01-09T23:55:00Z", "5m"),
            ("2026-01-09T21:00:00Z", "3h"),
            ("2025-12-29T00:00:00Z", "12d"),
            ("2026-01-10T00:00:09Z", "0s"),
            ("soon", "<unknown>"),
        ] {
            assert_eq!(age(Some(&since.into()), now), expected);
        }
    }
}
