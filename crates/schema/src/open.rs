//! Catalogs from OpenAPI JSON: the schema of a custom resource, or a file of definitions.
//!
//! Refuses to be strict: what it cannot read is [`Shape::Any`]. Whether a schema is structural is `structural`'s question.

use crate::types::{Catalog, Field, ListTopology, Merge, Node, Scalar, Shape, Slot, Type};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// How deep a schema may nest; deeper parts are [`Shape::Any`].
const DEPTH_MAX: usize = 200;

/// The name of the only definition of a custom resource's catalog.
const ROOT: &str = "";

const OBJECT_META: &str = "apimachinery.pkg.apis.meta.v1.ObjectMeta";

impl Catalog {
    /// The catalog of one custom resource, from its `openAPIV3Schema`. Its type is [`Catalog::root`].
    pub fn from_schema(schema: &Value) -> Catalog {
        let mut node = Reader { names: &[] }.node(schema, 0);
        add_type_and_metadata(&mut node);
        Catalog { slots: vec![slot(ROOT, node)] }
    }

    /// A catalog of named definitions: `definitions` of OpenAPI 2 or `components.schemas` of OpenAPI 3, or a whole
    /// document that holds either.
    pub fn from_openapi(document: &Value) -> Catalog {
        let none = Map::new();
        let schemas = document.get("definitions").or_else(|| document.get("components")?.get("schemas")).unwrap_or(document);
        let schemas = schemas.as_object().unwrap_or(&none);
        let names: Vec<&str> = schemas.keys().map(String::as_str).collect();
        let reader = Reader { names: &names };
        Catalog { slots: schemas.iter().map(|(name, schema)| slot(name, reader.node(schema, 0))).collect() }
    }

    /// The type of a catalog that [`Catalog::from_schema`] made.
    pub fn root(&self) -> Type<'_> {
        self.get(ROOT).unwrap_or(Type::any())
    }
}

fn slot(name: &str, node: Node) -> Slot {
    Slot { name: name.into(), source: "", node: OnceLock::from(node) }
}

/// Gives an object of its own kind (`apiVersion`, `kind`, `metadata`) the types that Kubernetes sees there.
fn add_type_and_metadata(node: &mut Node) {
    if !matches!(node.shape, Shape::Object(..)) {
        let rest = Some(Box::new(Node::default()));
        node.shape = Shape::Object(Vec::new(), rest);
    }
    let Shape::Object(fields, _) = &mut node.shape else { return };
    fields.retain(|field| !["apiVersion", "kind", "metadata"].contains(&&*field.name));
    let metadata = crate::builtin().catalog().position(OBJECT_META).map_or(Shape::Any, Shape::Builtin);
    for (name, shape) in [("apiVersion", text()), ("kind", text()), ("metadata", metadata)] {
        fields.push(Field { name: name.into(), required: false, node: Node { shape, ..Node::default() } });
    }
    fields.sort_by(|a, b| a.name.cmp(&b.name));
}

fn text() -> Shape {
    Shape::Scalar(Scalar::String)
}

struct Reader<'a> {
    names: &'a [&'a str],
}

