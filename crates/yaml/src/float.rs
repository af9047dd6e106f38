//! Floating-point numbers as Go prints them, and as JSON holds them after Go has printed them.

use serde_json::{Number, Value};

/// The JSON number that Go's encoder prints for `float`, read back: whole numbers become integers when they fit.
/// Nothing for infinities and not-a-number, which JSON lacks.
pub(crate) fn to_json(float: f64) -> Option<Value> {
    const PRINTED_WITH_EXPONENT: f64 = 1e21;
    let is_negative_zero = float == 0.0 && float.is_sign_negative();
    if float.fract() == 0.0 && float.abs() < PRINTED_WITH_EXPONENT && !is_negative_zero {
        let text = format!("{float}");
        if let Ok(integer) = text.parse::<i64>() {
            return Some(integer.into());
        }
        if let Ok(integer) = text.parse::<u64>() {
            return Some(integer.into());
        }
    }
    Number::from_f64(float).map(Value::Number)
}

/// From this power of ten on, Go's `%g` prints an exponent; below 1e-4 too.
const EXPONENT_FROM: i32 = 6;

/// Go's `%g` with the fewest digits, from Rust's scientific notation.
fn shortest(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..EXPONENT_FROM).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    plain(mantissa, exponent)
}

/// Moves the point of `mantissa` by `exponent` places.
fn plain(mantissa: &str, exponent: i32) -> String {
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = digits.chars().filter(|&c| c != '.').collect();
    let whole = usize::try_from(exponent + 1).unwrap_or(0);
    if whole == 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    if digits.len() <= whole {
        return format!("{sign}{digits:0<whole$}");
    }
    format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
}

/// A float as Go's YAML writers print it.
pub(crate) fn to_yaml(float: f64) -> String {
    shortest(&format!("{float:e}"))
}

/// How Go names a number that JSON lacks.
pub(crate) fn go_name(float: f64) -> &'static str {
    match float {
        _ if float.is_nan() => "NaN",
        _ if float > 0.0 => "+Inf",
        _ => "-Inf",
    }
}

/// A float key as `sigs.k8s.io/yaml` turns it into text: rounded to single precision.
pub(crate) fn to_key(float: f64) -> String {
    match float {
        _ if float.is_nan() => ".nan".to_owned(),
        _ if (float as f32).is_infinite() => if float > 0.0 { ".inf" } else { "-.inf" }.to_owned(),
        _ => shortest(&format!("{:e}", float as f32)),
    }
}

#[cfg(test)]
mod tests {
    use super::{to_json, to_key, to_yaml};

    #[test]
    fn numbers_print_as_in_go() {
        let check = |float: f64, expected: &str| assert_eq!(to_yaml(float), expected);
        check(0.5, "0.5");
        check(-12.25, "-12.25");
        check(1e21, "1e+21");
        check(1e-7, "1e-07");
        check(0.0001, "0.0001");
        check(123456789.5, "1.234567895e+08");
        assert_eq!(to_key(1.1), "1.1");
        assert_eq!(to_key(1e300), ".inf");
    }

    #[test]
    fn whole_floats_become_integers_in_json() {
        assert_eq!(to_json(1.0), Some(1.into()));
        assert_eq!(to_json(1e19), Some(10_000_000_000_000_000_000_u64.into()));
        assert_eq!(to_json(f64::INFINITY), None);
    }
}
