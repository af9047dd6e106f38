//! The grammar of `--set` and its kin: `a.b[0].c=1,list={x,y},name=a\,b`.
//!
//! Refuses to be: the order in which flags apply; that is [`super::merge`]'s caller. What is odd here is odd in Helm too:
//! a missing end is accepted silently, a wrong type in the way is a refusal.

use object::{Map, Value};

use crate::{Error, Result};

/// The highest list index that may be set.
pub const SET_INDEX_MAX: i64 = 65_536;
/// Dots in one name.
pub const SET_LEVELS_MAX: usize = 30;

/// How the text behind `=` is read.
pub enum Mode<'a> {
    /// `--set`: booleans, null and integers are recognised.
    Typed,
    /// `--set-string`: everything is text.
    Text,
    /// `--set-json`: a JSON value.
    Json,
    /// `--set-literal`: the rest of the line is text, commas and backslashes included.
    Literal,
    /// `--set-file`: the text names a file whose content is the value.
    File(&'a dyn Fn(&str) -> std::result::Result<String, String>),
}

/// Reads `line` and writes what it sets into `values`. Earlier parts of a line that fails stay written.
pub fn set(line: &str, mode: &Mode<'_>, values: &mut Map<String, Value>) -> Result<()> {
    let mut parser = Parser { rest: line, mode };
    loop {
        match parser.key(values, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Fault(message)) => return Err(Error::Set(message)),
        }
    }
}

/// Why reading does not go on.
enum Stop {
    /// The line is at its end. Not a fault, wherever it happens.
    End,
    Fault(String),
}

type Step<T> = std::result::Result<T, Stop>;

fn fault<T>(message: impl Into<String>) -> Step<T> {
    Err(Stop::Fault(message.into()))
}

struct Parser<'a> {
    rest: &'a str,
    mode: &'a Mode<'a>,
}

