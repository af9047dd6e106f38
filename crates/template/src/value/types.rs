//! Go's names for types and kinds: what `%T`, `typeOf`, `kindOf` and error messages say.

use std::borrow::Cow;
use std::fmt;

use super::methods::Param;
use super::{Element, Int, Uint, Value};

/// The kind of a value, as `kindOf` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Invalid,
    /// `bool`
    Bool,
    /// A signed integer.
    Int(Int),
    /// An unsigned integer.
    Uint(Uint),
    /// `float64`
    Float,
    /// `complex128`
    Complex,
    /// `string`
    String,
    /// `slice`
    Slice,
    /// `map`
    Map,
    /// `struct`
    Struct,
    /// `ptr`
    Pointer,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid",
            Self::Bool => "bool",
            Self::Int(Int::Int32) => "int32",
            Self::Int(Int::Int64 | Int::Duration) => "int64",
            Self::Int(_) => "int",
            Self::Uint(Uint::Uint8) => "uint8",
            Self::Uint(Uint::Uint32) => "uint32",
            Self::Uint(Uint::Uint64) => "uint64",
            Self::Float => "float64",
            Self::Complex => "complex128",
            Self::String => "string",
            Self::Slice => "slice",
            Self::Map => "map",
            Self::Struct => "struct",
            Self::Pointer => "ptr",
        })
    }
}

impl Int {
    fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Int32 => "int32",
            Self::Duration => "time.Duration",
            Self::Month => "time.Month",
            Self::Weekday => "time.Weekday",
        }
    }
}

impl Uint {
    fn name(self) -> &'static str {
        match self {
            Self::Uint8 => "uint8",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
        }
    }
}

impl Element {
    /// Go's name of the element type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::Int => "int",
            Self::Bytes => "[]uint8",
            Self::List => "[]interface {}",
        }
    }
}

impl Value {
    /// The kind of the value.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Nil => Kind::Invalid,
            Self::Bool(_) => Kind::Bool,
            Self::Int(_, kind) => Kind::Int(*kind),
            Self::Uint(_, kind) => Kind::Uint(*kind),
            Self::Float(_) => Kind::Float,
            Self::Complex(..) => Kind::Complex,
            Self::String(_) => Kind::String,
            Self::Bytes(_) | Self::List(_) => Kind::Slice,
            Self::Map(_) => Kind::Map,
            Self::Struct(value) if value.pointer => Kind::Pointer,
            Self::Struct(_) | Self::Time(_) => Kind::Struct,
        }
    }

    /// Go's name of the value's type; `<nil>` for nil.
    pub fn type_name(&self) -> Cow<'static, str> {
        match self {
            Self::Nil => "<nil>".into(),
            Self::Bool(_) => "bool".into(),
            Self::Int(_, kind) => kind.name().into(),
            Self::Uint(_, kind) => kind.name().into(),
            Self::Float(_) => "float64".into(),
            Self::Complex(..) => "complex128".into(),
            Self::String(_) => "string".into(),
            Self::Bytes(_) => "[]uint8".into(),
            Self::List(list) => match list.name() {
                Some(named) => named.name.into(),
                None => format!("[]{}", list.element().name()).into(),
            },
            Self::Map(map) => match map.name() {
                Some(named) => named.name.into(),
                None => format!("map[string]{}", map.element().name()).into(),
            },
            Self::Struct(value) if value.pointer => format!("*{}", value.name).into(),
            Self::Struct(value) => value.name.into(),
            Self::Time(_) => "time.Time".into(),
        }
    }

    /// Whether Go would let the value be assigned to a parameter of this type. Nil is not asked about here.
    pub(crate) fn fits(&self, param: Param) -> bool {
        match (param, self) {
            (Param::Any | Param::Reflect, _)
            | (Param::Text, Self::String(_))
            | (Param::Bool, Self::Bool(_))
            | (Param::Int, Self::Int(_, Int::Int))
            | (Param::Uint32, Self::Uint(_, Uint::Uint32))
            | (Param::Float, Self::Float(_))
            | (Param::Duration, Self::Int(_, Int::Duration))
            | (Param::Time, Self::Time(_)) => true,
            (Param::Map, Self::Map(map)) => map.element() == Element::Any,
            (Param::List, Self::List(list)) => list.element() == Element::Any,
            (Param::Struct(name), Self::Struct(value)) => !value.pointer && value.name == name,
            (Param::Pointer(name), Self::Struct(value)) => value.pointer && value.name == name,
            _ => false,
        }
    }
}
