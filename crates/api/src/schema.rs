//! From a Rust type to its OpenAPI schema, as a CustomResourceDefinition carries it.
//!
//! Refuses to be: a general schema library. It knows the keywords that the Flux CRDs use and no more. A struct written with
//! `shape!` and an enum written with `choice!` are type and schema in one text, so that the two
//! cannot drift apart.

use object::{Map, Value};
use serde_json::json;
use std::collections::BTreeMap;

/// A type that knows its structural schema.
pub trait Schema {
    /// The schema, without a description.
    fn schema() -> Value;
}

/// One constraint on a field, beside what its type says.
#[derive(Clone, Debug)]
pub enum Facet {
    /// One schema keyword and its value.
    Keyword(&'static str, Value),
    /// The field must be given although the Rust side has a default for it.
    Required,
    /// The integer carries no `format`.
    Unformatted,
}

/// A regular expression that the text must match.
pub fn pattern(pattern: &str) -> Facet {
    Facet::Keyword("pattern", pattern.into())
}

/// The value the server writes where the field is absent.
pub fn default(value: impl Into<Value>) -> Facet {
    Facet::Keyword("default", value.into())
}

/// Fewest characters of a text.
pub fn min_length(count: u64) -> Facet {
    Facet::Keyword("minLength", count.into())
}

/// Most characters of a text.
pub fn max_length(count: u64) -> Facet {
    Facet::Keyword("maxLength", count.into())
}

/// Fewest items of a list.
pub fn min_items(count: u64) -> Facet {
    Facet::Keyword("minItems", count.into())
}

/// Most items of a list.
pub fn max_items(count: u64) -> Facet {
    Facet::Keyword("maxItems", count.into())
}

/// Smallest value of a number.
pub fn minimum(value: i64) -> Facet {
    Facet::Keyword("minimum", value.into())
}

/// The field must be given.
pub fn required() -> Facet {
    Facet::Required
}

/// An integer without `format`, as Go's `int` appears.
pub fn unformatted() -> Facet {
    Facet::Unformatted
}

/// Whether a field may be left out when it is written.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// An object schema under construction; what `shape!` expands to.
pub struct Shape {
    properties: Map<String, Value>,
    required: Vec<String>,
    rules: Vec<Value>,
}

impl Shape {
    /// No field yet.
    pub fn new() -> Shape {
        Shape { properties: Map::new(), required: Vec::new(), rules: Vec::new() }
    }

    /// Adds a field: its name on the wire, its description lines, its type's schema, its constraints.
    pub fn field(&mut self, name: String, about: &[&str], mut schema: Value, facets: &[Facet]) {
        schema["description"] = describe(about).into();
        for facet in facets {
            match facet {
                Facet::Keyword(keyword, value) => schema[*keyword] = value.clone(),
                Facet::Required => self.required.push(name.clone()),
                Facet::Unformatted => drop(schema.as_object_mut().and_then(|map| map.remove("format"))),
            }
        }
        self.properties.insert(name, schema);
    }

    /// Adds a CEL rule over the whole object.
    pub fn rule(&mut self, rule: &str, message: &str) {
        self.rules.push(json!({"rule": rule, "message": message}));
    }

