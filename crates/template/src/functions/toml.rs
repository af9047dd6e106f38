//! TOML in and out. Writing is in `toml_write.rs`, reading in `toml_read.rs`.

use super::json::error_map;
use super::table;
use super::{toml_read, toml_write};
use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Text, Value};

table! {
    "toToml" (with 1) to_toml, "The value as TOML, or what is wrong with it.";
    "mustToToml" (with 1) must_to_toml, "The value as TOML.";
    "fromToml" 1 from_toml, "A TOML document as a map; an entry `Error` says what is wrong.";
}

/// Nothing at all is refused by both functions: Go's encoder does not survive it.
const NOTHING: &str = "reflect: call of reflect.Value.Type on zero Value";

fn must_to_toml(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    if value.is_nothing() {
        return Err(NOTHING.into());
    }
    toml_write::write(&value, &render.options.limits)
}

fn to_toml(render: &mut Render<'_>, value: Value) -> Result<String, Fault> {
    match must_to_toml(render, value) {
        Err(fault) if fault.kind != crate::ErrorKind::Limit && fault.message != NOTHING => Ok(fault.message),
        result => result,
    }
}

fn from_toml(text: Text) -> Value {
    toml_read::read(&text.lossy()).unwrap_or_else(error_map)
}
