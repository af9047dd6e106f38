//! Refusals that a chart makes itself.

use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Text, Value};

table! {
    "fail" (with 1) fail, "Refuses with the given message.";
    "required" (with 2) required, "The value, or a refusal with the message where it is nil or an empty string.";
}

/// Helm marks the chart's own messages with these words, and looks for them when it reports.
pub(crate) const MARKS: (&str, &str) = ("HELM_ERR_START", "HELM_ERR_END");

fn refusal(message: &Text) -> Fault {
    Fault::refused(format!("{}{message}{}", MARKS.0, MARKS.1))
}

fn fail(render: &mut Render<'_>, message: Text) -> Result<Value, Fault> {
    if render.options.lint {
        render.host.note(&message.lossy());
        return Ok(Value::text(""));
    }
    Err(refusal(&message))
}

fn required(render: &mut Render<'_>, message: Text, value: Value) -> Result<Value, Fault> {
    let absent = match &value {
        Value::Nil => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    match (absent, render.options.lint) {
        (false, _) => Ok(value),
        (true, false) => Err(refusal(&message)),
        (true, true) => {
            render.host.note(&message.lossy());
            Ok(Value::text(""))
        }
    }
}
