//! Scalars without a type of their own: what a replacement makes where nothing was.
//!
//! The reference gives such a scalar a text and no tag, so that it is read as YAML reads plain text. It stays so until something
//! writes it anew as what it takes it for, a string: a strategic merge or a variable that walks over it.

use object::Value;

use crate::merge::Schema;
use crate::path;
use crate::resource::{Resource, scalar_text};
use crate::spelling::{self, Step, Steps};

/// The scalars that are in `after` and were not in `before`, if they are no strings.
pub(crate) fn made(before: &Value, after: &Value) -> Vec<Steps> {
    let mut found = Vec::new();
    gather(Some(before), after, &mut Vec::new(), &mut found);
    found
}

fn gather(before: Option<&Value>, after: &Value, at: &mut Steps, found: &mut Vec<Steps>) {
    match after {
        Value::Object(map) => {
            for (key, value) in map {
                at.push(Step::Field(key.clone()));
                gather(before.and_then(|before| before.get(key)), value, at, found);
                at.pop();
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                at.push(Step::Element(position));
                gather(before.and_then(|before| before.get(position)), item, at, found);
                at.pop();
            }
        }
        Value::String(_) => {}
        Value::Null | Value::Bool(_) | Value::Number(_) if before.is_none() => found.push(at.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Reads again what was written over scalars without a type.
pub(crate) fn read_again(resource: &mut Resource) {
    for steps in &resource.untyped {
        if let Some(value @ Value::String(_)) = path::step_into(&mut resource.value, steps) {
            *value = path::plain(value.as_str().unwrap_or_default());
        }
    }
}

/// What a strategic merge makes strings: all that it walks over and the patch does not write itself.
pub(crate) fn meet_merge(resource: &mut Resource, patch: &Value, schema: &Schema) {
    if resource.untyped.is_empty() {
        return;
    }
    let root = schema.of_object(&resource.value);
    let (walked, rest): (Vec<Steps>, Vec<Steps>) =
        std::mem::take(&mut resource.untyped).into_iter().partition(|steps| spelling::is_walked(root, steps));
    walked.iter().filter(|steps| !is_said(patch, steps)).for_each(|steps| make_string(&mut resource.value, steps));
    resource.untyped = rest;
}

/// What variables make strings: all scalars in the fields that may hold them. `visit` calls its argument with each such field.
pub(crate) fn meet_variables(resource: &mut Resource, visit: impl FnOnce(&mut Value)) {
    if resource.untyped.is_empty() {
        return;
    }
    // What is a string here afterwards is reached.
    let mut probe = resource.value.clone();
    visit(&mut probe);
    let (reached, rest): (Vec<Steps>, Vec<Steps>) = std::mem::take(&mut resource.untyped)
        .into_iter()
        .partition(|steps| path::step_into(&mut probe, steps).is_some_and(|value| value.is_string()));
    reached.iter().for_each(|steps| make_string(&mut resource.value, steps));
    resource.untyped = rest;
}

/// Makes a scalar the text it stands for, and the scalars right inside a mapping or list.
pub(crate) fn make_texts(field: &mut Value) {
    match field {
        Value::Object(map) => map.values_mut().for_each(make_text),
        Value::Array(items) => items.iter_mut().for_each(make_text),
        scalar => make_text(scalar),
    }
}

fn make_text(value: &mut Value) {
    if !value.is_object() && !value.is_array() {
        *value = scalar_text(value).into_owned().into();
    }
}

fn make_string(object: &mut Value, steps: &[Step]) {
    if let Some(value) = path::step_into(object, steps) {
        make_text(value);
    }
}

/// Whether a patch writes this place. Elements of lists are not compared.
fn is_said(patch: &Value, steps: &[Step]) -> bool {
    let said = steps.iter().try_fold(patch, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Element(_) => None,
    });
    said.is_some()
}
