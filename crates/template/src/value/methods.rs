//! Methods of values and the parameter types that calls are checked against.

use std::fmt;

use super::Value;
use crate::error::Fault;

/// The type of a parameter, as Go declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// `interface {}`: anything.
    Any,
    /// `reflect.Value`: anything, with nil told apart from nothing.
    Reflect,
    /// `string`.
    Text,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `uint32`.
    Uint32,
    /// `float64`.
    Float,
    /// `map[string]interface {}`.
    Map,
    /// `[]interface {}`.
    List,
    /// `time.Time`.
    Time,
    /// `time.Duration`.
    Duration,
    /// A struct type by name.
    Struct(&'static str),
    /// A pointer to a struct type by name.
    Pointer(&'static str),
}

impl Param {
    /// Whether an untyped nil is accepted.
    pub fn takes_nil(self) -> bool {
        matches!(self, Self::Any | Self::Reflect | Self::Map | Self::List | Self::Pointer(_))
    }
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "interface {}",
            Self::Reflect => "reflect.Value",
            Self::Text => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint32 => "uint32",
            Self::Float => "float64",
            Self::Map => "map[string]interface {}",
            Self::List => "[]interface {}",
            Self::Time => "time.Time",
            Self::Duration => "time.Duration",
            Self::Struct(name) => name,
            Self::Pointer(name) => return write!(f, "*{name}"),
        })
    }
}

/// The parameters of a function or method: the fixed ones, and the type of the variadic rest.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Fixed parameters in order.
    pub fixed: &'static [Param],
    /// Type of each further argument, where the function is variadic.
    pub rest: Option<Param>,
}

impl Signature {
    /// A signature of fixed parameters only.
    pub const fn of(fixed: &'static [Param]) -> Self {
        Self { fixed, rest: None }
    }
}

/// Methods of a value that the host gives to templates, such as `.Files.Get`.
///
/// Methods may be called by name from templates with checked arguments; they run without access to the render.
pub trait Methods {
    /// The parameters of the method `name`, or nothing where there is no such method.
    fn signature(&self, name: &str) -> Option<Signature>;

    /// Calls the method. `receiver` is the value it was found on; arguments fit the signature.
    fn call(&self, receiver: &Value, name: &str, arguments: Vec<Value>) -> Result<Value, Fault>;

    /// What printing shows, where the type has a `String` method.
    fn text(&self, _receiver: &Value) -> Option<String> {
        None
    }

    /// What an action prints that is only a field or variable, where the `String` method belongs to the pointer.
    fn addressed_text(&self, _receiver: &Value) -> Option<String> {
        None
    }

    /// What JSON and YAML show, where the type names its fields otherwise there: a struct without methods.
    fn encoded(&self, _receiver: &Value) -> Option<Value> {
        None
    }
}
