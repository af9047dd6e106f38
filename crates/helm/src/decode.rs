//! Reads typed fields from YAML as Go's decoder does: keys by name then by name in any case, scalars turned into text
//! where text is wanted, null for "as if absent".
//!
//! Refuses to be: a deserialiser for everything; Chart.yaml, lock files, index files and heads of manifests need these five types.

use object::{Map, Value, json_kind};

/// The fields of one mapping, and Go's name for its type.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    type_name: &'static str,
    /// The field of the outer type that holds this mapping, with a dot behind; empty for the outermost.
    path: &'static str,
}

/// The first document of a text, whatever follows it, with floats as floats: where a text is wanted, Go writes them out as such.
pub(crate) fn document(text: &str) -> Result<Value, yaml::Error> {
    let options = yaml::Options { whole_floats: true, ..yaml::Options::default() };
    yaml::from_str_with(text, &options)
}

/// What Go's YAML reader puts before what its JSON decoder refuses.
pub(crate) const DECODING: &str = "error unmarshaling JSON: while decoding JSON";

type Decoded<T> = Result<T, String>;

impl<'a> Fields<'a> {
    /// The fields of `value`; null counts as an empty mapping.
    pub fn of(value: &'a Value, type_name: &'static str) -> Decoded<Option<Fields<'a>>> {
        match value {
            Value::Null => Ok(None),
            Value::Object(map) => Ok(Some(Fields { map, type_name, path: "" })),
            other => Err(format!("{DECODING}: json: cannot unmarshal {} into Go value of type {type_name}", json_kind(other))),
        }
    }

    /// The fields of a mapping within this one, or of one in its list. `path` is the field with a dot behind.
    pub fn inner(&self, value: &'a Value, path: &'static str, type_name: &'static str) -> Decoded<Option<Fields<'a>>> {
        match value {
            Value::Null => Ok(None),
            Value::Object(map) => Ok(Some(Fields { map, type_name, path })),
            other => Err(self.mismatch(other, path.trim_end_matches('.'), type_name)),
        }
    }

    /// The raw value; null is absent.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        let exact = self.map.get(name);
        let found = exact.or_else(|| self.map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value));
        found.filter(|value| !value.is_null())
    }

    /// A text; numbers and booleans are written out.
    pub fn text(&self, name: &str) -> Decoded<String> {
        self.get(name).map_or(Ok(String::new()), |value| scalar_text(value).ok_or_else(|| self.mismatch(value, name, "string")))
    }

    /// A boolean, false if absent.
    pub fn boolean(&self, name: &str) -> Decoded<bool> {
        self.get(name).map_or(Ok(false), |value| value.as_bool().ok_or_else(|| self.mismatch(value, name, "bool")))
    }

    /// A list; none if absent.
    pub fn list(&self, name: &str, element: &str) -> Decoded<Option<&'a Vec<Value>>> {
        self.get(name).map(|value| value.as_array().ok_or_else(|| self.mismatch(value, name, element))).transpose()
    }

    /// A list of texts, empty if absent.
    pub fn texts(&self, name: &str) -> Decoded<Vec<String>> {
        let items = self.list(name, "[]string")?.map_or(&[][..], Vec::as_slice);
        items.iter().map(|item| scalar_text(item).ok_or_else(|| self.mismatch(item, name, "string"))).collect()
    }

    /// A mapping of texts; none if absent.
    pub fn text_map(&self, name: &str) -> Decoded<Option<Vec<(String, String)>>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let map = value.as_object().ok_or_else(|| self.mismatch(value, name, "map[string]string"))?;
        let entry = |(key, item): (&String, &Value)| {
            let text = scalar_text(item).ok_or_else(|| self.mismatch(item, name, "string"))?;
            Ok((key.clone(), text))
        };
        map.iter().map(entry).collect::<Decoded<_>>().map(Some)
    }

    fn mismatch(&self, value: &Value, field: &str, wanted: &str) -> String {
        // The name that a type has within its package; a type without a name has none.
        let type_name = self.type_name.split_once('.').map_or("", |(_, name)| name);
        let (found, path) = (json_kind(value), self.path);
        format!("{DECODING}: json: cannot unmarshal {found} into Go struct field {type_name}.{path}{field} of type {wanted}")
    }
}

/// A scalar as Go's YAML decoder turns it into a string field: floats in the shortest form, null as nothing.
fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Number(number) => Some(match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => template::value::format_float(float),
            None => number.to_string(),
        }),
        Value::Array(_) | Value::Object(_) => None,
    }
}
