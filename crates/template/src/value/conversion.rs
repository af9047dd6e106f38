//! Between template values and JSON trees, which is how values come in and how YAML goes out.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Number, Value as Json};

use super::print::method_text;
use super::{Int, Map, Text, Uint, Value};
use crate::limits::{Limits, with_stack};

/// Why a value has no JSON form.
#[derive(Clone, Debug, PartialEq)]
pub enum Unconvertible {
    /// Deeper than [`Limits::value_depth`], or a map that contains itself.
    Depth,
    /// More than [`Limits::string_bytes`] would be written.
    Size,
    /// Infinities and NaN have no form.
    Number(f64),
}

impl fmt::Display for Unconvertible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth => f.write_str("limit value_depth passed: converting a value"),
            Self::Size => f.write_str("limit string_bytes passed: converting a value"),
            Self::Number(number) => write!(f, "json: unsupported value: {}", super::format_float(*number)),
        }
    }
}

impl Value {
    /// The value that a JSON tree denotes: whole numbers are `int64`, others `float64`.
    ///
    /// Helm decodes values files with Go's encoding/json, which leaves every number a `float64`, and `--set` leaves
    /// `int64`; a tree that keeps the two apart as float and integer numbers keeps them apart here.
    pub fn from_json(json: &Json) -> Self {
        from_json(json, &|number| match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => Self::int64(integer),
            (None, Some(integer)) => Self::Uint(integer, Uint::Uint64),
            (None, None) => Self::Float(number.as_f64().unwrap_or_default()),
        })
    }

    /// The value as Go's encoding/json decodes it into an empty interface: every number is a `float64`.
    pub fn decoded(json: &Json) -> Self {
        from_json(json, &|number| Self::Float(number.as_f64().unwrap_or_default()))
    }

    /// The JSON tree of the value, as Go's encoding/json writes it. Whole floats become integers, as they are printed.
    pub fn to_json(&self, limits: &Limits) -> Result<Json, Unconvertible> {
        ToJson { left: limits.string_bytes, depth_max: limits.value_depth }.value(self, 0)
    }
}

fn from_json(json: &Json, number: &impl Fn(&Number) -> Value) -> Value {
    with_stack(|| match json {
        Json::Null => Value::Nil,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(value) => number(value),
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(|item| from_json(item, number)).collect()),
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, item)| (Text::from(key.as_str()), from_json(item, number)));
            Value::Map(Rc::new(Map::from_entries(entries)))
        }
    })
}

struct ToJson {
    left: usize,
    depth_max: usize,
}

impl ToJson {
    fn spend(&mut self, bytes: usize) -> Result<(), Unconvertible> {
        self.left = self.left.checked_sub(bytes).ok_or(Unconvertible::Size)?;
        Ok(())
    }

    fn text(&mut self, text: &Text) -> Result<String, Unconvertible> {
        self.spend(text.len())?;
        Ok(text.lossy().into_owned())
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<Json, Unconvertible> {
        if depth > self.depth_max {
            return Err(Unconvertible::Depth);
        }
        self.spend(2)?;
        Ok(match value {
            Value::Nil => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Int(number, _) => Json::from(*number),
            Value::Uint(number, _) => Json::from(*number),
            Value::Float(number) => Json::Number(float_number(*number)?),
            Value::Complex(real, _) => return Err(Unconvertible::Number(*real)),
            Value::String(text) => Json::String(self.text(text)?),
            Value::Bytes(bytes) => {
                self.spend(bytes.len() * 4 / 3)?;
                Json::String(STANDARD.encode(bytes.as_bytes()))
            }
            Value::List(list) if list.is_nil() => Json::Null,
            Value::Map(map) if map.is_nil() => Json::Null,
            Value::List(list) => with_stack(|| {
                let items = list.items();
                items.iter().map(|item| self.value(item, depth + 1)).collect::<Result<_, _>>().map(Json::Array)
            })?,
            Value::Map(map) => with_stack(|| self.entries(&map.entries(), depth))?,
            Value::Struct(fields) => match (fields.encoded(value), method_text(value)) {
                (Some(shown), _) => self.value(&shown, depth + 1)?,
                (_, Some(text)) if fields.fields.is_empty() => Json::String(text),
                _ => {
                    let fields = fields.fields.iter();
                    let entries = fields.map(|(name, field)| Ok(((*name).to_string(), self.value(field, depth + 1)?)));
                    Json::Object(entries.collect::<Result<_, _>>()?)
                }
            },
            Value::Time(time) => Json::String(time.format("2006-01-02T15:04:05.999999999Z07:00")),
        })
    }

    fn entries(&mut self, entries: &BTreeMap<Text, Value>, depth: usize) -> Result<Json, Unconvertible> {
        let entries = entries.iter().map(|(key, item)| Ok((self.text(key)?, self.value(item, depth + 1)?)));
        entries.collect::<Result<_, _>>().map(Json::Object)
    }
}

/// Whole numbers below 10²¹ print without a fraction in Go's JSON; where they fit they become integers here.
fn float_number(number: f64) -> Result<Number, Unconvertible> {
    if number.fract() == 0.0 && number.abs() < 9.2e18 && !(number == 0.0 && number.is_sign_negative()) {
        return Ok(Number::from(number as i64));
    }
    Number::from_f64(number).ok_or(Unconvertible::Number(number))
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number, Int::Int64)
    }
}
