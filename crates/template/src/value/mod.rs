//! Values as Go's templates see them through reflection: typed scalars, shared lists and maps, structs with methods.
//!
//! Lists, maps and structs are references: a clone is another name for the same thing. They live on one thread; what is
//! shared between threads is the parsed [`crate::Set`]. Begin at [`Value`].

mod collection;
mod conversion;
mod float;
pub(crate) mod format;
pub(crate) mod json_read;
pub(crate) mod json_write;
mod methods;
pub(crate) mod print;
pub(crate) mod quote;
mod text;
mod time;
mod types;

pub use collection::{Element, List, Map, Struct};
pub use conversion::Unconvertible;
pub use float::shortest as format_float;
pub use methods::{Methods, Param, Signature};
pub use text::Text;
pub use time::{Duration, Time, Zone};
pub use types::Kind;

use std::rc::Rc;

/// A value of a template. The default is nil.
///
/// `Nil` stands for Go's nil interface and for the absent value alike; the evaluator remembers which of the two it holds.
#[derive(Clone, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Nil,
    /// `bool`.
    Bool(bool),
    /// A signed integer and which of Go's types it has.
    Int(i64, Int),
    /// An unsigned integer and which of Go's types it has.
    Uint(u64, Uint),
    /// `float64`.
    Float(f64),
    /// `complex128`: real and imaginary part.
    Complex(f64, f64),
    /// `string`.
    String(Text),
    /// `[]byte`, which prints as numbers and converts as text.
    Bytes(Text),
    /// A slice.
    List(Rc<List>),
    /// A map with string keys.
    Map(Rc<Map>),
    /// A struct or a pointer to one.
    Struct(Rc<Struct>),
    /// `time.Time`.
    Time(Rc<Time>),
}

/// Go's signed integer types that templates meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Int {
    /// `int`: constants, `len`, indexes.
    Int,
    /// `int64`: arithmetic functions and `--set`.
    Int64,
    /// `int32`.
    Int32,
    /// `time.Duration`.
    Duration,
    /// `time.Month`.
    Month,
    /// `time.Weekday`.
    Weekday,
}

/// Go's unsigned integer types that templates meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uint {
    /// `uint8`: a byte of a string or of `[]byte`.
    Uint8,
    /// `uint32`.
    Uint32,
    /// `uint64`: version numbers.
    Uint64,
}

impl Value {
    /// A Go `int`.
    pub fn int(value: i64) -> Self {
        Self::Int(value, Int::Int)
    }

    /// A Go `int64`.
    pub fn int64(value: i64) -> Self {
        Self::Int(value, Int::Int64)
    }

    /// A string.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::String(text.into())
    }

    /// A `[]interface{}`.
    pub fn list(items: Vec<Value>) -> Self {
        Self::List(Rc::new(List::new(items)))
    }

    /// A `[]string`.
    pub fn strings<T: Into<Text>>(items: impl IntoIterator<Item = T>) -> Self {
        let items = items.into_iter().map(|item| Self::String(item.into())).collect();
        Self::List(Rc::new(List::typed(Element::Text, items)))
    }

    /// A `map[string]interface{}`.
    pub fn map<K: Into<Text>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Map(Rc::new(Map::from_entries(entries.into_iter().map(|(key, value)| (key.into(), value)))))
    }

    /// Whether this is nothing at all, not even a nil of some type.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// Whether this is nil: nothing, a nil slice or a nil map.
    pub fn is_nil(&self) -> bool {
        match self {
            Self::Nil => true,
            Self::List(list) => list.is_nil(),
            Self::Map(map) => map.is_nil(),
            _ => false,
        }
    }

    /// Go's notion of truth: not the zero of its type. Structs are always true.
    pub fn truth(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(value, _) => *value != 0,
            Self::Uint(value, _) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Self::String(text) | Self::Bytes(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Struct(_) | Self::Time(_) => true,
        }
    }

    /// The entry of a map by key, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<Value> {
        match self {
            Self::Map(map) => map.get(key),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::String(text)
    }
}
