//! Replacing inside text: a field whose text is JSON or YAML of its own, reached by a path that goes on into it.

use object::Value;

use crate::assign::{Given, assign};
use crate::error::Error;
use crate::path::{self, Create};
use crate::replacement::FieldOptions;

/// Writes a value at a path that leads into the text of a scalar. Any fault means "this is no such path".
pub(crate) fn write(object: &mut Value, segments: &[String], given: &Given, options: &FieldOptions) -> Result<(), Error> {
    let no_such = || Error::build("no structured data found in path");
    let at = (1..segments.len()).find(|at| is_text(object, &segments[..*at])).ok_or_else(no_such)?;
    let (outer, inner) = segments.split_at(at);
    let text = path::lookup(object, outer)?.and_then(Value::as_str).ok_or_else(no_such)?;
    let changed = changed(text, inner, given, options)?;
    path::visit(object, outer, Create::No, &mut |field| {
        *field = changed.as_str().into();
        Ok(())
    })?;
    Ok(())
}

fn is_text(object: &Value, segments: &[String]) -> bool {
    let found = path::lookup(object, segments).ok().flatten();
    found.and_then(Value::as_str).is_some_and(|text| yaml::from_str_with(text, &yaml::Options::v3()).is_ok())
}

fn changed(text: &str, segments: &[String], given: &Given, options: &FieldOptions) -> Result<String, Error> {
    let mut inner = path::inside(text)?;
    let create = if options.create { given.create() } else { Create::No };
    let found = path::visit(&mut inner, segments, create, &mut |field| match assign(field, given, options)? {
        true => Ok(()),
        false => Err(Error::build("the value does not fit the field's type")),
    })?;
    if found == 0 {
        return Err(Error::build("unable to find field in structured data"));
    }
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok(yaml::to_string_v3(&inner).trim().to_owned());
    }
    let is_pretty = text.contains('\n') && text.contains("  ");
    Ok(if is_pretty { pretty(&inner) } else { crate::transformers::hash::go_json(&inner) })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
