//! What single fields of built-in kinds may hold, from the table beside this file.

use serde_json::Value;

use super::metadata;
use crate::names;
use crate::status::Cause;

const TABLE: &str = include_str!("limits.txt");
const PORT: &str = "must be between 1 and 65535, inclusive";
const VARIABLE: &str = "a valid environment variable name must consist only of printable ASCII characters other than '='";

/// Every fault that the table finds in an object.
pub fn check(collection: &str, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    block(object, "", collection, &mut causes);
    causes
}

fn block(value: &Value, at: &str, name: &str, causes: &mut Vec<Cause>) {
    let lines = TABLE.lines().skip_while(|line| line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) != Some(name));
    for line in lines.skip(1).take_while(|line| !line.starts_with('[')) {
        let (first, rest) = line.split_once(' ').expect("the table is part of the source; a test reads all of it");
        match first.strip_prefix('@') {
            Some(inner) => visit(value, at, rest, &mut |value, at| block(value, at, inner, causes)),
            None => visit(value, at, first, &mut |value, at| causes.extend(rule(value, at, rest))),
        }
    }
}

/// Shows every value that a path of the table leads to, with its own path. A last field that is not there is null.
fn visit(value: &Value, at: &str, path: &str, visitor: &mut dyn FnMut(&Value, &str)) {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let (name, is_list) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
    let at = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    let found = &value[name];
    let mut show = |value: &Value, at: &str| if rest.is_empty() { visitor(value, at) } else { visit(value, at, rest, visitor) };
    match found {
        Value::Array(items) if is_list => items.iter().enumerate().for_each(|(index, item)| show(item, &format!("{at}[{index}]"))),
        Value::Null if is_list || !rest.is_empty() => {}
        _ if is_list => {}
        _ => show(found, &at),
    }
}

fn rule(value: &Value, at: &str, rule: &str) -> Vec<Cause> {
    let (name, argument) = rule.split_once(' ').unwrap_or((rule, ""));
    if name == "required" {
        return if is_empty(value) { vec![Cause::required(at, argument)] } else { Vec::new() };
    }
    if is_empty(value) {
        return Vec::new();
    }
    let number = value.as_i64().unwrap_or(0);
    let bound = argument.parse().unwrap_or(0);
    let invalid = |holds: bool, why: &str| if holds { Vec::new() } else { vec![Cause::invalid(at, value, why)] };
    match name {
        "count" if number <= 0 => vec![Cause::required(at, argument)],
        "count" => Vec::new(),
        "min" => invalid(number >= bound, &format!("must be greater than or equal to {bound}")),
        "over" => invalid(number > bound, &format!("must be greater than {bound}")),
        "port" if value.is_string() => Vec::new(),
        "port" if number == 0 && at.ends_with("containerPort") => vec![Cause::required(at, "")],
        "port" => invalid((1..=65535).contains(&number), PORT),
        "enum" => {
            let values: Vec<&str> = argument.split(',').collect();
            if values.contains(&value.as_str().unwrap_or_default()) { Vec::new() } else { vec![Cause::unsupported(at, value, &values)] }
        }
        "label" => names::label_fault(value.as_str().unwrap_or_default()).map(|why| Cause::invalid(at, value, why)).into_iter().collect(),
        "variable" => {
            invalid(value.as_str().unwrap_or_default().chars().all(|letter| (' '..='~').contains(&letter) && letter != '='), VARIABLE)
        }
        _ => metadata::labels(value, at),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;
    use serde_json::json;

    #[test]
    fn the_whole_table_can_be_read_and_names_known_kinds() {
        let index = Registry::new().index();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                Some(name) => assert!(matches!(name, "pod" | "container") || index.by_collection(name).is_some(), "{name}"),
                None => assert!(line.contains(' '), "{line}"),
            }
        }
    }

    #[test]
    fn faults_are_found_at_every_depth() {
        let containers = json!([{"name": "x", "image": "i", "ports": [{"containerPort": 70000}], "env": [{"name": "a=b"}]}, {"name": "X"}]);
        let object = json!({"spec": {"replicas": -1, "template": {"spec": {"containers": containers}}}});
        let fields: Vec<String> = check("apps/deployments", &object).into_iter().map(|cause| cause.field).collect();
        let pod = "spec.template.spec";
        assert_eq!(
            fields,
            [
                "spec.replicas".to_owned(),
                format!("{pod}.containers[0].ports[0].containerPort"),
                format!("{pod}.containers[0].env[0].name"),
                format!("{pod}.containers[1].name"),
                format!("{pod}.containers[1].image"),
            ]
        );
    }
}
