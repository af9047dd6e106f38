//! Number constants: what Go's strconv makes of them, as each of the types they may stand for.

/// A constant and every type that can hold it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Number {
    /// As written.
    pub text: Box<str>,
    /// As a signed integer, where it is one.
    pub int: Option<i64>,
    /// As an unsigned integer, where it is one.
    pub uint: Option<u64>,
    /// As a float, where it is one.
    pub float: Option<f64>,
    /// As a complex number, where it was written as one.
    pub complex: Option<(f64, f64)>,
}

impl Number {
    /// A character constant such as `'a'`.
    pub(super) fn character(text: &str) -> Result<Self, String> {
        let syntax = || "invalid syntax".to_string();
        let quote = text.chars().next().ok_or_else(syntax)?;
        let (unit, tail) = crate::value::quote::unquote_unit(&text[1..], quote).ok_or_else(syntax)?;
        if tail != "'" {
            return Err(format!("malformed character constant: {text}"));
        }
        let code = unit.code();
        Ok(Self { text: text.into(), int: Some(i64::from(code)), uint: Some(u64::from(code)), float: Some(f64::from(code)), complex: None })
    }

    /// A complex constant such as `1+2i`.
    pub(super) fn complex(text: &str) -> Result<Self, String> {
        let syntax = || "syntax error scanning complex number".to_string();
        let body = text.strip_suffix('i').ok_or_else(syntax)?;
        let exponent = |at: usize| matches!(body.as_bytes()[at - 1], b'e' | b'E' | b'p' | b'P');
        let split = body.rmatch_indices(['+', '-']).map(|(at, _)| at).find(|at| *at > 0 && !exponent(*at));
        let (real, imaginary) = body.split_at(split.ok_or_else(syntax)?);
        let parts = parse_float(real).zip(parse_float(imaginary)).ok_or_else(syntax)?;
        Ok(Self { text: text.into(), ..Self::of_complex(parts) })
    }

    fn of_complex((real, imaginary): (f64, f64)) -> Self {
        let float = (imaginary == 0.0).then_some(real);
        let int = float.filter(|float| *float as i64 as f64 == *float).map(|float| float as i64);
        let uint = float.filter(|float| *float as u64 as f64 == *float).map(|float| float as u64);
        Self { text: "".into(), int, uint, float, complex: Some((real, imaginary)) }
    }

    /// Any other constant.
    pub(super) fn real(text: &str) -> Result<Self, String> {
        if let Some(imaginary) = text.strip_suffix('i').and_then(parse_float) {
            return Ok(Self { text: text.into(), ..Self::of_complex((0.0, imaginary)) });
        }
        let (mut uint, int) = (parse_uint(text), parse_int(text));
        if int == Some(0) {
            uint = Some(0);
        }
        let mut number = Self { text: text.into(), int, uint, float: None, complex: None };
        number.float = int.map(|int| int as f64).or(uint.map(|uint| uint as f64));
        if number.float.is_some() {
            return Ok(number);
        }
        let Some(float) = parse_float(text) else {
            return Err(format!("illegal number syntax: {}", quoted(text)));
        };
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", quoted(text)));
        }
        number.float = Some(float);
        number.int = (float as i64 as f64 == float).then_some(float as i64);
        number.uint = (float as u64 as f64 == float).then_some(float as u64);
        Ok(number)
    }

    /// The integer that a text denotes in any of Go's bases.
    pub(crate) fn int_of(text: &str) -> Option<i64> {
        parse_int(text)
    }

    /// The float that a text denotes in Go's syntax.
    pub(crate) fn float_of(text: &str) -> Option<f64> {
        parse_float(text)
    }

    /// Whether it was written as an integer in hexadecimal.
    pub(crate) fn is_hex_int(&self) -> bool {
        self.text.len() > 2 && self.text.starts_with(['0']) && self.text[1..].starts_with(['x', 'X']) && !self.text.contains(['p', 'P'])
    }
}

fn quoted(text: &str) -> String {
    crate::value::quote::quote(text.as_bytes(), false)
}

/// `strconv.ParseUint(text, 0, 64)`.
fn parse_uint(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    let prefixed = digits.len() < lower.len();
    let digits = without_underscores(digits, prefixed)?;
    if !digits.starts_with(|c: char| c.is_digit(radix)) {
        return None;
    }
    u64::from_str_radix(&digits, radix).ok()
}

/// `strconv.ParseInt(text, 0, 64)`.
fn parse_int(text: &str) -> Option<i64> {
    let (negative, magnitude) = match text.strip_prefix(['+', '-']) {
        Some(magnitude) => (text.starts_with('-'), parse_uint(magnitude)?),
        None => (false, parse_uint(text)?),
    };
    match negative {
        false => i64::try_from(magnitude).ok(),
        true if magnitude <= 1 << 63 => Some((magnitude as i64).wrapping_neg()),
        true => None,
    }
}

/// Underscores may stand between digits, and after a base prefix.
fn without_underscores(digits: &str, prefixed: bool) -> Option<String> {
    if !digits.contains('_') {
        return Some(digits.to_string());
    }
    let misplaced = digits.ends_with('_') || digits.contains("__") || digits.starts_with('_') && !prefixed;
    (!misplaced).then(|| digits.replace('_', ""))
}

/// `strconv.ParseFloat(text, 64)` for constants: no infinities, no words.
fn parse_float(text: &str) -> Option<f64> {
    let (sign, body) = match text.strip_prefix(['+', '-']) {
        Some(body) => (if text.starts_with('-') { -1.0 } else { 1.0 }, body),
        None => (1.0, text),
    };
    if body.starts_with("0x") || body.starts_with("0X") {
        return Some(sign * parse_hex_float(&without_underscores(&body[2..], true)?)?);
    }
    let body = without_underscores(body, false)?;
    if !body.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    let number: f64 = body.parse().ok()?;
    number.is_finite().then_some(sign * number)
}

fn parse_hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for c in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(c.to_digit(16)?);
    }
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(4 * fraction.len() as i32)?;
    Some(value * f64::powi(2.0, exponent))
}
