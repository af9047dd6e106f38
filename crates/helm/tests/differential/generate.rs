//! Charts by dice: subcharts with aliases, conditions, tags and imports; values with nulls and globals; templates that print what
//! they see.

use std::fs;
use std::path::Path;

use helm::Values;
use object::Value;
use serde_json::json;

use super::random::Random;

const KEYS: [&str; 8] = ["a", "b", "c", "image", "tag", "enabled", "sub1", "data"];
const NAMES: [&str; 4] = ["sub1", "sub2", "sub3", "lib"];

/// Expressions about values; each must print one line of text.
const EXPRESSIONS: [&str; 30] = [
    ".Values | toJson",
    ".Values.global | toJson",
    ".Chart | toJson",
    ".Release | toJson",
    ".Template | toJson",
    ".Subcharts | keys | sortAlpha | join \",\"",
    ".Values.a",
    ".Values.a.b",
    ".Values.a | default \"none\"",
    ".Values.b | toString",
    ".Values.c | quote",
    "typeOf .Values.a",
    "kindOf .Values.b",
    "dig \"a\" \"b\" \"missing\" .Values.AsMap",
    "dig \"a\" \"b\" \"missing\" (dict \"a\" (dict \"b\" 1))",
    "printf \"%v %d %s\" .Values.a 5 .Values.b",
    "tpl \"{{ .Values.c }}\" .",
    "include \"named\" .",
    "required \"a is needed\" .Values.a",
    "hasKey .Values \"a\"",
    "len (.Values.data | default list)",
    "merge (dict \"x\" 1) (.Values.data | default dict) | toJson",
    "mergeOverwrite (dict \"a\" 1) (deepCopy .Values) | toJson",
    "omit .Values \"a\" \"global\" | toJson",
    "ternary \"yes\" \"no\" (empty .Values.enabled)",
    "add1 (.Values.tag | int)",
    ".Capabilities.KubeVersion.Minor",
    ".Capabilities.APIVersions.Has \"apps/v1\"",
    "set .Values \"added\" 1 | toJson",
    ".Values.a | toYaml | nindent 2 | trim | quote",
];

/// Writes a chart into `folder`; gives the caller's values for it.
pub fn chart(random: &mut Random, folder: &Path) -> String {
    write_chart(random, folder, "root", 0);
    json_values(random, 0).to_string()
}

/// A few leaves of a chart's defaults changed, as a values file.
pub fn flips(random: &mut Random, defaults: &Values) -> String {
    let mut leaves = Vec::new();
    collect(&mut Vec::new(), &Value::Object(defaults.clone()), &mut leaves);
    let mut values = Value::Object(Values::new());
    for _ in 0..=random.below(3) {
        if leaves.is_empty() {
            break;
        }
        let (path, value) = random.pick(&leaves).clone();
        let flipped = flip(random, &value);
        put(&mut values, &path, flipped);
    }
    format!("{values}\n")
}

fn write_chart(random: &mut Random, folder: &Path, name: &str, depth: usize) {
    let templates = folder.join("templates");
    fs::create_dir_all(&templates).unwrap();
    let is_library = depth > 0 && random.chance(10);
    let mut metadata =
        json!({"apiVersion": "v2", "name": name, "version": "1.2.3", "type": if is_library { "library" } else { "application" }});
    if depth < 2 {
        add_subcharts(random, folder, &mut metadata, depth);
    }
    fs::write(folder.join("Chart.yaml"), metadata.to_string()).unwrap();
    fs::write(folder.join("values.yaml"), json_values(random, depth).to_string()).unwrap();
    fs::write(templates.join("_named.tpl"), format!("{{{{ define \"named\" }}}}{name} {{{{ .Chart.Name }}}}{{{{ end }}}}")).unwrap();
    fs::write(templates.join("show.yaml"), template(random, name)).unwrap();
}

