//! Reading a mapping into plain types: names match in any case, wrong types and unknown names are faults with their path.
//!
//! The rules are those of Go's JSON decoding, which is what the reference reads its files with: null is an absent field, a
//! number is no text.

use std::collections::BTreeMap;

use object::{Map, Value, json_kind};

use crate::error::{Error, ErrorKind, Errors};
use crate::resource::scalar_text;

/// The fields of one mapping.
pub(crate) struct Fields<'a, 'f> {
    map: Option<&'a Map<String, Value>>,
    path: String,
    known: Vec<&'static str>,
    faults: &'f mut Faults,
}

/// How strict reading is; the reference reads different files with different functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A Kustomization file: types must fit, unknown fields are refused.
    Exact,
    /// A configuration file: numbers and booleans serve as text, unknown fields are refused.
    Convert,
    /// The configuration of a generator or transformer: numbers and booleans serve as text, unknown fields are allowed.
    Allow,
}

/// The faults of reading, all of them.
#[derive(Debug)]
pub(crate) struct Faults {
    reading: Reading,
    found: Vec<Error>,
}

impl Faults {
    /// No faults yet.
    pub fn new(reading: Reading) -> Faults {
        Faults { reading, found: Vec::new() }
    }

    /// An error if there are any.
    pub fn check(self) -> Result<(), Errors> {
        Errors::check(self.found)
    }

    /// An error if there are any: the first of them.
    pub fn check_first(self) -> Result<(), Error> {
        self.found.into_iter().next().map_or(Ok(()), Err)
    }

    fn push(&mut self, fault: Error) {
        self.found.push(fault);
    }
}

impl<'a, 'f> Fields<'a, 'f> {
    /// The fields of a value that should be a mapping (null is an empty one).
    pub fn new(value: &'a Value, path: &str, faults: &'f mut Faults) -> Fields<'a, 'f> {
        if !value.is_object() && !value.is_null() {
            faults.push(wrong_type(value, path, "object"));
        }
        Fields { map: value.as_object(), path: path.to_owned(), known: Vec::new(), faults }
    }

    /// One field; null is absent.
    pub fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        let map = self.map?;
        let found = map.get(name).or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value));
        found.filter(|value| !value.is_null())
    }

    /// The path of a field.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A text, empty if absent.
    pub fn text(&mut self, name: &'static str) -> String {
        self.optional_text(name).unwrap_or_default()
    }

    /// A text, if there is one.
    pub fn optional_text(&mut self, name: &'static str) -> Option<String> {
        let value = self.get(name)?;
        let path = self.path_of(name);
        text_of(value, &path, self.faults)
    }

    /// A boolean, false if absent.
    pub fn flag(&mut self, name: &'static str) -> bool {
        let Some(value) = self.get(name) else { return false };
        let path = self.path_of(name);
        value.as_bool().unwrap_or_else(|| {
            self.faults.push(wrong_type(value, &path, "bool"));
            false
        })
    }

    /// A whole number, 0 if absent.
    pub fn number(&mut self, name: &'static str) -> i64 {
        let Some(value) = self.get(name) else { return 0 };
        let path = self.path_of(name);
        value.as_i64().unwrap_or_else(|| {
            self.faults.push(wrong_type(value, &path, "int64"));
            0
        })
    }

    /// A list, each element read by a function; empty if absent.
    pub fn list<T>(&mut self, name: &'static str, read: impl Fn(&'a Value, &str, &mut Faults) -> T) -> Vec<T> {
        let Some(value) = self.get(name) else { return Vec::new() };
        let path = self.path_of(name);
        let Some(items) = value.as_array() else {
            self.faults.push(wrong_type(value, &path, "array"));
            return Vec::new();
        };
        let faults = &mut *self.faults;
        items.iter().enumerate().map(|(at, item)| read(item, &format!("{path}[{at}]"), faults)).collect()
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &'static str) -> Vec<String> {
        self.list(
            name,
            |value, path, faults| if value.is_null() { String::new() } else { text_of(value, path, faults).unwrap_or_default() },
        )
    }

    /// A mapping of texts.
    pub fn text_map(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let Some(value) = self.get(name) else { return BTreeMap::new() };
        let path = self.path_of(name);
        let Some(map) = value.as_object() else {
            self.faults.push(wrong_type(value, &path, "map[string]string"));
            return BTreeMap::new();
        };
        let faults = &mut *self.faults;
        let read = |(key, value): (&String, &Value)| {
            let text = if value.is_null() { Some(String::new()) } else { text_of(value, &format!("{path}.{key}"), faults) };
            (key.clone(), text.unwrap_or_default())
        };
        map.iter().map(read).collect()
    }

    /// A mapping read by a function, if there is one.
    pub fn part<T>(&mut self, name: &'static str, read: impl FnOnce(&'a Value, &str, &mut Faults) -> T) -> Option<T> {
        let value = self.get(name)?;
        let path = self.path_of(name);
        Some(read(value, &path, self.faults))
    }

    /// Reports every field that nobody asked for.
    pub fn refuse_unknown(self) {
        if self.faults.reading == Reading::Allow {
            return;
        }
        for key in self.map.into_iter().flat_map(Map::keys) {
            if !self.known.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                let error = Error::new(ErrorKind::Malformed, format!("json: unknown field \"{key}\""));
                let path = if self.path.is_empty() { key.clone() } else { format!("{}.{key}", self.path) };
                self.faults.push(error.at_field(path).hint(nearest(key, &self.known)));
            }
        }
    }
}

fn text_of(value: &Value, path: &str, faults: &mut Faults) -> Option<String> {
    let is_convertible = faults.reading != Reading::Exact && (value.is_boolean() || value.is_number());
    if value.is_string() || is_convertible {
        return Some(scalar_text(value).into_owned());
    }
    faults.push(wrong_type(value, path, "string").hint("put the value in quotes"));
    None
}

fn wrong_type(value: &Value, path: &str, wanted: &str) -> Error {
    let found = json_kind(value);
    let message = format!("json: cannot unmarshal {found} into Go struct field {path} of type {wanted}");
    Error::new(ErrorKind::Malformed, message).at_field(path)
}

/// A hint that names the known field nearest in spelling.
fn nearest(key: &str, known: &[&'static str]) -> String {
    let best = known.iter().map(|name| (distance(&key.to_ascii_lowercase(), &name.to_ascii_lowercase()), *name)).min();
    match best {
        Some((distance, name)) if distance <= 3 => format!("did you mean `{name}`?"),
        _ => "remove it, or see docs/spec/kustomize.md for the fields there are".to_owned(),
    }
}

/// The number of single-character edits between two words.
fn distance(first: &str, second: &str) -> usize {
    let second: Vec<char> = second.chars().collect();
    let mut row: Vec<usize> = (0..=second.len()).collect();
    for (i, a) in first.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in second.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(a != *b)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[second.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_faults_are_found_at_once() {
        let value = json!({"NAME": "x", "flag": 1, "nmae": "y", "items": ["a", 2]});
        let mut faults = Faults::new(Reading::Exact);
        let mut fields = Fields::new(&value, "", &mut faults);
        assert_eq!(fields.text("name"), "x");
        fields.flag("flag");
        fields.texts("items");
        fields.refuse_unknown();
        let paths: Vec<&str> = faults.found.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(paths, ["flag", "items[1]", "nmae"]);
        assert_eq!(faults.found[2].hint, "did you mean `name`?");
    }
}
