//! Loose conversions between values, as sprig makes them before it computes.

use crate::error::Fault;
use crate::parse::Number;
use crate::value::print::method_text;
use crate::value::{Int, Text, Value, format};

/// Anything as an integer; what cannot be one is 0.
pub(crate) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Int(number, Int::Int | Int::Int64 | Int::Int32 | Int::Weekday | Int::Month) => *number,
        Value::Uint(number, _) => *number as i64,
        Value::Float(number) => go_int(*number),
        Value::String(text) => Number::int_of(&without_zero_fraction(&text.lossy())).unwrap_or(0),
        Value::Bool(flag) => i64::from(*flag),
        _ => 0,
    }
}

/// A float as the processor that Go runs on converts it: out of range becomes the least integer.
pub(crate) fn go_int(number: f64) -> i64 {
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number);
    if fits { number as i64 } else { i64::MIN }
}

/// Drops a fraction that is all zeros: `8.0` reads as an integer.
fn without_zero_fraction(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole.into(),
        _ => text.into(),
    }
}

/// Anything as a float; what cannot be one is 0.
pub(crate) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Int(number, Int::Int | Int::Int64 | Int::Int32 | Int::Weekday | Int::Month) => *number as f64,
        Value::Uint(number, _) => *number as f64,
        Value::Float(number) => *number,
        Value::String(text) => parse_float(&text.lossy()).unwrap_or(0.0),
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        _ => 0.0,
    }
}

/// `strconv.ParseFloat` with its words for infinity and NaN.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let word = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let number = match word.as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => return (word.len() == text.len()).then_some(f64::NAN),
        _ => return Number::float_of(text),
    };
    Some(if text.starts_with('-') { -number } else { number })
}

/// Anything as text: what `toString` gives.
pub(crate) fn to_text(value: &Value) -> Result<Text, Fault> {
    match value {
        Value::String(text) | Value::Bytes(text) => Ok(text.clone()),
        value => match method_text(value) {
            Some(text) => Ok(text.into()),
            None => format::display(value, &Default::default()).map(Text::from),
        },
    }
}

/// A value as the texts of its items: what `join` and `sortAlpha` work on. Nil items are left out.
pub(crate) fn to_texts(value: &Value) -> Result<Vec<Text>, Fault> {
    match value {
        Value::Nil => Ok(Vec::new()),
        Value::List(list) => list.items().iter().filter(|item| !matches!(item, Value::Nil)).map(to_text).collect(),
        Value::Bytes(bytes) => Ok(bytes.as_bytes().iter().map(|byte| Text::from(byte.to_string())).collect()),
        value => Ok(vec![to_text(value)?]),
    }
}

/// Whether sprig calls the value empty: the zero of its type, or without items.
pub(crate) fn is_empty(value: &Value) -> bool {
    !value.truth()
}

/// Whether Go's `reflect.DeepEqual` holds: same types, same contents.
pub(crate) fn deep_equal(left: &Value, right: &Value) -> bool {
    equal_at(left, right, 0)
}

/// Deeper than this, values count as different.
const EQUAL_DEPTH_MAX: usize = 1_000;

fn equal_at(left: &Value, right: &Value, depth: usize) -> bool {
    if depth > EQUAL_DEPTH_MAX {
        return false;
    }
    match (left, right) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left, a), Value::Int(right, b)) => left == right && a == b,
        (Value::Uint(left, a), Value::Uint(right, b)) => left == right && a == b,
        (Value::Float(left), Value::Float(right)) => left == right,
        (Value::Complex(a, b), Value::Complex(c, d)) => a == c && b == d,
        (Value::String(left), Value::String(right)) | (Value::Bytes(left), Value::Bytes(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            std::rc::Rc::ptr_eq(left, right)
                || left.element() == right.element()
                    && left.is_nil() == right.is_nil()
                    && left.len() == right.len()
                    && crate::limits::with_stack(|| {
                        let pairs = left.items();
                        pairs.iter().zip(right.items().iter()).all(|(left, right)| equal_at(left, right, depth + 1))
                    })
        }
        (Value::Map(a), Value::Map(b)) => {
            std::rc::Rc::ptr_eq(a, b)
                || left.type_name() == right.type_name()
                    && a.is_nil() == b.is_nil()
                    && a.len() == b.len()
                    && crate::limits::with_stack(|| {
                        let (a, b) = (a.entries(), b.entries());
                        a.iter().all(|(key, left)| b.get(key).is_some_and(|right| equal_at(left, right, depth + 1)))
                    })
        }
        (Value::Struct(left), Value::Struct(right)) => std::rc::Rc::ptr_eq(left, right),
        (Value::Time(left), Value::Time(right)) => left.instant == right.instant,
        _ => false,
    }
}
