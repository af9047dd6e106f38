//! Quantities as kube-apiserver writes them back: `0.5` is `500m`, `1024Mi` is `1Gi`, `1500m` stays.
//!
//! Counted in billionths, rounded up; what is larger than 2^63 billions is refused as no number. Nothing else is rounded.

const FORMAT: &str = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX: &str = "unable to parse quantity's suffix";
const NUMBER: &str = "unable to parse numeric part of quantity";

/// Decimal suffixes and their powers of ten.
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
/// Binary suffixes, each 1024 times the one before.
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
/// The smallest unit that is counted.
const SCALE: i32 = 9;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Decimal,
    Exponent,
    Binary,
}

/// A quantity in its canonical form, or what is wrong with it.
pub fn canonical(text: &str) -> Result<String, String> {
    let (number, suffix) = split(text).ok_or(FORMAT)?;
    let (format, factor) = interpret(suffix).ok_or(SUFFIX)?;
    let digits = number.trim_start_matches(['+', '-']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if is_canonical(whole, fraction, format, factor) {
        return Ok(text.to_owned());
    }
    let amount = amount(whole, fraction, format, factor).ok_or(NUMBER)?;
    Ok(format!("{}{}", if number.starts_with('-') && amount != 0 { "-" } else { "" }, written(amount, format)))
}

fn split(text: &str) -> Option<(&str, &str)> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(unsigned.len());
    let number = &unsigned[..end];
    let legal = number.bytes().any(|byte| byte.is_ascii_digit()) && number.matches('.').count() <= 1;
    let suffix = &unsigned[end..];
    let known = suffix.chars().all(|character| "eEinumkKMGTP+-".contains(character) || character.is_ascii_digit());
    (legal && known).then(|| (&text[..text.len() - suffix.len()], suffix))
}

/// The format of a suffix, and its power: of ten, or of 1024.
fn interpret(suffix: &str) -> Option<(Format, i32)> {
    if let Some((_, power)) = DECIMAL.iter().find(|(known, _)| *known == suffix) {
        return Some((Format::Decimal, *power));
    }
    if let Some(power) = BINARY.iter().position(|known| *known == suffix) {
        return Some((Format::Binary, i32::try_from(power).ok()?));
    }
    Some((Format::Exponent, suffix.strip_prefix(['e', 'E'])?.parse().ok()?))
}

/// Whether a text is kept as it was written.
fn is_canonical(whole: &str, fraction: &str, format: Format, power: i32) -> bool {
    let shifted = format!("{whole}{fraction}");
    match format {
        Format::Binary => fraction.is_empty() && power > 0 && shifted.parse::<u64>().is_ok_and(|value| value & 7 != 0),
        _ => {
            let scale = power - i32::try_from(fraction.len()).unwrap_or(i32::MAX);
            shifted == "0" || scale % 3 == 0 && fraction.is_empty() && !shifted.ends_with("000") && !shifted.starts_with('0')
        }
    }
}

/// The amount in billionths, rounded up.
fn amount(whole: &str, fraction: &str, format: Format, power: i32) -> Option<i128> {
    let digits: i128 = format!("0{whole}{fraction}").parse().ok()?;
    let places = i32::try_from(fraction.len()).ok()?;
    if format == Format::Binary {
        let scaled = digits.checked_mul(1024_i128.checked_pow(u32::try_from(power).ok()?)?)?;
        return shift(scaled, SCALE - places);
    }
    shift(digits, SCALE + power - places)
}

/// Times a power of ten, rounded up.
fn shift(value: i128, power: i32) -> Option<i128> {
    let factor = 10_i128.checked_pow(power.unsigned_abs())?;
    if power >= 0 { value.checked_mul(factor) } else { Some((value + factor - 1) / factor) }
}

fn written(amount: i128, format: Format) -> String {
    const ONE: i128 = 1_000_000_000;
    if format == Format::Binary && amount >= 1024 * ONE {
        let mut rest = (amount + ONE - 1) / ONE;
        let mut power = 0;
        while rest % 1024 == 0 && power + 1 < BINARY.len() {
            rest /= 1024;
            power += 1;
        }
        return format!("{rest}{}", BINARY[power]);
    }
    let (mut rest, mut at) = (amount, 0);
    while rest != 0 && rest % 1000 == 0 && at + 1 < DECIMAL.len() {
        rest /= 1000;
        at += 1;
    }
    match (format, DECIMAL[at]) {
        _ if rest == 0 => "0".into(),
        (Format::Exponent, (_, power)) if power != 0 => format!("{rest}e{power}"),
        (_, (suffix, _)) => format!("{rest}{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_written_as_kube_apiserver_writes_them() {
        for (text, expected) in [
            ("0", "0"),
            ("0.5", "500m"),
            ("100m", "100m"),
            ("1000m", "1"),
            ("1500m", "1500m"),
            ("1.5", "1500m"),
            ("10000", "10k"),
            ("100Mi", "100Mi"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("128Mi", "128Mi"),
            ("0.1Ki", "102400m"),
            ("1e3", "1e3"),
            ("1Ei", "1Ei"),
            ("-1", "-1"),
            ("1000Ki", "1000Ki"),
            ("2048", "2048"),
            ("0.0001m", "100n"),
            ("1k", "1k"),
        ] {
            assert_eq!(canonical(text), Ok(expected.to_owned()), "{text}");
        }
        for text in ["", "abc", "1.2.3", "1x", "--1"] {
            assert!(canonical(text).is_err(), "{text}");
        }
    }
}