impl Reader<'_> {
    fn node(&self, schema: &Value, depth: usize) -> Node {
        let mut node = Node {
            shape: if depth < DEPTH_MAX { self.shape(schema, depth + 1) } else { Shape::Any },
            default: schema.get("default").cloned(),
            nullable: schema["nullable"] == true,
            atomic: schema["x-kubernetes-map-type"] == "atomic",
            values: schema["enum"].as_array().cloned().unwrap_or_default(),
            merge: merge(schema),
        };
        if schema["x-kubernetes-embedded-resource"] == true {
            add_type_and_metadata(&mut node);
        }
        node
    }

    fn shape(&self, schema: &Value, depth: usize) -> Shape {
        if let Some(reference) = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str()) {
            return self.reference(reference);
        }
        if schema["x-kubernetes-int-or-string"] == true || schema["format"] == "int-or-string" {
            return Shape::Scalar(Scalar::IntOrString);
        }
        if schema["oneOf"] == json!([{"type": "string"}, {"type": "number"}]) {
            return Shape::Scalar(Scalar::Quantity);
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, depth),
            Some("array") => Shape::List(Box::new(self.node(&schema["items"], depth)), topology(schema)),
            Some(kind) => scalar(kind, schema["format"].as_str()),
            None if schema["properties"].is_object() => self.object(schema, depth),
            None => Shape::Any,
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Shape {
        let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fields: Vec<Field> = schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, schema)| Field {
                required: required.contains(&name.as_str()),
                name: name.as_str().into(),
                node: self.node(schema, depth),
            })
            .collect();
        let rest = match &schema["additionalProperties"] {
            values @ Value::Object(_) => Some(self.node(values, depth)),
            Value::Bool(true) => Some(Node::default()),
            _ if schema["x-kubernetes-preserve-unknown-fields"] == true || fields.is_empty() => Some(Node::default()),
            _ => None,
        };
        match rest {
            Some(values) if fields.is_empty() => Shape::Map(Box::new(values)),
            rest => Shape::Object(fields, rest.map(Box::new)),
        }
    }

    fn reference(&self, reference: &str) -> Shape {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        match self.names.binary_search(&name) {
            Ok(position) => Shape::Definition(position),
            Err(_) => builtin_reference(name),
        }
    }
}

fn builtin_reference(name: &str) -> Shape {
    let name = name.strip_prefix("io.k8s.").unwrap_or(name);
    crate::builtin().catalog().position(name).map_or(Shape::Any, Shape::Builtin)
}

fn scalar(kind: &str, format: Option<&str>) -> Shape {
    Shape::Scalar(match (kind, format) {
        ("string", Some("byte")) => Scalar::Bytes,
        ("string", Some("date-time")) => Scalar::Time,
        ("string", _) => Scalar::String,
        ("integer", Some("int32")) => Scalar::Int32,
        ("integer", _) => Scalar::Int64,
        ("number", _) => Scalar::Number,
        ("boolean", _) => Scalar::Bool,
        _ => return Shape::Any,
    })
}

fn topology(schema: &Value) -> ListTopology {
    match schema["x-kubernetes-list-type"].as_str() {
        Some("set") => ListTopology::Set,
        Some("map") => ListTopology::Map(words(&schema["x-kubernetes-list-map-keys"])),
        _ => ListTopology::Atomic,
    }
}

fn merge(schema: &Value) -> Merge {
    let strategies = schema["x-kubernetes-patch-strategy"].as_str().unwrap_or("");
    let has = |wanted: &str| strategies.split(',').any(|strategy| strategy == wanted);
    let key = schema["x-kubernetes-patch-merge-key"].as_str().map(Box::from);
    Merge { merge: has("merge"), retain_keys: has("retainKeys"), replace: has("replace"), key }
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_resource_has_the_metadata_of_kubernetes() {
        let catalog =
            Catalog::from_schema(&json!({"type": "object", "properties": {"spec": {"type": "object"}, "metadata": {"type": "object"}}}));
        let owners = catalog.root().child("metadata").child("ownerReferences");
        assert_eq!(owners.list(), Some(&ListTopology::Map(vec!["uid".into()])));
    }

    #[test]
    fn definitions_refer_to_each_other_and_to_the_built_in_ones() {
        let catalog = Catalog::from_openapi(&json!({"definitions": {
            "a": {"properties": {"b": {"$ref": "#/definitions/b"}, "pod": {"$ref": "#/definitions/io.k8s.api.core.v1.PodSpec"}}},
            "b": {"type": "object", "properties": {"c": {"type": "string", "default": "x"}}}}}));
        let a = catalog.get("a").unwrap();
        assert_eq!(a.child("b").child("c").default(), Some(&json!("x")));
        assert_eq!(a.child("pod").child("containers").merge().key.as_deref(), Some("name"));
    }

    #[test]
    fn a_definition_that_refers_to_itself_can_be_walked() {
        let catalog = Catalog::from_openapi(&json!({"a": {"properties": {"a": {"$ref": "#/definitions/a"}}}}));
        assert!(catalog.get("a").unwrap().child("a").child("a").field("a").is_some());
    }
}
