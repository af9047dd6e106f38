//! Integers in every base Go knows, and floats.

use super::Scalar;

/// A number that begins with a digit or a sign. Underscores may stand anywhere between digits.
pub(super) fn any(text: &str) -> Option<Scalar<'static>> {
    let bare = text.replace('_', "");
    integer(&bare).or_else(|| if is_decimal_float(&bare) { float(&bare) } else { None })
}

/// A decimal float that does not overflow.
pub(super) fn float(text: &str) -> Option<Scalar<'static>> {
    let is_go_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let float: f64 = text.parse().ok().filter(|_| is_go_decimal)?;
    float.is_finite().then_some(Scalar::Float(float))
}

fn integer(bare: &str) -> Option<Scalar<'static>> {
    let (negative, digits) = match bare.as_bytes().first()? {
        b'-' => (true, &bare[1..]),
        b'+' => (false, &bare[1..]),
        _ => (false, bare),
    };
    let (radix, digits) = split_radix(digits);
    if !digits.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    match i64::try_from(magnitude) {
        Ok(int) => Some(Scalar::Int(int)),
        Err(_) if bare.starts_with('+') => None,
        Err(_) => Some(Scalar::Uint(magnitude)),
    }
}

fn split_radix(digits: &str) -> (u32, &str) {
    match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    }
}

/// `[-+]? ( . digits | digits [ . digits? ] ) ( [eE] [-+]? digits )?`
fn is_decimal_float(bare: &str) -> bool {
    let unsigned = bare.strip_prefix(['-', '+']).unwrap_or(bare);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && is_digits(digits)
    });
    is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}
