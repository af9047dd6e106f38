//! Scalars without a type of their own: what a replacement makes where nothing was.
//!
//! The reference gives such a scalar a text and no tag, so that it is read as YAML reads plain text. It stays so until something
//! writes it anew as what it takes it for, a string: a strategic merge (see `marks`) or a variable that walks over it.

use object::Value;

use crate::path;
use crate::resource::{Resource, scalar_text};
use crate::spelling::{Step, Steps};

/// What has to be known of an object before a path is made in it, to tell what was made.
pub(crate) enum Before {
    /// The path leads to one place, which is there.
    There,
    /// The path leads to one place, which is not there.
    Absent,
    /// The path chooses elements of lists, and may make some.
    Chosen(Value),
}

impl Before {
    /// Looks at the object.
    pub fn of(object: &Value, segments: &[String]) -> Before {
        if segments.iter().any(|segment| chooses(segment)) {
            return Before::Chosen(object.clone());
        }
        if matches!(path::lookup(object, segments), Ok(Some(_))) { Before::There } else { Before::Absent }
    }

    /// The scalars that are there now and were not before. What is inside of the value that was written has types.
    pub fn made(self, now: &Value, segments: &[String], written: &Value) -> Vec<Steps> {
        let mut found = Vec::new();
        match self {
            Before::There => {}
            Before::Absent => found.extend(scalar_at(now, segments)),
            Before::Chosen(before) => gather(Some(&before), now, written, &mut Vec::new(), &mut found),
        }
        found
    }
}

/// Whether a segment chooses elements by what they hold, or all.
fn chooses(segment: &str) -> bool {
    segment == "*" || segment.starts_with('[')
}

/// The way to the scalar of a path, if there is one.
fn scalar_at(object: &Value, segments: &[String]) -> Option<Steps> {
    let (mut value, mut steps) = (object, Steps::new());
    for segment in segments {
        let step = if value.is_array() { Step::Element(segment.parse().ok()?) } else { Step::Field(segment.clone()) };
        value = path::at(value, std::slice::from_ref(&step))?;
        steps.push(step);
    }
    Some(steps).filter(|_| !value.is_object() && !value.is_array())
}

fn gather(before: Option<&Value>, after: &Value, written: &Value, at: &mut Steps, found: &mut Vec<Steps>) {
    match after {
        Value::Object(_) | Value::Array(_) if before.is_none() && after == written => {}
        Value::Object(map) => {
            for (key, value) in map {
                at.push(Step::Field(key.clone()));
                gather(before.and_then(|before| before.get(key)), value, written, at, found);
                at.pop();
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                at.push(Step::Element(position));
                gather(before.and_then(|before| before.get(position)), item, written, at, found);
                at.pop();
            }
        }
        _ if before.is_none() => found.push(at.clone()),
        _ => {}
    }
}

/// What the scalars without a type say to which a path may lead.
pub(crate) fn told(resource: &Resource, segments: &[String]) -> Vec<(Steps, Option<Value>)> {
    let led = resource.untyped.iter().filter(|steps| may_lead(segments, steps));
    led.map(|steps| (steps.clone(), path::at(&resource.value, steps).cloned())).collect()
}

fn may_lead(segments: &[String], steps: &[Step]) -> bool {
    let fits = |(step, segment): (&Step, &String)| match step {
        Step::Field(name) => name == segment,
        Step::Element(at) => chooses(segment) || segment.parse() == Ok(*at),
    };
    steps.len() == segments.len() && steps.iter().zip(segments).all(fits)
}

/// Reads again what was written over scalars without a type, which were `told` before.
pub(crate) fn read_again(resource: &mut Resource, told: Vec<(Steps, Option<Value>)>) {
    for (steps, told) in told {
        let field = path::step_into(&mut resource.value, &steps).filter(|field| Some(&**field) != told.as_ref());
        if let Some(value @ Value::String(_)) = field {
            *value = path::plain(value.as_str().unwrap_or_default());
        }
    }
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

pub(crate) fn make_text(value: &mut Value) {
    if !value.is_object() && !value.is_array() {
        *value = scalar_text(value).into_owned().into();
    }
}

fn make_string(object: &mut Value, steps: &[Step]) {
    if let Some(value) = path::step_into(object, steps) {
        make_text(value);
    }
}