fn add_subcharts(random: &mut Random, folder: &Path, metadata: &mut Value, depth: usize) {
    let mut declared = Vec::new();
    for name in NAMES {
        if !random.chance(45) {
            continue;
        }
        write_chart(random, &folder.join("charts").join(name), name, depth + 1);
        if !random.chance(80) {
            continue;
        }
        let mut dependency = json!({"name": name, "version": random.pick(&["1.2.3", "^1.0.0", ">=1", "2.0.0", "*"]), "repository": ""});
        if random.chance(40) {
            dependency["condition"] = format!("{name}.enabled,global.enabled").into();
        }
        if random.chance(30) {
            dependency["tags"] = json!(["front", "back"][..=random.below(2)]);
        }
        if random.chance(30) {
            dependency["alias"] = format!("{name}-alias").into();
        }
        if random.chance(40) {
            dependency["import-values"] = imports(random);
        }
        declared.push(dependency);
    }
    if !declared.is_empty() || random.chance(30) {
        metadata["dependencies"] = Value::Array(declared);
    }
}

fn imports(random: &mut Random) -> Value {
    let pair = json!({"child": random.pick(&["data", "a", "global"]), "parent": random.pick(&["a", ".", "data.inner", "imported"])});
    if random.chance(50) { json!(["shared"]) } else { json!([pair, "shared"]) }
}

fn template(random: &mut Random, name: &str) -> String {
    let mut text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n");
    for line in 0..=random.below(6) {
        let expression = random.pick(&EXPRESSIONS);
        text.push_str(&format!("  line{line}: {{{{ {expression} | toString | b64enc | quote }}}}\n"));
    }
    text
}

/// Values with the keys that conditions, tags, imports and globals look at.
fn json_values(random: &mut Random, depth: usize) -> Value {
    let mut values = json!({});
    for key in KEYS {
        if random.chance(40) {
            values[key] = value(random, 2);
        }
    }
    for name in NAMES.iter().flat_map(|name| [(*name).to_owned(), format!("{name}-alias")]) {
        if random.chance(30) && depth < 2 {
            values[name] = json_values(random, depth + 1);
        }
    }
    if random.chance(50) {
        values["global"] = value_map(random, 3);
    }
    if random.chance(40) {
        values["exports"] = json!({"shared": value_map(random, 2)});
    }
    if random.chance(30) {
        values["tags"] = json!({"front": random.chance(50), "back": random.chance(50)});
    }
    if random.chance(30) {
        values["enabled"] = json!(random.chance(60));
    }
    values
}

fn value_map(random: &mut Random, depth: usize) -> Value {
    let mut map = json!({});
    for key in KEYS {
        if random.chance(35) {
            map[key] = value(random, depth - 1);
        }
    }
    map
}

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(10) {
        0 => Value::Null,
        1 => json!(random.chance(50)),
        2 => json!(*random.pick(&[0.0, 1.0, 5.5, 1_000_000.0, -3.0, 1e21, 123_456_789.0])),
        3 => json!(*random.pick(&["", "text", "true", "10", "a: b", "{{ .Release.Name }}", "multi\nline\n"])),
        4 => random.pick(&[json!([]), json!([1.0]), json!([1.0, "two", null]), json!([{"x": 1.0}])]).clone(),
        _ if depth > 0 => value_map(random, depth),
        _ => json!(*random.pick(&["x", "y", "z"])),
    }
}

type Leaf = (Vec<String>, Value);

fn collect(path: &mut Vec<String>, value: &Value, leaves: &mut Vec<Leaf>) {
    if !path.is_empty() {
        leaves.push((path.clone(), value.clone()));
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        path.push(key.clone());
        collect(path, inner, leaves);
        path.pop();
    }
}

fn flip(random: &mut Random, value: &Value) -> Value {
    if random.chance(12) {
        return Value::Null;
    }
    match value {
        Value::Bool(value) => json!(!value),
        Value::Number(_) => json!(*random.pick(&[0.0, 1.0, 65_536.0, 1_234_567.0])),
        Value::String(_) => json!(*random.pick(&["", "flipped", "80%", "true", "1"])),
        Value::Array(_) => random.pick(&[json!([]), json!(["one"]), json!([{"name": "n", "value": "v"}])]).clone(),
        Value::Object(_) => random.pick(&[json!({}), json!({"key": "value"}), json!({"enabled": true})]).clone(),
        Value::Null => random.pick(&[json!("text"), json!(1.0), json!({"a": "b"}), json!(true)]).clone(),
    }
}

fn put(values: &mut Value, path: &[String], value: Value) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        values[first.as_str()] = value;
        return;
    }
    if !values[first.as_str()].is_object() {
        values[first.as_str()] = json!({});
    }
    put(&mut values[first.as_str()], rest, value);
}
