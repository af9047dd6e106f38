//! Decimal arithmetic: what sprig's float functions compute with, so that 0.1 and 0.2 make 0.3.

use crate::error::Fault;

/// A decimal number: an integer of up to 38 digits times a power of ten. Past that it goes on as a float.
#[derive(Clone, Copy, Debug)]
pub(super) enum Decimal {
    Exact(i128, i32),
    Rough(f64),
}

/// Digits after the point that a division keeps.
const DIVISION_DIGITS: i32 = 16;

impl Decimal {
    /// The decimal that a float prints as.
    pub(super) fn from_float(number: f64) -> Result<Self, Fault> {
        if !number.is_finite() {
            let shown = crate::value::format_float(number);
            return Err(format!("Cannot create a Decimal from {shown}").into());
        }
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
        let digits: i128 = mantissa.replace('.', "").parse().unwrap_or(0);
        Ok(Self::Exact(digits, exponent.parse::<i32>().unwrap_or(0) - fraction))
    }

    pub(super) fn to_float(self) -> f64 {
        match self {
            Self::Exact(digits, exponent) => format!("{digits}e{exponent}").parse().unwrap_or(f64::NAN),
            Self::Rough(number) => number,
        }
    }

    /// Both numbers over the smaller power of ten.
    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let (Self::Exact(a, x), Self::Exact(b, y)) = (self, other) else {
            return None;
        };
        let low = x.min(y);
        Some((scale(a, x - low)?, scale(b, y - low)?, low))
    }

    pub(super) fn plus(self, other: Self) -> Result<Self, Fault> {
        let sum = self.aligned(other).and_then(|(a, b, low)| Some(Self::Exact(a.checked_add(b)?, low)));
        Ok(sum.unwrap_or(Self::Rough(self.to_float() + other.to_float())))
    }

    pub(super) fn minus(self, other: Self) -> Result<Self, Fault> {
        let difference = self.aligned(other).and_then(|(a, b, low)| Some(Self::Exact(a.checked_sub(b)?, low)));
        Ok(difference.unwrap_or(Self::Rough(self.to_float() - other.to_float())))
    }

    pub(super) fn times(self, other: Self) -> Result<Self, Fault> {
        let product = match (self, other) {
            (Self::Exact(a, x), Self::Exact(b, y)) => a.checked_mul(b).map(|digits| Self::Exact(digits, x + y)),
            _ => None,
        };
        Ok(product.unwrap_or(Self::Rough(self.to_float() * other.to_float())))
    }

    /// The quotient rounded half away from zero to sixteen digits after the point.
    pub(super) fn over(self, other: Self) -> Result<Self, Fault> {
        if other.to_float() == 0.0 {
            return Err("decimal division by 0".into());
        }
        Ok(self.quotient(other).unwrap_or(Self::Rough(self.to_float() / other.to_float())))
    }

    fn quotient(self, other: Self) -> Option<Self> {
        let (Self::Exact(a, x), Self::Exact(b, y)) = (self, other) else {
            return None;
        };
        let shift = x - y + DIVISION_DIGITS;
        let (bottom, digits) = if shift >= 0 { (b, shift) } else { (scale(b, -shift)?, 0) };
        // Digit by digit, so that only the quotient has to fit, not the scaled dividend.
        let (mut quotient, mut rest) = (a / bottom, a % bottom);
        for _ in 0..digits {
            let next = rest.checked_mul(10)?;
            quotient = quotient.checked_mul(10)?.checked_add(next / bottom)?;
            rest = next % bottom;
        }
        let up = rest.unsigned_abs().checked_mul(2)? >= bottom.unsigned_abs();
        let away = if (a < 0) == (bottom < 0) { 1 } else { -1 };
        Some(Self::Exact(if up { quotient + away } else { quotient }, -DIVISION_DIGITS))
    }
}

fn scale(digits: i128, power: i32) -> Option<i128> {
    if digits == 0 {
        return Some(0);
    }
    digits.checked_mul(10i128.checked_pow(u32::try_from(power).ok()?)?)
}