    /// The finished schema; required fields in order of their names.
    pub fn finish(mut self) -> Value {
        let mut schema = json!({"type": "object", "properties": self.properties});
        if !self.required.is_empty() {
            self.required.sort_unstable();
            schema["required"] = self.required.into();
        }
        if !self.rules.is_empty() {
            schema["x-kubernetes-validations"] = self.rules.into();
        }
        schema
    }
}

impl Default for Shape {
    fn default() -> Shape {
        Shape::new()
    }
}

/// The name of a field on the wire: `fixed` where one is given, else the Rust name in camel case.
pub fn wire_name(rust: &str, fixed: &[&str]) -> String {
    if let Some(name) = fixed.first() {
        return (*name).to_owned();
    }
    let mut words = rust.trim_start_matches("r#").split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capitalised(word))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// Doc lines as one paragraph.
pub(crate) fn describe(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

impl Schema for String {
    fn schema() -> Value {
        json!({"type": "string"})
    }
}

impl Schema for bool {
    fn schema() -> Value {
        json!({"type": "boolean"})
    }
}

impl Schema for i64 {
    fn schema() -> Value {
        json!({"type": "integer", "format": "int64"})
    }
}

impl Schema for Value {
    fn schema() -> Value {
        json!({"x-kubernetes-preserve-unknown-fields": true})
    }
}

impl<T: Schema> Schema for Option<T> {
    fn schema() -> Value {
        T::schema()
    }
}

impl<T: Schema> Schema for Vec<T> {
    fn schema() -> Value {
        json!({"type": "array", "items": T::schema()})
    }
}

impl<T: Schema> Schema for BTreeMap<String, T> {
    fn schema() -> Value {
        json!({"type": "object", "additionalProperties": T::schema()})
    }
}

/// Writes a struct and its [`Schema`] from one text.
///
/// Fields under `required` must be present; fields under `optional` may be absent and are left out when they hold their default.
/// The doc comment of a field is its description in the CRD; `as "x"` fixes a name that camel case would miss; `[...]` holds
/// [`Facet`]s; `rules` are CEL rules over the whole object with their messages.
macro_rules! shape {
    (
        $(#[doc = $about:literal])+
        $name:ident {
            $(required { $($(#[doc = $rdoc:literal])+ $rname:ident $(as $rwire:literal)? : $rtype:ty $([$($rfacet:expr),* $(,)?])? ;)* })?
            $(optional { $($(#[doc = $odoc:literal])+ $oname:ident $(as $owire:literal)? : $otype:ty $([$($ofacet:expr),* $(,)?])? ;)* })?
            $(rules { $($rule:expr => $message:expr ;)* })?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($($(#[doc = $rdoc])+ $(#[serde(rename = $rwire)])? pub $rname: $rtype,)*)?
            $($($(#[doc = $odoc])+ #[serde(default, skip_serializing_if = "crate::schema::is_default")] $(#[serde(rename = $owire)])?
                pub $oname: $otype,)*)?
        }

        impl $crate::schema::Schema for $name {
            fn schema() -> object::Value {
                use $crate::schema::{Schema, Shape, wire_name};
                let mut shape = Shape::new();
                $($(shape.field(
                    wire_name(stringify!($rname), &[$($rwire)?]), &[$($rdoc),+], <$rtype as Schema>::schema(), &[$crate::schema::required(), $($($rfacet),*)?],
                );)*)?
                $($(shape.field(
                    wire_name(stringify!($oname), &[$($owire)?]), &[$($odoc),+], <$otype as Schema>::schema(), &[$($($ofacet),*)?],
                );)*)?
                $($(shape.rule($rule, $message);)*)?
                shape.finish()
            }
        }
    };
}

/// Writes an enum of fixed words and its [`Schema`] from one text. `#[default]` marks the word an absent field stands for.
macro_rules! choice {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[$meta:meta])+ $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$meta])+ #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::schema::Schema for $name {
            fn schema() -> object::Value {
                serde_json::json!({"type": "string", "enum": [$($word),+]})
            }
        }
    };
}

pub(crate) use {choice, shape};

#[cfg(test)]
mod tests {
    use super::*;

    shape! {
        /// A sample.
        Sample {
            required {
                /// Its
                /// address.
                url: String [pattern("^x$")];
            }
            optional {
                /// Its kind.
                r#type: String;
                /// Who.
                match_oidc as "matchOIDC": Vec<String> [max_items(3)];
                /// How many.
                retry_count: i64 [required(), unformatted()];
            }
            rules { "has(self.url)" => "no url"; }
        }
    }

    #[test]
    fn a_shape_becomes_an_object_schema() {
        let expected = json!({
            "type": "object",
            "required": ["retryCount", "url"],
            "x-kubernetes-validations": [{"rule": "has(self.url)", "message": "no url"}],
            "properties": {
                "url": {"type": "string", "pattern": "^x$", "description": "Its address."},
                "type": {"type": "string", "description": "Its kind."},
                "matchOIDC": {"type": "array", "maxItems": 3, "items": {"type": "string"}, "description": "Who."},
                "retryCount": {"type": "integer", "description": "How many."},
            },
        });
        assert_eq!(Sample::schema(), expected);
    }

    #[test]
    fn a_shape_leaves_out_what_is_default() {
        let text = r#"{"url":"x","matchOIDC":["a"]}"#;
        let sample: Sample = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&sample).unwrap(), text);
    }
}
