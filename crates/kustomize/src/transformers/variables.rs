//! `vars`: `$(NAME)` in fields that the configuration lists, replaced by fields of resources.

use std::collections::BTreeMap;

use object::Value;

use crate::budget::Budget;
use crate::config::{Config, List};
use crate::error::Error;
use crate::field_spec::{FieldSpec, Missing};
use crate::id::{Gvk, Id};
use crate::kustomization::Var;
use crate::path;
use crate::resource::scalar_text;
use crate::resources::Resources;
use crate::untyped;

/// The variables met so far, by name.
pub(crate) type Vars = BTreeMap<String, Var>;

/// Adds variables of a Kustomization and notes at each resource which variables read it.
pub(crate) fn declare(vars: &mut Vars, new: &[Var], resources: &mut Resources) -> Result<(), Error> {
    for var in new {
        let found = find(var, resources);
        if found.len() > 1 {
            let message = format!("found {} resId matches for var {} (unable to disambiguate)", found.len(), var.name);
            return Err(Error::build(message).at_field("vars").hint("name the namespace of the object in `objref.namespace`"));
        }
        for at in found {
            resources.items_mut()[at].read_by_vars.push(var.name.clone());
        }
    }
    merge(vars, new.iter().cloned())
}

/// Adds variables that were declared elsewhere. A name may be declared once in a build.
pub(crate) fn merge(vars: &mut Vars, new: impl IntoIterator<Item = Var>) -> Result<(), Error> {
    for var in new {
        if vars.contains_key(&var.name) {
            return Err(Error::build(format!("var '{}' already encountered", var.name)).at_field("vars").hint("give it another name"));
        }
        vars.insert(var.name.clone(), var);
    }
    Ok(())
}

fn find(var: &Var, resources: &Resources) -> Vec<usize> {
    let wanted = Id {
        gvk: Gvk { group: &var.group, version: &var.version, kind: &var.kind },
        name: (&var.object_name).into(),
        namespace: (&var.object_namespace).into(),
        cluster_scoped: false,
    };
    // Without a namespace the name alone counts.
    if var.object_namespace.is_empty() {
        return resources.with_any_id(|id| id.is_but_namespace(&wanted));
    }
    resources.with_any_id(|id| id.is(&wanted))
}

/// Replaces every use of every variable.
pub(crate) fn resolve(vars: &Vars, resources: &mut Resources, config: &Config) -> Result<(), Error> {
    if vars.is_empty() {
        return Ok(());
    }
    let values = vars.values().map(|var| Ok((var.name.as_str(), value_of(var, resources)?))).collect::<Result<Values<'_>, Error>>()?;
    let specs = config.specs(List::VarReference);
    let mut budget = resources.budget;
    for resource in resources.items_mut() {
        untyped::meet_variables(resource, |object| specs.iter().for_each(|spec| make_texts(spec, object)));
        for spec in &specs {
            spec.visit(&mut resource.value, Missing::Skip, &mut |value| replace(value, &values, &mut budget))?;
        }
    }
    Ok(())
}

fn make_texts(spec: &FieldSpec, object: &mut Value) {
    let mut set = |field: &mut Value| {
        untyped::make_texts(field);
        Ok(())
    };
    // A field that cannot be walked to is refused where variables are put in.
    let _ = spec.visit_value(object, Missing::Skip, &mut set);
}

type Values<'a> = BTreeMap<&'a str, Value>;

fn value_of(var: &Var, resources: &Resources) -> Result<Value, Error> {
    let source = resources.items().iter().find(|resource| resource.read_by_vars.contains(&var.name));
    let Some(source) = source else {
        return Err(Error::build(format!("var '{}' cannot be mapped to a field in the set of known resources", var.name))
            .at_field("vars")
            .hint("`objref` names no resource of this build: check apiVersion, kind and name"));
    };
    let segments = segments_of(&var.field_path);
    let found = path::lookup(&source.value, &segments);
    let missing = || {
        let message = format!("field specified in var '{}' not found in corresponding resource", var.name);
        Error::build(message).of_object(source.id()).at_field(var.field_path.clone())
    };
    match found.ok().flatten() {
        // A null is the text that was written for it.
        Some(Value::Null) if crate::spelling::is_one_of(&source.blanks, &segments) => Ok("".into()),
        Some(Value::Null) => Ok("null".into()),
        // A text where a number stood cannot be read as either.
        Some(Value::String(_)) if source.misfits.iter().any(|misfit| crate::spelling::is_way(&misfit.steps, &segments)) => Err(missing()),
        found => found.cloned().ok_or_else(missing),
    }
}

/// Dotted segments; `name[0]` is the name and the index.
fn segments_of(field_path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for segment in path::split_fields(field_path) {
        let index = segment.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        match index.filter(|(_, index)| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())) {
            Some((name, index)) => {
                segments.extend(Some(name.to_owned()).filter(|name| !name.is_empty()));
                segments.push(index.to_owned());
            }
            None => segments.push(segment),
        }
    }
    segments
}

fn replace(value: &mut Value, values: &Values<'_>, budget: &mut Budget) -> Result<(), Error> {
    match value {
        Value::String(text) => *value = expand(text, values, budget)?,
        Value::Object(map) => {
            for value in map.values_mut() {
                if let Value::String(text) = value {
                    *value = expand(text, values, budget)?;
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::String(text) => *item = expand(text, values, budget)?,
                    _ => return Err(Error::build("invalid value type expect a string")),
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// Expands `$(NAME)` in a text. A text that is one variable and nothing else takes the variable's type; `$$` is a dollar.
fn expand(text: &str, values: &Values<'_>, budget: &mut Budget) -> Result<Value, Error> {
    if !text.contains('$') {
        return Ok(text.into());
    }
    let known = |name: &str| values.get(name).filter(|value| !value.is_object() && !value.is_array());
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'));
        match (name, rest.chars().next()) {
            (Some((name, after)), _) => {
                match known(name) {
                    Some(value) if text.len() == name.len() + 3 => return Ok(value.clone()),
                    Some(value) => {
                        let value = scalar_text(value);
                        budget.spend(value.len())?;
                        expanded.push_str(&value);
                    }
                    None => expanded.extend(["$(", name, ")"]),
                }
                rest = after;
            }
            (None, Some('$')) => {
                expanded.push('$');
                rest = &rest[1..];
            }
            (None, Some(other)) => {
                expanded.push('$');
                expanded.push(other);
                rest = &rest[other.len_utf8()..];
            }
            (None, None) => expanded.push('$'),
        }
    }
    expanded.push_str(rest);
    Ok(expanded.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_expand_as_in_the_reference() {
        let values: Values<'_> = [("A", json!("a")), ("N", json!(5)), ("REF", json!("$(A)"))].into_iter().collect();
        for (text, expected) in [
            ("$(A)", json!("a")),
            ("$(N)", json!(5)),
            ("x$(N)", json!("x5")),
            ("$(A)-$(A)$(X)", json!("a-a$(X)")),
            ("$$(A)_$(A)", json!("$(A)_a")),
            ("f-$$A", json!("f-$A")),
            ("$(REF)", json!("$(A)")),
            ("$(A", json!("$(A")),
            ("$?_$!", json!("$?_$!")),
            ("a$", json!("a$")),
            ("$(A$(N)", json!("$(A$(N)")),
            ("--$($($(--", json!("--$($($(--")),
        ] {
            assert_eq!(expand(text, &values, &mut Budget::default()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn indices_may_stand_behind_names() {
        assert_eq!(segments_of("spec.ports[0].port"), ["spec", "ports", "0", "port"]);
    }
}
