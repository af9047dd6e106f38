//! Marks before texts, so that what is remembered of a place is found again when a merge has moved the elements of a list.
//!
//! A marked text is a string that stands in no quotes, and keys of elements are compared without their marks. No mark outlives the
//! write or the merge that it was put for.

use object::Value;

use crate::path;
use crate::resource::{Misfit, Resource};
use crate::spelling::{Step, Steps};
use crate::untyped;

/// What a mark begins with: no file says this by accident.
const MARK: &str = "\0mark\0";
/// What stands behind the number of a mark.
const END: char = '\0';
/// The number of scalars without a type.
const UNTYPED: usize = usize::MAX;

/// Marks all texts that do not fit, and all scalars without a type.
pub(crate) fn put_all(resource: &mut Resource) -> Vec<Misfit> {
    let mut marked = Vec::new();
    for misfit in std::mem::take(&mut resource.misfits) {
        if let Some(field @ Value::String(_)) = path::step_into(&mut resource.value, &misfit.steps).filter(|field| is_free(field)) {
            put(field, marked.len());
            marked.push(misfit);
        }
    }
    for steps in std::mem::take(&mut resource.untyped) {
        if let Some(field) = path::step_into(&mut resource.value, &steps).filter(|field| is_free(field)) {
            untyped::make_text(field);
            put(field, UNTYPED);
        }
    }
    marked
}

/// Whether a place can be marked: a scalar without a mark. A place that was made anew is remembered twice.
fn is_free(field: &Value) -> bool {
    !field.is_object() && !field.is_array() && !field.as_str().is_some_and(is_marked)
}

/// Takes the marks away, wherever they are now. What has lost its mark is forgotten.
pub(crate) fn find(resource: &mut Resource, marked: &[Misfit]) {
    let (mut misfits, mut untyped) = (Vec::new(), Vec::new());
    visit(&mut resource.value, &mut Steps::new(), &mut |field, number, steps| {
        if let Some(misfit) = marked.get(number) {
            misfits.push(Misfit { steps: steps.clone(), old: misfit.old.clone() });
        } else {
            *field = path::plain(field.as_str().unwrap_or_default());
            untyped.push(steps.clone());
        }
    });
    resource.misfits.append(&mut misfits);
    resource.untyped.append(&mut untyped);
}

/// The string that a merge makes of a scalar without a type when it walks over it.
pub(crate) fn walked(text: &Value) -> Option<Value> {
    let (number, text) = split(text.as_str()?)?;
    (number == UNTYPED).then(|| text.into())
}

/// A text without its mark, if it has one.
pub(crate) fn unmarked(text: &str) -> &str {
    split(text).map_or(text, |(_, text)| text)
}

/// Whether a text is marked.
pub(crate) fn is_marked(text: &str) -> bool {
    text.starts_with(MARK)
}

/// Marks a text.
pub(crate) fn put(field: &mut Value, number: usize) {
    *field = format!("{MARK}{number}{END}{}", field.as_str().unwrap_or_default()).into();
}

fn split(text: &str) -> Option<(usize, &str)> {
    let (number, text) = text.strip_prefix(MARK)?.split_once(END)?;
    Some((number.parse().ok()?, text))
}

/// Calls `f` for each marked text, when its mark is gone, with its number and the way to it.
fn visit(value: &mut Value, at: &mut Steps, f: &mut dyn FnMut(&mut Value, usize, &Steps)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                at.push(Step::Field(key.clone()));
                visit(value, at, f);
                at.pop();
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter_mut().enumerate() {
                at.push(Step::Element(position));
                visit(item, at, f);
                at.pop();
            }
        }
        Value::String(text) => {
            if let Some((number, text)) = split(text) {
                *value = text.to_owned().into();
                f(value, number, at);
            }
        }
        _ => {}
    }
}
