//! Floating-point numbers in decimal, as Go's strconv writes them.

/// The decimal digits of a positive finite number: `0.d1d2d3… × 10^point`.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// How many digits are wanted.
#[derive(Clone, Copy)]
enum Digits {
    Shortest,
    Significant(usize),
}

fn decimal(value: f64, wanted: Digits) -> Decimal {
    let text = match wanted {
        Digits::Shortest => format!("{value:e}"),
        Digits::Significant(count) => format!("{value:.*e}", count.saturating_sub(1)),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    Decimal { digits, point: exponent.parse::<i32>().unwrap_or(0) + 1 }
}

/// The shortest text that reads back as the same number, as `strconv.FormatFloat(f, 'g', -1, 64)`.
pub fn shortest(value: f64) -> String {
    format(value, b'g', None)
}

/// `strconv.FormatFloat(value, verb, precision, 64)` for the verbs `e E f F g G x X b`.
pub(crate) fn format(value: f64, verb: u8, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    let mut out = String::new();
    if value.is_sign_negative() {
        out.push('-');
    }
    let value = value.abs();
    match verb {
        b'f' | b'F' => fixed(&mut out, value, precision),
        b'e' | b'E' => scientific(&mut out, value, precision, verb),
        b'x' | b'X' => hexadecimal(&mut out, value, precision, verb),
        b'b' => binary(&mut out, value),
        _ => general(&mut out, value, precision, verb),
    }
    out
}

fn fixed(out: &mut String, value: f64, precision: Option<usize>) {
    match precision {
        Some(precision) => out.push_str(&format!("{value:.precision$}")),
        None => out.push_str(&format!("{value}")),
    }
}

fn scientific(out: &mut String, value: f64, precision: Option<usize>, verb: u8) {
    let wanted = precision.map_or(Digits::Shortest, |precision| Digits::Significant(precision + 1));
    let decimal = decimal(value, wanted);
    push_scientific(out, &decimal, decimal.digits.len(), verb);
}

fn push_scientific(out: &mut String, decimal: &Decimal, digits: usize, verb: u8) {
    let digit = |index: usize| char::from(decimal.digits.get(index).copied().unwrap_or(b'0'));
    out.push(digit(0));
    if digits > 1 {
        out.push('.');
        (1..digits).for_each(|index| out.push(digit(index)));
    }
    let zero = decimal.digits.iter().all(|digit| *digit == b'0');
    let exponent = if zero { 0 } else { decimal.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    out.push(char::from(verb));
    out.push_str(&format!("{sign}{:02}", exponent.abs()));
}

fn general(out: &mut String, value: f64, precision: Option<usize>, verb: u8) {
    let precision = precision.map(|precision| precision.max(1));
    let mut decimal = decimal(value, precision.map_or(Digits::Shortest, Digits::Significant));
    if value == 0.0 {
        decimal.point = 1;
        decimal.digits = vec![b'0'];
    }
    while decimal.digits.len() > 1 && decimal.digits.last() == Some(&b'0') {
        decimal.digits.pop();
    }
    let length = decimal.digits.len();
    let mut threshold = precision.unwrap_or(6);
    if precision.is_some() && threshold > length && length as i32 >= decimal.point {
        threshold = length;
    }
    let exponent = decimal.point - 1;
    if exponent < -4 || exponent >= threshold as i32 {
        push_scientific(out, &decimal, length, if verb == b'G' { b'E' } else { b'e' });
    } else {
        push_plain(out, &decimal);
    }
}

fn push_plain(out: &mut String, decimal: &Decimal) {
    let point = decimal.point;
    if point <= 0 {
        out.push_str("0.");
        (point..0).for_each(|_| out.push('0'));
        decimal.digits.iter().for_each(|digit| out.push(char::from(*digit)));
        return;
    }
    for (index, digit) in decimal.digits.iter().enumerate() {
        if index as i32 == point {
            out.push('.');
        }
        out.push(char::from(*digit));
    }
    (decimal.digits.len() as i32..point).for_each(|_| out.push('0'));
}

fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let mantissa = bits & ((1 << 52) - 1);
    if exponent == 0 { (mantissa, -1074) } else { (mantissa | 1 << 52, exponent - 1075) }
}

fn binary(out: &mut String, value: f64) {
    let (mantissa, exponent) = parts(value);
    out.push_str(&format!("{mantissa}p{exponent:+}"));
}

/// `0x1.8p+01`: a one-digit mantissa, then as many hexadecimal digits as asked for.
fn hexadecimal(out: &mut String, value: f64, precision: Option<usize>, verb: u8) {
    let (mut mantissa, mut exponent) = parts(value);
    if mantissa == 0 {
        exponent = 0;
    } else {
        let shift = mantissa.leading_zeros() - 3;
        mantissa <<= shift;
        exponent += 60 - shift as i32;
        if let Some(precision) = precision.filter(|precision| *precision < 15) {
            let drop = (60 - precision * 4) as u32;
            let half = 1u64 << (drop - 1);
            let rest = mantissa & ((1 << drop) - 1);
            mantissa >>= drop;
            if rest > half || rest == half && mantissa & 1 == 1 {
                mantissa += 1;
            }
            mantissa <<= drop;
            if mantissa >> 61 == 1 {
                mantissa >>= 1;
                exponent += 1;
            }
        }
    }
    let digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let kept = match precision {
        Some(precision) => format!("{digits:0<precision$}")[..precision].to_string(),
        None => digits.trim_end_matches('0').to_string(),
    };
    let dot = if kept.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    let text = format!("0x{}{dot}{kept}p{sign}{:02}", mantissa >> 60, exponent.abs());
    out.push_str(&if verb == b'X' { text.to_uppercase() } else { text });
}

/// The `#` flag of floats: a decimal point always, and trailing zeros kept.
pub(super) fn with_point(body: &str, verb: char, precision: Option<usize>) -> String {
    let exponent = match verb {
        'x' | 'X' => body.find(['p', 'P']),
        _ => body.find(['e', 'E']),
    };
    let (mantissa, tail) = body.split_at(exponent.unwrap_or(body.len()));
    let mut wanted = match verb {
        'g' | 'G' | 'x' | 'v' => precision.unwrap_or(6) as i64,
        _ => 0,
    };
    let significant = mantissa.trim_start_matches(['0', '.']).bytes().filter(|byte| *byte != b'.').count();
    wanted -= significant as i64;
    let mut text = mantissa.to_string();
    if !text.contains('.') {
        if text == "0" {
            wanted -= 1;
        }
        text.push('.');
    }
    (0..wanted.max(0)).for_each(|_| text.push('0'));
    text + tail
}
