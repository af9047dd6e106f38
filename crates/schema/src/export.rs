//! Types as OpenAPI v3 schemas, for servers that publish them.
//!
//! Refuses to describe: no prose. References are written as `#/components/schemas/io.k8s.<name>`.

use crate::types::{ListTopology, Node, Scalar, Shape, Type};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The schema of a place: its own shape, with references left as references.
pub fn component(place: Type<'_>) -> Value {
    let mut schema = match place.reference() {
        Some(name) => json!({"allOf": [{"$ref": format!("#/components/schemas/io.k8s.{name}")}]}),
        None => shape(place),
    };
    annotate(&mut schema, place.node());
    schema
}

/// The schemas of the built-in definitions that `root` needs, itself included, by their full names.
pub fn components(root: &str) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_string()];
    while let Some(name) = open.pop() {
        let full = format!("io.k8s.{name}");
        if let (false, Some(place)) = (found.contains_key(&full), crate::builtin().catalog().get(&name)) {
            references(place, &mut open);
            found.insert(full, component(place));
        }
    }
    found
}

fn references(place: Type<'_>, found: &mut Vec<String>) {
    if let Some(name) = place.reference() {
        found.push(name.to_string());
        return;
    }
    for (_, _, field) in place.fields() {
        references(field, found);
    }
    if let Some(items) = place.items() {
        references(items, found);
    }
    if let (Shape::Map(_), Some(values)) = (place.shape(), place.field("")) {
        references(values, found);
    }
}

fn shape(place: Type<'_>) -> Value {
    match place.shape() {
        Shape::Scalar(kind) => scalar(*kind),
        Shape::List(_, topology) => list(place, topology),
        Shape::Map(_) => json!({"type": "object", "additionalProperties": place.field("").map(component)}),
        Shape::Object(..) => object(place),
        _ => json!({}),
    }
}

fn object(place: Type<'_>) -> Value {
    let mut schema = json!({"type": "object"});
    let properties: Map<String, Value> = place.fields().map(|(name, _, field)| (name.to_string(), component(field))).collect();
    if !properties.is_empty() {
        schema["properties"] = Value::Object(properties);
    }
    let required: Vec<&str> = place.fields().filter(|(_, required, _)| *required).map(|(name, _, _)| name).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn list(place: Type<'_>, topology: &ListTopology) -> Value {
    let mut schema = json!({"type": "array", "items": place.items().map(component)});
    schema["x-kubernetes-list-type"] = match topology {
        ListTopology::Atomic => json!("atomic"),
        ListTopology::Set => json!("set"),
        ListTopology::Map(keys) => {
            schema["x-kubernetes-list-map-keys"] = json!(keys);
            json!("map")
        }
    };
    schema
}

fn scalar(kind: Scalar) -> Value {
    match kind {
        Scalar::String => json!({"type": "string"}),
        Scalar::Bytes => json!({"type": "string", "format": "byte"}),
        Scalar::Time | Scalar::MicroTime => json!({"type": "string", "format": "date-time"}),
        Scalar::Int32 => json!({"type": "integer", "format": "int32"}),
        Scalar::Int64 => json!({"type": "integer", "format": "int64"}),
        Scalar::Number => json!({"type": "number", "format": "double"}),
        Scalar::Bool => json!({"type": "boolean"}),
        Scalar::Quantity => json!({"oneOf": [{"type": "string"}, {"type": "number"}]}),
        Scalar::IntOrString => json!({"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string"}),
    }
}

fn annotate(schema: &mut Value, node: &Node) {
    let strategies = [(node.merge.merge, "merge"), (node.merge.retain_keys, "retainKeys"), (node.merge.replace, "replace")];
    let strategies: Vec<&str> = strategies.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
    let strategy = (!strategies.is_empty()).then(|| json!(strategies.join(",")));
    for (name, value) in [
        ("default", node.default.clone()),
        ("nullable", node.nullable.then_some(Value::Bool(true))),
        ("x-kubernetes-map-type", (node.atomic && !matches!(node.shape, Shape::List(..))).then(|| json!("atomic"))),
        ("x-kubernetes-patch-strategy", strategy),
        ("x-kubernetes-patch-merge-key", node.merge.key.as_deref().map(|key| json!(key))),
        ("enum", (!node.values.is_empty()).then(|| json!(node.values))),
    ] {
        if let Some(value) = value {
            schema[name] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn a_pod_needs_its_spec_and_what_that_needs() {
        let found = components("api.core.v1.Pod");
        assert!(found.contains_key("io.k8s.api.core.v1.ContainerPort"));
        assert!(!found.contains_key("io.k8s.api.apps.v1.Deployment"));
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let found = components("api.apps.v1.Deployment");
        let catalog = Catalog::from_openapi(&json!({"components": {"schemas": found}}));
        for (name, schema) in &found {
            let again = component(catalog.get(name).unwrap());
            let text = again.to_string().replace("schemas/io.k8s.io.k8s.", "schemas/io.k8s.");
            assert_eq!(text, schema.to_string(), "{name}");
        }
    }
}
