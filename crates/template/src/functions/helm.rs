//! Templates within templates, and the cluster.

use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::value::{Text, Value};

table! {
    "include" (with 2) include, "The output of a named template over a value.";
    "tpl" (with 2) tpl, "The output of a string read as a template.";
    "lookup" (with 4) lookup, "An object of the cluster, or a list of them; an empty map where there is none.";
}

fn include(render: &mut Render<'_>, name: Text, data: Value) -> Result<Text, Fault> {
    render.include(&name, data)
}

fn tpl(render: &mut Render<'_>, text: Text, data: Value) -> Result<Text, Fault> {
    render.tpl(&text, data)
}

fn lookup(render: &mut Render<'_>, version: Text, kind: Text, namespace: Text, name: Text) -> Result<Value, Fault> {
    let found = render.host.lookup(&version.lossy(), &kind.lossy(), &namespace.lossy(), &name.lossy())?;
    Ok(Value::from_json(&found))
}
