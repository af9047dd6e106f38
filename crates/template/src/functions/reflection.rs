//! Types and kinds of values.

use super::cast;
use super::table;
use crate::value::{Text, Value};

table! {
    "typeOf" 1 type_of, "Go's name of the value's type.";
    "typeIs" 2 type_is, "Whether the value's type has the given name.";
    "typeIsLike" 2 type_is_like, "Whether the value's type, or what it points to, has the given name.";
    "kindOf" 1 kind_of, "Go's name of the value's kind.";
    "kindIs" 2 kind_is, "Whether the value's kind has the given name.";
    "deepEqual" 2 deep_equal, "Whether two values have equal types and contents.";
}

fn type_of(value: Value) -> String {
    value.type_name().into_owned()
}

fn type_is(name: Text, value: Value) -> bool {
    name == *type_of(value)
}

fn type_is_like(name: Text, value: Value) -> bool {
    let found = type_of(value);
    name == *found || found.strip_prefix('*').is_some_and(|found| name == *found)
}

fn kind_of(value: Value) -> String {
    value.kind().to_string()
}

fn kind_is(name: Text, value: Value) -> bool {
    name == *kind_of(value)
}

fn deep_equal(left: Value, right: Value) -> bool {
    cast::deep_equal(&left, &right)
}
