//! From checked values to the parameters of plain Rust functions, and from their answers back to values.

use std::rc::Rc;

use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Duration, Element, Int, List, Map, Param, Signature, Text, Time, Uint, Value};

/// A type that a function may take as a parameter.
pub(crate) trait Argument: Sized {
    const PARAM: Param;
    const REST: bool = false;

    /// Takes what the evaluator has already found to fit.
    fn take(arguments: &mut std::vec::IntoIter<Value>) -> Self;
}

/// All further arguments.
pub(crate) struct Rest<T>(pub Vec<T>);

impl<T: Argument> Argument for Rest<T> {
    const PARAM: Param = T::PARAM;
    const REST: bool = true;

    fn take(arguments: &mut std::vec::IntoIter<Value>) -> Self {
        let mut rest = Vec::with_capacity(arguments.len());
        while arguments.len() > 0 {
            rest.push(T::take(arguments));
        }
        Self(rest)
    }
}

macro_rules! argument {
    ($type:ty, $param:expr, $pattern:pat => $value:expr, $default:expr) => {
        impl Argument for $type {
            const PARAM: Param = $param;

            fn take(arguments: &mut std::vec::IntoIter<Value>) -> Self {
                match arguments.next() {
                    Some($pattern) => $value,
                    _ => $default,
                }
            }
        }
    };
}

argument!(Value, Param::Any, value => value, Value::Nil);
argument!(Text, Param::Text, Value::String(text) => text, Text::default());
argument!(bool, Param::Bool, Value::Bool(flag) => flag, false);
argument!(i64, Param::Int, Value::Int(number, Int::Int) => number, 0);
argument!(u32, Param::Uint32, Value::Uint(number, Uint::Uint32) => number as u32, 0);
argument!(f64, Param::Float, Value::Float(number) => number, 0.0);
argument!(Rc<Map>, Param::Map, Value::Map(map) => map, Rc::new(Map::nil(Element::Any)));
argument!(Rc<List>, Param::List, Value::List(list) => list, Rc::new(List::nil(Element::Any)));
argument!(Rc<Time>, Param::Time, Value::Time(time) => time, Rc::new(Time::zero()));

/// A value of any type that tells nil apart, as Go's `reflect.Value` parameters do.
pub(crate) struct Reflected(pub Value);

argument!(Reflected, Param::Reflect, value => Self(value), Self(Value::Nil));

/// What a function may answer.
pub(crate) trait Answer {
    fn value(self) -> Result<Value, Fault>;
}

impl<T: Answer, E: Into<Fault>> Answer for Result<T, E> {
    fn value(self) -> Result<Value, Fault> {
        self.map_err(Into::into)?.value()
    }
}

macro_rules! answer {
    ($($type:ty, $name:ident => $value:expr;)*) => {
        $(impl Answer for $type {
            fn value(self) -> Result<Value, Fault> {
                let $name = self;
                Ok($value)
            }
        })*
    };
}

answer! {
    Value, value => value;
    bool, flag => Value::Bool(flag);
    f64, number => Value::Float(number);
    String, text => Value::text(text);
    Text, text => Value::String(text);
    &'static str, text => Value::text(text);
    Time, time => Value::Time(Rc::new(time));
    Duration, duration => Value::Int(duration.0, Int::Duration);
    Rc<Map>, map => Value::Map(map);
    Rc<List>, list => Value::List(list);
}

/// A Go `int64` answer.
pub(crate) struct Int64(pub i64);

/// A Go `int` answer.
pub(crate) struct Integer(pub i64);

answer! {
    Int64, number => Value::int64(number.0);
    Integer, number => Value::int(number.0);
}

/// A function of the tables, whatever its parameters.
pub(crate) trait Native {
    fn signature(&self) -> Signature;
    fn call(&self, render: &mut Render<'_>, arguments: Vec<Value>) -> Result<Value, Fault>;
}

/// A function that takes the render as its first parameter.
pub(crate) struct With<F>(pub F);

macro_rules! natives {
    ($($letter:ident)*; $last:ident) => {
        natives!(@impl $($letter)* $last; {
            if $last::REST {
                Signature { fixed: &[$($letter::PARAM),*], rest: Some($last::PARAM) }
            } else {
                Signature { fixed: &[$($letter::PARAM,)* $last::PARAM], rest: None }
            }
        });
    };
    (@impl $($letter:ident)*; $signature:expr) => {
        impl<$($letter: Argument,)* Z: Answer> Native for fn($($letter),*) -> Z {
            fn signature(&self) -> Signature {
                const { $signature }
            }

            #[allow(unused_variables, unused_mut)]
            fn call(&self, _: &mut Render<'_>, arguments: Vec<Value>) -> Result<Value, Fault> {
                let mut arguments = arguments.into_iter();
                self($($letter::take(&mut arguments)),*).value()
            }
        }

        impl<$($letter: Argument,)* Z: Answer> Native for With<fn(&mut Render<'_>, $($letter),*) -> Z> {
            fn signature(&self) -> Signature {
                const { $signature }
            }

            #[allow(unused_variables, unused_mut)]
            fn call(&self, render: &mut Render<'_>, arguments: Vec<Value>) -> Result<Value, Fault> {
                let mut arguments = arguments.into_iter();
                (self.0)(render, $($letter::take(&mut arguments)),*).value()
            }
        }
    };
}

natives!(@impl ; Signature::of(&[]));
natives!(; A);
natives!(A; B);
natives!(A B; C);
natives!(A B C; D);
natives!(A B C D; E);
natives!(A B C D E; F);
natives!(A B C D E F; G);
