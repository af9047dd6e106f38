//! Texts that a replacement wrote where a scalar of another type stood: the reference remembers the type, and refuses the text when it
//! is printed, if it is still there.

use object::Value;

use crate::assign::fitted;
use crate::error::Error;
use crate::path;
use crate::resource::{Misfit, Resource};
use crate::spelling::{self, Step, Steps};

/// What a mark begins with: no file says this by accident.
const MARK: &str = "\0misfit\0";
/// What stands behind the number of a mark.
const END: char = '\0';

/// Refuses a resource that still holds a text where a replacement found a scalar of another type. Annotations are texts anyway.
pub(crate) fn check(resource: &Resource) -> Result<(), Error> {
    let annotations = ["metadata", "annotations"].map(|name| Step::Field(name.to_owned()));
    for misfit in resource.misfits.iter().filter(|misfit| !misfit.steps.starts_with(&annotations)) {
        // Where the way to it is no way any more, it is gone.
        if let Some(Value::String(text)) = path::at(&resource.value, &misfit.steps) {
            let error = Error::build(format!("yaml: cannot decode !!str `{text}` as a {}", tag(&misfit.old)));
            let error = error.of_object(resource.id()).at_field(spelling::dotted(&misfit.steps));
            let error = error.in_file(&resource.place.file).at_line(resource.place.line);
            return Err(error.hint("a replacement keeps the type of the field: put the old value in quotes to make it a string"));
        }
    }
    Ok(())
}

/// The reference's name for the type of a scalar.
fn tag(scalar: &Value) -> &'static str {
    match scalar {
        Value::Bool(_) => "!!bool",
        Value::Null => "!!null",
        Value::Number(number) if number.is_f64() => "!!float",
        _ => "!!int",
    }
}

/// Remembers a text that was just written over a scalar of another type, and marks it until its place is known (`find`).
pub(crate) fn note(field: &mut Value, old: Value, met: &mut Vec<Misfit>) {
    put_mark(field, met.len());
    met.push(Misfit { steps: Steps::new(), old });
}

/// Forgets the texts over which another was written that fits, and those that have no type after all.
pub(crate) fn settle(resource: &mut Resource) {
    let mut misfits = std::mem::take(&mut resource.misfits);
    misfits.retain(|misfit| !resource.untyped.contains(&misfit.steps));
    misfits.retain(|misfit| {
        let Some(field) = path::step_into(&mut resource.value, &misfit.steps) else { return false };
        let fitting = field.as_str().and_then(|text| fitted(&misfit.old, text)).filter(|fitting| misfit.old.is_null() == fitting.is_null());
        let fits = fitting.is_some();
        *field = fitting.unwrap_or_else(|| field.take());
        !fits
    });
    resource.misfits = misfits;
}

/// Puts a mark before each such text, so that it is found again when a merge has moved the elements of a list. Keys of elements
/// are compared without (`unmarked`).
pub(crate) fn mark(resource: &mut Resource) -> Vec<Misfit> {
    let mut marked = Vec::new();
    for misfit in std::mem::take(&mut resource.misfits) {
        if let Some(field @ Value::String(_)) = path::step_into(&mut resource.value, &misfit.steps) {
            put_mark(field, marked.len());
            marked.push(misfit);
        }
    }
    marked
}

/// Takes the marks away, wherever they are now. The texts whose marks are gone are forgotten.
pub(crate) fn find(resource: &mut Resource, marked: Vec<Misfit>) {
    for (number, misfit) in marked.into_iter().enumerate() {
        let mark = mark_of(number);
        let mut at = Steps::new();
        while let Some(field) = find_mark(&mut resource.value, &mark, &mut at) {
            *field = unmarked(field.as_str().unwrap_or_default()).into();
            resource.misfits.push(Misfit { steps: std::mem::take(&mut at), old: misfit.old.clone() });
        }
    }
}

/// A text without its mark, if it has one.
pub(crate) fn unmarked(text: &str) -> &str {
    text.strip_prefix(MARK).and_then(|rest| rest.split_once(END)).map_or(text, |(_, text)| text)
}

/// Whether a text is marked.
pub(crate) fn is_marked(text: &str) -> bool {
    text.starts_with(MARK)
}

fn put_mark(field: &mut Value, number: usize) {
    *field = format!("{}{}", mark_of(number), field.as_str().unwrap_or_default()).into();
}

fn mark_of(number: usize) -> String {
    format!("{MARK}{number}{END}")
}

/// The first place whose text has the mark, and the way to it.
fn find_mark<'a>(value: &'a mut Value, mark: &str, at: &mut Steps) -> Option<&'a mut Value> {
    if value.as_str().is_some_and(|text| text.starts_with(mark)) {
        return Some(value);
    }
    let fields: Vec<(Step, &mut Value)> = match value {
        Value::Object(map) => map.iter_mut().map(|(key, value)| (Step::Field(key.clone()), value)).collect(),
        Value::Array(items) => items.iter_mut().enumerate().map(|(position, item)| (Step::Element(position), item)).collect(),
        _ => return None,
    };
    for (step, value) in fields {
        at.push(step);
        if let Some(found) = find_mark(value, mark, at) {
            return Some(found);
        }
        at.pop();
    }
    None
}
