//! Failures of templates in Helm's layout: where, which expression, what is wrong, one step for each include.
//!
//! Refuses to be: a second parser of messages. The parts come from [`template::Error`]; only what Helm itself cuts out of the text
//! is cut here.

use template::error::Facts;

use crate::Error;

/// Helm marks the messages of `required` and `fail` so that they can be told from Go's.
const REFUSAL: (&str, &str) = ("HELM_ERR_START", "HELM_ERR_END");

/// A text that does not parse: `parse error at (file:line): what`.
pub(crate) fn parse(error: &template::Error) -> Error {
    let text = error.to_string();
    let parts: Vec<&str> = text.split(": ").collect();
    let message = match parts.as_slice() {
        [_, location, .., what] => format!("parse error at ({location}): {what}"),
        [_, location] => format!("parse error at ({location}): {location}"),
        _ => format!("parse error in ({}): {text}", error.facts().file),
    };
    Error::Template { message, source: Some(Box::new(error.clone())) }
}

/// A template that failed while it ran.
pub(crate) fn execution(error: template::Error) -> Error {
    let message = refusal(&error).or_else(|| steps(&error)).unwrap_or_else(|| error.to_string());
    Error::Template { message, source: Some(Box::new(error)) }
}

/// The chart's own words, with the place where the outermost template stood.
fn refusal(error: &template::Error) -> Option<String> {
    let text = &error.facts().text;
    let (_, rest) = text.split_once(REFUSAL.0)?;
    let (message, _) = rest.rsplit_once(REFUSAL.1)?;
    let location = text.split(": ").nth(1)?;
    Some(format!("execution error at ({location}): {message}"))
}

/// A step for each template of the chain; nothing where the chain ends in an error that is no template's.
fn steps(error: &template::Error) -> Option<String> {
    error.facts().column?;
    let mut shown = String::new();
    let mut last = String::new();
    for facts in error.chain() {
        if facts.wraps_plain() {
            return None;
        }
        let step = step(facts);
        if step != last {
            shown.push_str(&step);
        }
        last = step;
    }
    Some(shown.trim().to_owned())
}

fn step(facts: &Facts) -> String {
    let Some((location, executing)) = facts.text.strip_prefix("template: ").and_then(|text| text.split_once(": executing ")) else {
        return format!("{}\n", facts.text);
    };
    let (expression, message) = executing.split_once(">: ").unwrap_or((executing, ""));
    let message = message.split(" template:").next().unwrap_or_default();
    format!("{location}\n  executing {expression}>:\n    {message}\n")
}