impl Parser<'_> {
    fn key(&mut self, data: &mut Map<String, Value>, level: usize) -> Step<()> {
        let stops = if matches!(self.mode, Mode::Literal) { "=[." } else { "=[,." };
        let (key, last) = self.until(stops);
        match last {
            None if key.is_empty() => Err(Stop::End),
            None => fault(format!("key {key:?} has no value")),
            Some('[') => self.indexed(data, key, level),
            Some('=') => self.assigned(data, key),
            Some('.') => self.nested(data, key, level + 1),
            Some(_) => {
                let message = format!("key {key:?} has no value (cannot end with ,)");
                put(data, key, Value::String(String::new()));
                fault(message)
            }
        }
    }

    /// `key[`: the list is made if absent, and written back even where reading stops.
    fn indexed(&mut self, data: &mut Map<String, Value>, key: String, level: usize) -> Step<()> {
        let index = self.index()?;
        let mut list = match data.remove(&key) {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => {
                let message = conversion(&other, "[]interface {}");
                data.insert(key, other);
                return fault(message);
            }
        };
        let result = self.item(&mut list, index, level);
        put(data, key, Value::Array(list));
        result
    }

    fn assigned(&mut self, data: &mut Map<String, Value>, key: String) -> Step<()> {
        match self.value()? {
            Assigned::Value(value) => put(data, key, value),
            Assigned::End => {
                put(data, key, Value::String(String::new()));
                return Err(Stop::End);
            }
        }
        Ok(())
    }

    fn nested(&mut self, data: &mut Map<String, Value>, key: String, level: usize) -> Step<()> {
        if level > SET_LEVELS_MAX {
            return fault(format!("value name nested level is greater than maximum supported nested level of {SET_LEVELS_MAX}"));
        }
        let existing = data.remove(&key);
        let existed = existing.is_some();
        let mut inner = match existing {
            None => Map::new(),
            Some(Value::Object(inner)) => inner,
            Some(other) => {
                let message = conversion(&other, "map[string]interface {}");
                data.insert(key, other);
                return fault(message);
            }
        };
        let result = self.key(&mut inner, level);
        let is_empty = inner.is_empty();
        if is_empty && result.is_ok() {
            return fault(format!("key map {key:?} has no value"));
        }
        if existed || !is_empty {
            put(data, key, Value::Object(inner));
        }
        result
    }

    /// What follows `]`.
    fn item(&mut self, list: &mut Vec<Value>, index: i64, level: usize) -> Step<()> {
        if index < 0 {
            return fault(format!("negative {index} index not allowed"));
        }
        let (text, last) = self.until("[.=");
        if !text.is_empty() {
            let runes: Vec<String> = text.chars().map(|c| format!("{c:?}")).collect();
            return fault(format!("unexpected data at end of array index: [{}]", runes.join(" ")));
        }
        match last {
            None => Err(Stop::End),
            Some('=') => match self.value()? {
                Assigned::Value(value) => set_index(list, index, value),
                Assigned::End => set_index(list, index, Value::String(String::new())),
            },
            Some('[') => self.nested_list(list, index, level),
            Some(_) => self.nested_item(list, index, level),
        }
    }

    fn nested_list(&mut self, list: &mut Vec<Value>, index: i64, level: usize) -> Step<()> {
        let next = self.index()?;
        let mut inner = match slot(list, index) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(inner)) => inner.clone(),
            Some(other) => return fault(conversion(other, "[]interface {}")),
        };
        self.item(&mut inner, next, level)?;
        set_index(list, index, Value::Array(inner))
    }

    /// `list[i].`: a mapping that is already there is changed in place, a new one appears only when it is complete.
    fn nested_item(&mut self, list: &mut Vec<Value>, index: i64, level: usize) -> Step<()> {
        if let Some(present) = slot(list, index) {
            if !present.is_object() {
                *present = Value::Object(Map::new());
            }
            let inner = present.as_object_mut().expect("was made a mapping above");
            return self.key(inner, level);
        }
        let mut inner = Map::new();
        self.key(&mut inner, level)?;
        set_index(list, index, Value::Object(inner))
    }

    fn index(&mut self) -> Step<i64> {
        let (text, last) = self.until("]");
        if last.is_none() {
            return Err(Stop::End);
        }
        let kind = match text.parse::<i64>() {
            Ok(index) => return Ok(index),
            Err(error) => match error.kind() {
                std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => "value out of range",
                _ => "invalid syntax",
            },
        };
        fault(format!("error parsing index: strconv.Atoi: parsing {text:?}: {kind}"))
    }

    fn value(&mut self) -> Step<Assigned> {
        match self.mode {
            Mode::Json => self.json().map(Assigned::Value),
            Mode::Literal => Ok(Assigned::Value(Value::String(std::mem::take(&mut self.rest).to_owned()))),
            _ if self.rest.is_empty() => Ok(Assigned::End),
            _ if self.rest.starts_with('{') => self.braced().map(Assigned::Value),
            _ => {
                let (text, _) = self.until(",");
                self.convert(text).map(Assigned::Value)
            }
        }
    }

    /// `{a,b}` and the comma behind it.
    fn braced(&mut self) -> Step<Value> {
        self.rest = &self.rest[1..];
        let mut list = Vec::new();
        loop {
            let (text, last) = self.until(",}");
            if last.is_none() {
                return fault("list must terminate with '}'");
            }
            list.push(self.convert(text)?);
            if last == Some('}') {
                self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
                return Ok(Value::Array(list));
            }
        }
    }

    /// One JSON value and the blanks and comma behind it. Nothing stands for null.
    fn json(&mut self) -> Step<Value> {
        if self.skip_to_value() {
            return Ok(Value::Null);
        }
        let end = scalar_end(self.rest).unwrap_or(self.rest.len());
        let mut stream = serde_json::Deserializer::from_str(&self.rest[..end]).into_iter::<Value>();
        let value = match stream.next() {
            Some(Ok(value)) => super::decoded(value),
            Some(Err(error)) => return fault(error.to_string()),
            None => return Err(Stop::End),
        };
        self.rest = &self.rest[stream.byte_offset()..];
        self.skip_to_value();
        Ok(value)
    }

    /// Skips blanks and one comma; says whether there was no value before the comma or the end.
    fn skip_to_value(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(',') {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => self.rest.is_empty(),
        }
    }

    fn convert(&self, text: String) -> Step<Value> {
        match self.mode {
            Mode::Typed => Ok(typed(text)),
            Mode::File(read) => read(&text).map(Value::String).map_err(Stop::Fault),
            _ => Ok(Value::String(text)),
        }
    }

    /// The text up to one of `stops`, which is consumed. A backslash takes the next character as it is.
    fn until(&mut self, stops: &str) -> (String, Option<char>) {
        let escapes = !matches!(self.mode, Mode::Literal);
        let mut text = String::new();
        let mut chars = self.rest.chars();
        while let Some(c) = chars.next() {
            if stops.contains(c) {
                self.rest = chars.as_str();
                return (text, Some(c));
            }
            if c == '\\' && escapes {
                text.extend(chars.next());
            } else {
                text.push(c);
            }
        }
        self.rest = "";
        (text, None)
    }
}

