//! One page of reference for a kind, made from its definition: every field with type, default, limits and meaning.

use serde_json::Value;
use std::fmt::Write as _;

/// What stands above this line is written by hand and kept.
const MARK: &str = "<!-- Below: written by `cargo xtask gen` from crates/api. -->";

/// The page: what was above the mark (or a heading for a new page), then the tables.
pub fn page(crd: &Value, found: &str) -> String {
    let above = match found.split_once(MARK) {
        Some((above, _)) => above.to_owned(),
        None => introduction(crd),
    };
    let version = &crd["spec"]["versions"][0];
    let properties = &version["schema"]["openAPIV3Schema"]["properties"];
    let mut page = format!("{above}{MARK}\n\n{}", names(crd));
    for part in ["spec", "status"] {
        let _ = write!(page, "\n## {part}\n\n| field | type | default | limits | meaning |\n|---|---|---|---|---|\n");
        rows(&mut page, "", &properties[part]);
        rules(&mut page, part, &properties[part]);
    }
    page
}

fn introduction(crd: &Value) -> String {
    let about = text(&crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["description"]);
    format!("# {}\n\n{about}\n\n", text(&crd["spec"]["names"]["kind"]))
}

fn names(crd: &Value) -> String {
    let spec = &crd["spec"];
    let version = &spec["versions"][0];
    let short = spec["names"]["shortNames"][0].as_str().map(|name| format!(", short name `{name}`")).unwrap_or_default();
    let columns: Vec<&str> =
        version["additionalPrinterColumns"].as_array().into_iter().flatten().map(|column| text(&column["name"])).collect();
    format!(
        "`apiVersion: {}/{}`, `kind: {}`, resource `{}`{short}, namespaced. Columns: {}.\n",
        text(&spec["group"]),
        text(&version["name"]),
        text(&spec["names"]["kind"]),
        text(&spec["names"]["plural"]),
        columns.join(", ")
    )
}

/// One row for each field below a schema, depth first.
fn rows(page: &mut String, prefix: &str, schema: &Value) {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{prefix}{name}");
        let is_required = required.iter().any(|entry| entry == name);
        let default = field.get("default").map(|value| format!("`{value}`")).unwrap_or_default();
        let meaning = text(&field["description"]).replace('|', "\\|");
        let _ = writeln!(page, "| `{path}` | {} | {default} | {} | {meaning} |", kind(field), limits(field, is_required));
        rows(page, &format!("{path}."), field);
        rows(page, &format!("{path}[]."), &field["items"]);
        rows(page, &format!("{path}.<key>."), &field["additionalProperties"]);
    }
}

/// The type in words.
fn kind(field: &Value) -> String {
    match (text(&field["type"]), text(&field["format"])) {
        ("array", _) => format!("list of {}", kind(&field["items"])),
        ("object", _) if field.get("additionalProperties").is_some() => format!("map of {}", kind(&field["additionalProperties"])),
        ("", _) => "any".into(),
        ("string", "date-time") => "time".into(),
        (name, _) => name.into(),
    }
}

/// Whether a field must be given, then patterns, lengths and words of it or of its items.
fn limits(field: &Value, is_required: bool) -> String {
    let mut limits: Vec<String> = is_required.then(|| "required".into()).into_iter().collect();
    for schema in [field, &field["items"]] {
        if let Some(words) = schema["enum"].as_array() {
            limits.push(words.iter().map(|word| format!("`{}`", text(word))).collect::<Vec<_>>().join(", "));
        }
        for (keyword, words) in [
            ("pattern", "matches"),
            ("minLength", "characters at least"),
            ("maxLength", "characters at most"),
            ("minItems", "items at least"),
            ("maxItems", "items at most"),
            ("minimum", "at least"),
        ] {
            match schema.get(keyword) {
                Some(Value::String(pattern)) => limits.push(format!("{words} `{}`", pattern.replace('|', "\\|"))),
                Some(number) => limits.push(format!("{words} {number}")),
                None => {}
            }
        }
    }
    limits.join("; ")
}

/// CEL rules at a schema and below it.
fn rules(page: &mut String, path: &str, schema: &Value) {
    for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
        let _ = write!(page, "\nRule at `{path}`: `{}`\n(else: {})\n", text(&rule["rule"]), text(&rule["message"]));
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        rules(page, &format!("{path}.{name}"), field);
        rules(page, &format!("{path}.{name}[]"), &field["items"]);
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
