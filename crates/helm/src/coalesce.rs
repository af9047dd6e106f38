//! Laying the caller's values over a chart's defaults, chart by chart down the tree, with Helm 4's rules for null.
//!
//! Two passes share the rules. *Coalescing* is final: a null of the caller removes a default and disappears; nulls of the
//! defaults never show. *Merging* keeps nulls, because a later pass will need them.
//! Refuses to be: the choice of which subcharts take part; that is `dependencies`.

use object::Value;

use crate::instance::Instance;
use crate::values::{Pass, Values, as_json, go_type, lay_over, remove_nulls};

const GLOBAL: &str = "global";

/// The caller's values over the defaults of `chart` and of everything below it. Errors name a subchart's key that holds no mapping.
pub fn coalesce(chart: &Instance<'_>, values: &Values) -> Result<Values, String> {
    run(chart, values, Pass::Coalesce)
}

/// As [`coalesce`], keeping nulls.
pub fn merge_defaults(chart: &Instance<'_>, values: &Values) -> Result<Values, String> {
    run(chart, values, Pass::Merge)
}

fn run(chart: &Instance<'_>, values: &Values, pass: Pass) -> Result<Values, String> {
    let mut values = values.clone();
    descend(chart, &mut values, pass)?;
    share_globals(chart, &mut values);
    Ok(values)
}

fn descend(chart: &Instance<'_>, values: &mut Values, pass: Pass) -> Result<(), String> {
    lay_over_defaults(chart, values, pass);
    for child in &chart.children {
        let own = values.entry(child.name.clone()).or_insert_with(|| Value::Object(Values::new()));
        if !own.is_object() {
            return Err(format!("type mismatch on {}: {}", child.name, as_boolean_verb(own)));
        }
        let Some(Value::Object(mut own)) = values.remove(&child.name) else { unreachable!("was checked to be a mapping above") };
        pass_globals_down(values, &mut own);
        descend(child, &mut own, pass)?;
        take_globals_back(values, &own);
        values.insert(child.name.clone(), Value::Object(own));
    }
    Ok(())
}

/// The chart's own defaults under the caller's values.
fn lay_over_defaults(chart: &Instance<'_>, values: &mut Values, pass: Pass) {
    for (key, default) in chart.values.iter() {
        match values.get_mut(key) {
            Some(Value::Null) if pass == Pass::Coalesce => {
                values.remove(key);
            }
            Some(Value::Object(own)) => {
                if let Value::Object(default) = default {
                    let is_child = chart.children.iter().any(|child| child.name == *key);
                    let pass = if is_child { Pass::Merge } else { pass };
                    let mut default = default.clone();
                    if pass == Pass::Coalesce {
                        remove_nulls(&mut default);
                    }
                    lay_over(own, default, pass);
                }
            }
            Some(_) => {}
            None if pass == Pass::Merge => {
                values.insert(key.clone(), default.clone());
            }
            None if default.is_null() => {}
            None => {
                let mut default = default.clone();
                if let Value::Object(default) = &mut default {
                    remove_nulls(default);
                }
                values.insert(key.clone(), default);
            }
        }
    }
}

/// The parent's globals over the child's. Where either is no mapping, or a key is a mapping on one side only, the child's stays.
fn pass_globals_down(parent: &Values, child: &mut Values) {
    let empty = Values::new();
    let source = match parent.get(GLOBAL) {
        None => &empty,
        Some(Value::Object(globals)) => globals,
        Some(_) => return,
    };
    let Value::Object(target) = child.entry(GLOBAL).or_insert_with(|| Value::Object(Values::new())) else { return };
    for (key, value) in source {
        match (target.get_mut(key), value) {
            (Some(Value::Object(own)), Value::Object(from_parent)) => {
                let below = std::mem::replace(own, from_parent.clone());
                lay_over(own, below, Pass::Merge);
            }
            (Some(_), Value::Object(_)) | (Some(Value::Object(_)), _) => {}
            (_, value) => {
                target.insert(key.clone(), value.clone());
            }
        }
    }
}

/// The tables inside a global table are one and the same for parent and child, so what the child laid under them shows above.
fn take_globals_back(parent: &mut Values, child: &Values) {
    let Some(Value::Object(child)) = child.get(GLOBAL) else { return };
    let Some(Value::Object(parent)) = parent.get_mut(GLOBAL) else { return };
    copy_inner_tables(child, parent);
}

/// Makes the shared tables equal again in every chart below, after the last chart has written into them.
fn share_globals(chart: &Instance<'_>, values: &mut Values) {
    let globals = values.get(GLOBAL).and_then(Value::as_object).cloned();
    for child in &chart.children {
        let Some(Value::Object(own)) = values.get_mut(&child.name) else { continue };
        if let (Some(globals), Some(Value::Object(own_globals))) = (&globals, own.get_mut(GLOBAL)) {
            copy_inner_tables(globals, own_globals);
        }
        share_globals(child, own);
    }
}

fn copy_inner_tables(from: &Values, to: &mut Values) {
    for (key, to) in to.iter_mut() {
        let (Some(Value::Object(from)), Value::Object(to)) = (from.get(key), to) else { continue };
        for (key, to) in to.iter_mut().filter(|(_, to)| to.is_object()) {
            if let Some(from) = from.get(key).filter(|from| from.is_object()) {
                to.clone_from(from);
            }
        }
    }
}

/// How Go prints a value where it was told to expect a boolean.
fn as_boolean_verb(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Null => "%!t(<nil>)".into(),
        Value::String(text) => format!("%!t(string={text})"),
        Value::Number(number) => format!("%!t({}={})", go_type(value), as_json(&Value::Number(number.clone()))),
        Value::Array(items) => format!("[{}]", items.iter().map(as_boolean_verb).collect::<Vec<_>>().join(" ")),
        Value::Object(_) => "map[]".into(),
    }
}
