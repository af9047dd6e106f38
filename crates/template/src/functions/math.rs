//! Arithmetic on integers and decimals, conversions to numbers, ranges.

use super::arguments::{Int64, Integer, Rest};
use super::cast::{to_float, to_int};
use super::decimal::Decimal;
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Element, List, Text, Value, format};

table! {
    "add" 1 add, "The sum of integers.";
    "add1" 1 add1, "One more.";
    "sub" 2 sub, "The first integer less the second.";
    "div" 2 div, "The first integer divided by the second.";
    "mod" 2 modulo, "The remainder of the first integer by the second.";
    "mul" 2 mul, "The product of integers.";
    "max" 2 max, "The greatest integer.";
    "biggest" 2 max, "Old name of max.";
    "min" 2 min, "The least integer.";
    "addf" 1 addf, "The sum of decimals.";
    "add1f" 1 add1f, "One more, for decimals.";
    "subf" 2 subf, "The first decimal less the others.";
    "divf" 2 divf, "The first decimal divided by the others.";
    "mulf" 2 mulf, "The product of decimals.";
    "maxf" 2 maxf, "The greatest float.";
    "minf" 2 minf, "The least float.";
    "ceil" 1 ceil, "The least whole float at or above.";
    "floor" 1 floor, "The greatest whole float at or below.";
    "round" 3 round, "Rounded to a number of digits, up from a half or from a given part.";
    "int" 1 int, "Anything as an int.";
    "int64" 1 int64, "Anything as an int64.";
    "float64" 1 float64, "Anything as a float64.";
    "atoi" 1 atoi, "A decimal string as an int; 0 where it is none.";
    "toDecimal" 1 to_decimal, "An octal number as an int64; 0 where it is none.";
    "until" (with 1) until, "The integers from 0 up to a count.";
    "untilStep" (with 3) until_step, "The integers from one up to another by steps.";
    "seq" (with 1) seq, "Integers with spaces between, as the shell's seq gives them.";
}

fn add(values: Rest<Value>) -> Int64 {
    Int64(values.0.iter().map(to_int).fold(0, i64::wrapping_add))
}

fn add1(value: Value) -> Int64 {
    Int64(to_int(&value).wrapping_add(1))
}

fn sub(left: Value, right: Value) -> Int64 {
    Int64(to_int(&left).wrapping_sub(to_int(&right)))
}

fn by_zero() -> Fault {
    "runtime error: integer divide by zero".into()
}

fn div(left: Value, right: Value) -> Result<Int64, Fault> {
    match to_int(&right) {
        0 => Err(by_zero()),
        right => Ok(Int64(to_int(&left).wrapping_div(right))),
    }
}

fn modulo(left: Value, right: Value) -> Result<Int64, Fault> {
    match to_int(&right) {
        0 => Err(by_zero()),
        right => Ok(Int64(to_int(&left).wrapping_rem(right))),
    }
}

fn mul(first: Value, rest: Rest<Value>) -> Int64 {
    Int64(rest.0.iter().map(to_int).fold(to_int(&first), i64::wrapping_mul))
}

fn max(first: Value, rest: Rest<Value>) -> Int64 {
    Int64(rest.0.iter().map(to_int).fold(to_int(&first), i64::max))
}

fn min(first: Value, rest: Rest<Value>) -> Int64 {
    Int64(rest.0.iter().map(to_int).fold(to_int(&first), i64::min))
}

fn decimals(first: &Value, rest: &[Value], operation: impl Fn(Decimal, Decimal) -> Result<Decimal, Fault>) -> Result<f64, Fault> {
    let read = |value: &Value| Decimal::from_float(to_float(value));
    rest.iter().try_fold(read(first)?, |sum, value| operation(sum, read(value)?)).map(|sum| sum.to_float())
}

fn addf(values: Rest<Value>) -> Result<f64, Fault> {
    decimals(&Value::Float(0.0), &values.0, Decimal::plus)
}

fn add1f(value: Value) -> Result<f64, Fault> {
    decimals(&value, &[Value::Float(1.0)], Decimal::plus)
}

fn subf(first: Value, rest: Rest<Value>) -> Result<f64, Fault> {
    decimals(&first, &rest.0, Decimal::minus)
}