enum Assigned {
    Value(Value),
    /// Nothing follows `=`.
    End,
}

fn slot(list: &mut [Value], index: i64) -> Option<&mut Value> {
    list.get_mut(usize::try_from(index).ok()?)
}

fn set_index(list: &mut Vec<Value>, index: i64, value: Value) -> Step<()> {
    if index > SET_INDEX_MAX {
        return fault(format!("index of {index} is greater than maximum supported index of {SET_INDEX_MAX}"));
    }
    let index = usize::try_from(index).expect("negative indexes were refused before");
    if list.len() <= index {
        list.resize(index + 1, Value::Null);
    }
    list[index] = value;
    Ok(())
}

/// An empty key sets nothing.
fn put(data: &mut Map<String, Value>, key: String, value: Value) {
    if !key.is_empty() {
        data.insert(key, value);
    }
}

fn typed(text: String) -> Value {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("false") {
        return Value::Bool(is("true"));
    }
    if is("null") {
        return Value::Null;
    }
    if text == "0" {
        return Value::from(0);
    }
    match text.parse::<i64>() {
        Ok(integer) if !text.starts_with('0') => Value::from(integer),
        _ => Value::String(text),
    }
}

/// Where a word or number of JSON at the start of a text ends, whatever stands right behind it.
fn scalar_end(text: &str) -> Option<usize> {
    if let Some(word) = ["null", "true", "false"].into_iter().find(|word| text.starts_with(word)) {
        return Some(word.len());
    }
    let digits = |from: usize| from + text.as_bytes()[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let skip = |from: usize, wanted: &[u8]| from + usize::from(text.as_bytes().get(from).is_some_and(|byte| wanted.contains(byte)));
    let sign = skip(0, b"-");
    let whole = if text[sign..].starts_with('0') { sign + 1 } else { digits(sign) };
    if whole == sign {
        return None;
    }
    let point = skip(whole, b".");
    let fraction = if point > whole { digits(point) } else { whole };
    let exponent = skip(fraction, b"eE");
    Some(if exponent > fraction { digits(skip(exponent, b"+-")) } else { fraction })
}

/// What Go says when a value is not of the type that the grammar needs there.
fn conversion(value: &Value, wanted: &str) -> String {
    format!("unable to parse key: interface conversion: interface {{}} is {}, not {wanted}", super::go_type(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(line: &str, expected: Value) {
        let mut values = Map::new();
        set(line, &Mode::Typed, &mut values).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(Value::Object(values), expected, "{line}");
    }

    #[test]
    fn scalars_lists_and_paths() {
        check("a=1,b=true,c=null,d=01,e=", json!({"a": 1, "b": true, "c": null, "d": "01", "e": ""}));
        check("a.b.c={x,1},d=e\\,f", json!({"a": {"b": {"c": ["x", 1]}}, "d": "e,f"}));
        check("l[1].a=1,l[0][2]=x", json!({"l": [[null, null, "x"], {"a": 1}]}));
    }

    #[test]
    fn a_missing_end_is_accepted_as_helm_does() {
        check("a.", json!({}));
        check("l[0", json!({}));
        check("l[0]", json!({"l": []}));
        check("l[0].a=", json!({"l": []}));
    }

    #[test]
    fn json_ends_where_its_value_ends() {
        for (line, expected) in [
            ("a=null b=1", json!({"a": null, "b": 1.0})),
            ("a=0x1=\"y\"", json!({"a": 0.0, "x1": "y"})),
            ("a=-1.5e+2+b=[1],c={}", json!({"a": -150.0, "+b": [1.0], "c": {}})),
        ] {
            let mut values = Map::new();
            set(line, &Mode::Json, &mut values).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(Value::Object(values), expected, "{line}");
        }
        assert!(set("a=1.", &Mode::Json, &mut Map::new()).is_err());
    }

    #[test]
    fn a_wrong_type_in_the_way_is_refused() {
        let mut values = Map::from_iter([("a".to_owned(), json!("text"))]);
        let error = set("a.b=1", &Mode::Typed, &mut values).unwrap_err();
        assert_eq!(error.to_string(), "unable to parse key: interface conversion: interface {} is string, not map[string]interface {}");
    }
}
