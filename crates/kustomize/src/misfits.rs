//! Texts that a replacement wrote where a scalar of another type stood: the reference remembers the type, and refuses the text when it
//! is printed, if it is still there.

use object::Value;

use crate::assign::fitted;
use crate::error::Error;
use crate::marks;
use crate::path;
use crate::resource::{Misfit, Resource};
use crate::spelling::{self, Step, Steps};

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

/// Remembers a text that was just written over a scalar of another type, and marks it until its place is known (`marks::find`).
pub(crate) fn note(field: &mut Value, old: Value, met: &mut Vec<Misfit>) {
    marks::put(field, met.len());
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