fn divf(first: Value, rest: Rest<Value>) -> Result<f64, Fault> {
    decimals(&first, &rest.0, Decimal::over)
}

fn mulf(first: Value, rest: Rest<Value>) -> Result<f64, Fault> {
    decimals(&first, &rest.0, Decimal::times)
}

/// Go's `math.Max` and `math.Min` give NaN where either is NaN, save against an infinity.
fn extreme(left: f64, right: f64, wins: f64, pick: fn(f64, f64) -> f64) -> f64 {
    if left == wins || right == wins {
        wins
    } else if left.is_nan() || right.is_nan() {
        f64::NAN
    } else {
        pick(left, right)
    }
}

fn maxf(first: Value, rest: Rest<Value>) -> f64 {
    let values = rest.0.iter().map(to_float);
    values.fold(to_float(&first), |left, right| extreme(left, right, f64::INFINITY, f64::max))
}

fn minf(first: Value, rest: Rest<Value>) -> f64 {
    let values = rest.0.iter().map(to_float);
    values.fold(to_float(&first), |left, right| extreme(left, right, f64::NEG_INFINITY, f64::min))
}

fn ceil(value: Value) -> f64 {
    to_float(&value).ceil()
}

fn floor(value: Value) -> f64 {
    to_float(&value).floor()
}

fn round(value: Value, places: i64, half: Rest<f64>) -> f64 {
    let half = half.0.first().copied().unwrap_or(0.5);
    let power = power_of_ten(places);
    let scaled = power * to_float(&value);
    let rounded = if scaled.fract() >= half { scaled.ceil() } else { scaled.floor() };
    rounded / power
}

fn power_of_ten(exponent: i64) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(f64::NAN)
}

fn int(value: Value) -> Integer {
    Integer(to_int(&value))
}

fn int64(value: Value) -> Int64 {
    Int64(to_int(&value))
}

fn float64(value: Value) -> f64 {
    to_float(&value)
}

/// Past the range of an int, Go's parser gives the nearest that fits beside its error, and sprig drops the error.
fn atoi(text: Text) -> Integer {
    let text = text.lossy();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Integer(0);
    }
    let nearest = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Integer(text.parse().unwrap_or(nearest))
}

fn to_decimal(value: Value) -> Result<Int64, Fault> {
    let shown = format::print(&[value], &Default::default())?;
    let number = std::str::from_utf8(&shown).ok().and_then(|text| i64::from_str_radix(text, 8).ok());
    Ok(Int64(number.unwrap_or(0)))
}

/// The integers from `start` towards `stop`; none where the step leads away.
fn steps(render: &mut Render<'_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Fault> {
    let leads = if stop < start { step < 0 } else { step > 0 };
    if !leads {
        return Ok(Vec::new());
    }
    let count = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    render.spend(count)?;
    super::strings::room(render, count.saturating_mul(8))?;
    Ok((0..count as i64).map(|index| start.wrapping_add(index.wrapping_mul(step))).collect())
}

fn integers(numbers: Vec<i64>) -> Value {
    let items = numbers.into_iter().map(Value::int).collect();
    Value::List(std::rc::Rc::new(List::typed(Element::Int, items)))
}

fn until(render: &mut Render<'_>, count: i64) -> Result<Value, Fault> {
    steps(render, 0, count, if count < 0 { -1 } else { 1 }).map(integers)
}

fn until_step(render: &mut Render<'_>, start: i64, stop: i64, step: i64) -> Result<Value, Fault> {
    steps(render, start, stop, step).map(integers)
}

fn seq(render: &mut Render<'_>, parameters: Rest<i64>) -> Result<String, Fault> {
    let (start, step, end) = match parameters.0.as_slice() {
        [end] => (1, if *end < 1 { -1 } else { 1 }, *end),
        [start, end] => (*start, if end < start { -1 } else { 1 }, *end),
        [start, step, end] if end < start && *step > 0 => return Ok(String::new()),
        [start, step, end] => (*start, *step, *end),
        _ => return Ok(String::new()),
    };
    let past = if end < start { end.wrapping_sub(1) } else { end.wrapping_add(1) };
    Ok(format_numbers(&steps(render, start, past, step)?))
}

fn format_numbers(numbers: &[i64]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
