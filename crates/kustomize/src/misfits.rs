//! Texts that a replacement wrote where a scalar of another type stood: the reference remembers the type, and refuses the text when it
//! is printed, if it is still there.

use object::Value;

use crate::error::Error;
use crate::path::{self, Create};
use crate::resource::{Misfit, Resource};

/// What a mark begins with: no file says this by accident.
const MARK: &str = "\0misfit";
/// What stands between the parts of a mark and behind it.
const END: char = '\0';

/// Refuses a resource that still holds a text where a replacement found a scalar of another type. Annotations are texts anyway.
pub(crate) fn check(resource: &Resource) -> Result<(), Error> {
    let is_annotation = |misfit: &&Misfit| misfit.segments.starts_with(&["metadata".to_owned(), "annotations".to_owned()]);
    for misfit in resource.misfits.iter().filter(|misfit| !is_annotation(misfit)) {
        let mut is_there = false;
        let visited = path::visit(&mut resource.value.clone(), &misfit.segments, Create::No, &mut |field| {
            is_there |= field.is_string();
            Ok(())
        });
        // Where the way to it is no way any more, it is gone.
        if visited.is_ok() && is_there {
            let error = Error::build(format!("yaml: cannot decode !!str `{}` as a {}", misfit.text, misfit.wanted));
            let error = error.of_object(resource.id()).at_field(misfit.segments.join("."));
            let error = error.in_file(&resource.place.file).at_line(resource.place.line);
            return Err(error.hint("a replacement keeps the type of the field: put the old value in quotes to make it a string"));
        }
    }
    Ok(())
}

/// Puts a mark before each such text, so that it is found again when a merge has moved the elements of a list. Keys of elements
/// are compared without (`unmarked`).
pub(crate) fn mark(resource: &mut Resource) -> Vec<Misfit> {
    let mut marked = std::mem::take(&mut resource.misfits);
    marked.retain_mut(|misfit| {
        let mark = mark_of(misfit);
        let mut is_there = false;
        let marking = path::visit(&mut resource.value, &misfit.segments, Create::No, &mut |field| {
            if let Value::String(text) = field {
                // A later replacement may have changed it.
                misfit.text.clone_from(text);
                *field = format!("{mark}{text}").into();
                is_there = true;
            }
            Ok(())
        });
        marking.is_ok() && is_there
    });
    marked
}

/// Puts the texts back where their marks are now. Those whose marks are gone are forgotten.
pub(crate) fn find(resource: &mut Resource, marked: Vec<Misfit>) {
    for misfit in marked {
        let mark = mark_of(&misfit);
        let mut at = Vec::new();
        // A path with a selector leads to several places.
        while let Some(field) = find_mark(&mut resource.value, &mark, &mut at) {
            let text = unmarked(field.as_str().unwrap_or_default()).to_owned();
            *field = text.as_str().into();
            resource.misfits.push(Misfit { segments: std::mem::take(&mut at), text, wanted: misfit.wanted });
        }
    }
}

/// A text without its mark, if it has one.
pub(crate) fn unmarked(text: &str) -> &str {
    if is_marked(text) { text.rsplit(END).next().unwrap_or(text) } else { text }
}

/// Whether a text is marked.
pub(crate) fn is_marked(text: &str) -> bool {
    text.starts_with(MARK)
}

/// What stands before the text in its place: the way to it.
fn mark_of(misfit: &Misfit) -> String {
    let way: String = misfit.segments.iter().map(|segment| format!("{END}{segment}")).collect();
    format!("{MARK}{way}{END}")
}

/// The first place whose text has the mark, and the way to it.
fn find_mark<'a>(value: &'a mut Value, mark: &str, at: &mut Vec<String>) -> Option<&'a mut Value> {
    if value.as_str().is_some_and(|text| text.starts_with(mark)) {
        return Some(value);
    }
    let fields: Vec<(String, &mut Value)> = match value {
        Value::Object(map) => map.iter_mut().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter_mut().enumerate().map(|(position, item)| (position.to_string(), item)).collect(),
        _ => return None,
    };
    for (segment, value) in fields {
        at.push(segment);
        if let Some(found) = find_mark(value, mark, at) {
            return Some(found);
        }
        at.pop();
    }
    None
}
