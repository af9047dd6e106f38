//! Defaults, emptiness and choice.

use super::arguments::Rest;
use super::cast::is_empty;
use super::table;
use crate::value::Value;

table! {
    "default" 2 default, "The second argument, or the first where that is empty or absent.";
    "empty" 1 empty, "Whether the value is the zero of its type or has no items.";
    "coalesce" 1 coalesce, "The first argument that is not empty.";
    "all" 1 all, "Whether no argument is empty.";
    "any" 1 any, "Whether some argument is not empty.";
    "ternary" 3 ternary, "The first argument where the third is true, else the second.";
}

fn default(fallback: Value, given: Rest<Value>) -> Value {
    match given.0.into_iter().next() {
        Some(value) if !is_empty(&value) => value,
        _ => fallback,
    }
}

fn empty(value: Value) -> bool {
    is_empty(&value)
}

fn coalesce(values: Rest<Value>) -> Value {
    values.0.into_iter().find(|value| !is_empty(value)).unwrap_or_default()
}

fn all(values: Rest<Value>) -> bool {
    !values.0.iter().any(is_empty)
}

fn any(values: Rest<Value>) -> bool {
    values.0.iter().any(|value| !is_empty(value))
}

fn ternary(yes: Value, no: Value, condition: bool) -> Value {
    if condition { yes } else { no }
}
