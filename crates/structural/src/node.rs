//! A compiled schema: the tree that all passes walk.
//!
//! Refuses to keep prose: descriptions, titles and examples are dropped. Begin with [`Schema::compile`].

use crate::error::FieldError;
use crate::rules::Rules;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;

/// How deep a schema may nest.
pub(crate) const DEPTH_MAX: usize = 100;

/// The structural schema of one version of a custom resource.
#[derive(Debug)]
pub struct Schema {
    pub(crate) root: Node,
    /// Whether there is any CEL rule.
    pub(crate) has_rules: bool,
}

/// One place of a schema.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub kind: Kind,
    pub nullable: bool,
    pub default: Option<Value>,
    pub preserve: bool,
    pub embedded: bool,
    pub properties: BTreeMap<String, Node>,
    pub additional: Option<Box<Node>>,
    pub required: Vec<String>,
    pub items: Option<Box<Node>>,
    pub list: List,
    pub limits: Limits,
    pub all_of: Vec<Node>,
    pub any_of: Vec<Node>,
    pub one_of: Vec<Node>,
    pub not: Option<Box<Node>>,
    pub rules: Option<Rules>,
}

/// The type of a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Any,
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    IntOrString,
}

/// How items of a list are told apart.
#[derive(Debug, Default)]
pub(crate) enum List {
    #[default]
    Atomic,
    Set,
    Map(Vec<String>),
}

/// Bounds of values.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    pub values: Option<Vec<Value>>,
    pub pattern: Option<Regex>,
    pub format: String,
    pub minimum: Option<(f64, bool)>,
    pub maximum: Option<(f64, bool)>,
    pub multiple_of: Option<f64>,
    pub length: (Option<u64>, Option<u64>),
    pub items: (Option<u64>, Option<u64>),
    pub properties: (Option<u64>, Option<u64>),
}

impl Schema {
    /// Compiles `openAPIV3Schema`.
    ///
    /// Errors: every place that is not structural, with paths that begin at the schema itself
    /// (`properties[spec].type`); a pattern or a CEL rule that does not compile.
    pub fn compile(schema: &Value) -> Result<Schema, Vec<FieldError>> {
        let errors = crate::check::check(schema);
        if !errors.is_empty() {
            return Err(errors);
        }
        let root = node(schema, 0);
        let mut errors = Vec::new();
        crate::validate::defaults(&root, "", &mut errors);
        let has_rules = root.has_rules();
        if errors.is_empty() { Ok(Schema { root, has_rules }) } else { Err(errors) }
    }
}

impl Node {
    /// The nodes right below, with the step that leads to each as paths of definitions write it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (String, &Node)> {
        let properties = self.properties.iter().map(|(name, node)| (format!("properties[{name}]"), node));
        let others = [("additionalProperties", &self.additional), ("items", &self.items)];
        properties.chain(others.into_iter().filter_map(|(step, node)| Some((step.to_owned(), &**node.as_ref()?))))
    }

    fn has_rules(&self) -> bool {
        self.rules.is_some() || self.parts().any(|(_, node)| node.has_rules())
    }
}

fn node(schema: &Value, depth: usize) -> Node {
    if depth > DEPTH_MAX {
        return Node { preserve: true, ..Node::default() };
    }
    let child = |schema: &Value| node(schema, depth + 1);
    let children = |name: &str| schema[name].as_array().into_iter().flatten().map(child).collect();
    Node {
        kind: kind(schema),
        nullable: schema["nullable"] == true,
        default: schema.get("default").cloned(),
        preserve: schema["x-kubernetes-preserve-unknown-fields"] == true || schema["additionalProperties"] == true,
        embedded: schema["x-kubernetes-embedded-resource"] == true,
        properties: schema["properties"].as_object().into_iter().flatten().map(|(name, schema)| (name.clone(), child(schema))).collect(),
        additional: schema["additionalProperties"].is_object().then(|| Box::new(child(&schema["additionalProperties"]))),
        required: words(&schema["required"]),
        items: schema["items"].is_object().then(|| Box::new(child(&schema["items"]))),
        list: list(schema),
        limits: limits(schema),
        all_of: children("allOf"),
        any_of: children("anyOf"),
        one_of: children("oneOf"),
        not: schema["not"].is_object().then(|| Box::new(child(&schema["not"]))),
        rules: Rules::compile(schema),
    }
}

fn kind(schema: &Value) -> Kind {
    if schema["x-kubernetes-int-or-string"] == true {
        return Kind::IntOrString;
    }
    match schema["type"].as_str() {
        Some("object") => Kind::Object,
        Some("array") => Kind::Array,
        Some("string") => Kind::String,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        _ => Kind::Any,
    }
}

fn list(schema: &Value) -> List {
    match schema["x-kubernetes-list-type"].as_str() {
        Some("set") => List::Set,
        Some("map") => List::Map(words(&schema["x-kubernetes-list-map-keys"])),
        _ => List::Atomic,
    }
}

fn limits(schema: &Value) -> Limits {
    let count = |name: &str| schema[name].as_u64();
    Limits {
        values: schema["enum"].as_array().cloned(),
        pattern: schema["pattern"].as_str().and_then(|pattern| Regex::new(pattern).ok()),
        format: schema["format"].as_str().unwrap_or("").replace('-', ""),
        minimum: schema["minimum"].as_f64().map(|bound| (bound, schema["exclusiveMinimum"] == true)),
        maximum: schema["maximum"].as_f64().map(|bound| (bound, schema["exclusiveMaximum"] == true)),
        multiple_of: schema["multipleOf"].as_f64().filter(|factor| *factor > 0.0),
        length: (count("minLength"), count("maxLength")),
        items: (count("minItems"), count("maxItems")),
        properties: (count("minProperties"), count("maxProperties")),
    }
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
}
