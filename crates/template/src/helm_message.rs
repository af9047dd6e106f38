//! How Helm 4 lays out a template failure for its user. The input is Go's text; the output is what follows `Error: `.

use crate::error::{Error, ErrorKind, Wraps};
use crate::functions::MARKS;

impl Error {
    /// The failure as Helm 4 words it: the chart's own message, one block per template of the chain, or Go's text.
    pub fn helm_message(&self) -> String {
        match (self.facts().kind, &self.facts().cause) {
            (ErrorKind::Parse, None) => parse_message(&self.to_string()),
            (ErrorKind::NoTemplate, None) => self.to_string(),
            _ => refused(self).or_else(|| blocks(self)).unwrap_or_else(|| self.to_string()),
        }
    }
}

fn parse_message(text: &str) -> String {
    let parts: Vec<&str> = text.split(": ").collect();
    match parts.as_slice() {
        [_, place, .., message] => format!("parse error at ({place}): {message}"),
        [_, place] => format!("parse error at ({place}): {place}"),
        _ => format!("parse error in: {text}"),
    }
}

/// The message that the chart gave to `fail` or `required`.
fn refused(error: &Error) -> Option<String> {
    let text = error.to_string();
    let mut parts = text.splitn(3, ": ");
    let (_, place, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let start = rest.find(MARKS.0)? + MARKS.0.len();
    let end = start + rest[start..].rfind(MARKS.1)?;
    Some(format!("execution error at ({place}): {}", &rest[start..end]))
}

/// One block per failure of the chain; nothing where the chain ends in an error that is no template's.
fn blocks(error: &Error) -> Option<String> {
    let mut out = String::new();
    let mut last = String::new();
    let mut current = error;
    loop {
        let block = block(&current.to_string())?;
        if block != last {
            out.push_str(&block);
        }
        last = block;
        match (current.facts().wraps, &current.facts().cause) {
            (Wraps::Nothing, _) => return Some(out.trim().to_string()),
            (Wraps::Template, Some(cause)) => current = cause,
            _ => return None,
        }
    }
}

/// `PLACE`, `executing "NAME" at <EXPRESSION>:` and the message, each a step further in.
fn block(text: &str) -> Option<String> {
    let rest = text.strip_prefix("template: ")?;
    if rest.starts_with("no template ") {
        return Some(format!("{text}\n"));
    }
    executing(rest).or_else(|| {
        let (place, message) = rest.rsplit_once(": ")?;
        Some(format!("{place}\n  {}\n", own_part(message)))
    })
}

fn executing(rest: &str) -> Option<String> {
    let (place, after) = rest.split_once(": executing ")?;
    let (name, after) = after.strip_prefix('"')?.split_once('"')?;
    let (expression, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
    Some(format!("{place}\n  executing \"{name}\" at <{expression}>:\n    {}\n", own_part(message)))
}

/// The message without the failure that it quotes.
fn own_part(message: &str) -> &str {
    message.find(" template:").map_or(message, |cut| &message[..cut])
}
