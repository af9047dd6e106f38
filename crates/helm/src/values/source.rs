//! Flux's `valuesFrom`: documents from ConfigMaps and Secrets, laid over each other, then the inline values, then single
//! values at target paths.
//!
//! Refuses to be: a reader of the cluster. The caller fetches the texts, as the tenant, and decides about optional references.

use super::set::{Mode, set};
use super::{Values, decoded_map, load, merge};
use crate::{Error, Result};

/// One entry of `valuesFrom` with the text it refers to.
#[derive(Clone, Debug)]
pub struct Reference {
    /// How messages name it, such as `ConfigMap shop/values`.
    pub name: String,
    /// The text under its key.
    pub text: String,
    /// Where the text goes as a single value; none for a document of values.
    pub target_path: Option<String>,
    /// Whether the text at the target path is taken as it is (`literal`), without commas, braces and numbers meaning anything.
    pub literal: bool,
}

/// The values of a release: documents in order, then `inline`, then target paths in order. Mappings merge deep, lists are replaced,
/// null stays (the chart's default is dropped later).
pub fn compose(references: &[Reference], inline: Values) -> Result<Values> {
    let mut values = Values::new();
    for reference in references.iter().filter(|reference| reference.target_path.is_none()) {
        let document = load(&reference.text).map_err(|error| refused(reference, &error))?;
        merge(&mut values, document);
    }
    merge(&mut values, decoded_map(inline));
    for reference in references {
        if let Some(path) = &reference.target_path {
            set_at(path, reference, &mut values).map_err(|error| refused(reference, &error))?;
        }
    }
    Ok(values)
}

/// A text in double or single quotes is a string without its quotes; anything else is read as `--set` reads it.
fn set_at(path: &str, reference: &Reference, values: &mut Values) -> Result<()> {
    let text = reference.text.as_str();
    if reference.literal {
        return set(&path_with(path, "_"), &Mode::File(&|_| Ok(text.to_owned())), values);
    }
    let quoted = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    match quoted {
        Some(inner) => set(&path_with(path, inner), &Mode::Text, values),
        None => set(&path_with(path, text), &Mode::Typed, values),
    }
}

fn path_with(path: &str, text: &str) -> String {
    format!("{path}={text}")
}

fn refused(reference: &Reference, error: &Error) -> Error {
    Error::Values(format!("unable to use values of {}: {error}", reference.name))
}
