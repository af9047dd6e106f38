//! Writing a value into a field of an object: what is made on the way, and what a field's type does to the value.

use object::Value;

use crate::error::Error;
use crate::path::{self, Create};
use crate::replacement::FieldOptions;
use crate::resource::{Misfit, Resource, scalar_text};
use crate::{marks, misfits, spelling, structured, untyped};

/// What is written, and where it came from.
#[derive(Clone)]
pub(crate) struct Given {
    pub value: Value,
    /// A text without a type of its own: where it stands alone it is read as YAML reads it.
    pub is_plain: bool,
    /// The position of the source.
    pub from: Option<usize>,
}

impl Given {
    /// What is made where the path ends before the field.
    pub fn create(&self) -> Create {
        Create::like(&self.value)
    }

    fn alone(&self) -> Value {
        if self.is_plain { path::plain(&scalar_text(&self.value)) } else { self.value.clone() }
    }
}

/// Writes the value into one field of a resource.
///
/// What does not fit the field's type is remembered, and refused at output if it is still there (see `misfits`).
///
/// `source` is the place of the value in this very resource, if it is there.
pub(crate) fn write(
    resource: &mut Resource,
    given: &Given,
    field_path: &str,
    options: &FieldOptions,
    source: Option<&[String]>,
) -> Result<(), Error> {
    let segments = path::split_fields(field_path);
    if options.create && leads_through_blank(resource, &segments) {
        let message = format!("unable to find or create field {field_path:?} in replacement target: wrong node kind: expected MappingNode");
        return Err(Error::build(message).hint("a field on the way is there without a value"));
    }
    if structured::write(&mut resource.value, &segments, given, options).is_ok() {
        return Ok(());
    }
    let before = options.create.then(|| untyped::Before::of(&resource.value, &segments));
    let told = untyped::told(resource, &segments);
    let verb = if options.create { "find or create" } else { "find" };
    let missing = format!("unable to {verb} field {field_path:?} in replacement target");
    let mut met = Vec::new();
    let found = write_field(&mut resource.value, given, &segments, options, source, &mut met);
    if !met.is_empty() {
        marks::find(resource, &met);
    }
    if found.map_err(|error| error.context(&missing))? == 0 {
        return Err(Error::build(missing).hint("add the field to the target, or set `options.create: true`"));
    }
    untyped::read_again(resource, told);
    resource.untyped.extend(before.into_iter().flat_map(|before| before.made(&resource.value, &segments, &given.value)));
    misfits::settle(resource);
    Ok(())
}

/// Whether the path goes through a field after which nothing was written. One that says `null` is another matter.
fn leads_through_blank(resource: &Resource, segments: &[String]) -> bool {
    if resource.blanks.is_empty() {
        return false;
    }
    let is_null = |at: usize| matches!(path::lookup(&resource.value, &segments[..at]), Ok(Some(Value::Null)));
    (1..segments.len()).any(|at| spelling::is_one_of(&resource.blanks, &segments[..at]) && is_null(at))
}

/// How many fields the path found. Those that the value does not fit are `met`.
fn write_field(
    object: &mut Value,
    given: &Given,
    segments: &[String],
    options: &FieldOptions,
    source: Option<&[String]>,
    met: &mut Vec<Misfit>,
) -> Result<usize, Error> {
    let create = if options.create { given.create() } else { Create::No };
    let was_null = matches!(path::lookup(object, segments), Ok(Some(Value::Null)));
    // Where the source itself is among the fields, those behind it get what was written there.
    let source: Option<*const Value> = source.and_then(|source| path::lookup(object, source).ok().flatten()).map(std::ptr::from_ref);
    let mut given = given.clone();
    path::visit(object, segments, create, &mut |field| {
        let old = scalar(field);
        let mut fits = assign(field, &given, options)?;
        if source.is_some_and(|source| std::ptr::eq(source, field)) {
            given.value.clone_from(field);
        }
        if was_null && matches!(field, Value::Bool(_) | Value::Number(_) | Value::String(_)) {
            // A null that was there keeps its type, which nothing else fits.
            *field = scalar_text(field).into_owned().into();
            fits = false;
        }
        if !fits {
            misfits::note(field, old, met);
        }
        Ok(())
    })
}

/// A copy of a scalar; null for anything else.
fn scalar(value: &Value) -> Value {
    if value.is_object() || value.is_array() { Value::Null } else { value.clone() }
}

/// Writes the value into one field. A scalar keeps its type: the answer says whether the text fits it.
pub(crate) fn assign(field: &mut Value, given: &Given, options: &FieldOptions) -> Result<bool, Error> {
    let is_scalar = !field.is_object() && !field.is_array();
    let mut text = scalar_text(&given.value).into_owned();
    let mut written = given.alone();
    if !options.delimiter.is_empty() {
        if !is_scalar {
            return Err(Error::build("delimiter option can only be used with scalar nodes"));
        }
        text = spliced(&scalar_text(field), &text, options);
        written = Value::String(text.clone());
    }
    if !is_scalar {
        *field = written;
        return Ok(true);
    }
    if field.is_null() && (written.is_object() || written.is_array()) {
        // Only the text is written, and a mapping or list has none.
        return Ok(true);
    }
    let fitted = fitted(field, &text);
    let fits = fitted.is_some();
    *field = fitted.unwrap_or(Value::String(text));
    Ok(fits)
}

/// The field's text with one of its parts replaced, or one added in front or at the end.
fn spliced(old: &str, part: &str, options: &FieldOptions) -> String {
    let mut parts: Vec<&str> = old.split(&options.delimiter).collect();
    match usize::try_from(options.index) {
        Err(_) => parts.insert(0, part),
        Ok(index) if index >= parts.len() => parts.push(part),
        Ok(index) => parts[index] = part,
    }
    parts.join(&options.delimiter)
}

/// The text as a scalar of the old one's type, if it is one.
pub(crate) fn fitted(old: &Value, text: &str) -> Option<Value> {
    if old.is_string() {
        return Some(text.into());
    }
    if old.is_null() && text.is_empty() {
        return Some(Value::Null);
    }
    let plain = path::plain(text);
    let fits = match old {
        Value::Null => true,
        Value::Bool(_) => plain.is_boolean(),
        Value::Number(old) => plain.as_number().is_some_and(|new| old.is_f64() || !new.is_f64()),
        _ => false,
    };
    fits.then_some(plain)
}
