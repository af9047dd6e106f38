//! OpenAPI v3: an index, and a document for each group and version with as much as kubectl and client libraries read:
//! schemas with their kinds, and the paths with the parameters that clients look for.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::digest;
use crate::registry::{Index, Resource, Version};
use crate::shared::Shared;

const METADATA: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// The index at `/openapi/v3`: each document with a hash that changes when it does.
pub fn index(shared: &Shared) -> Value {
    let index = shared.registry.index();
    let mut paths = Map::new();
    for (group, versions) in index.groups() {
        for version in versions {
            let path = if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") };
            let hash = hash(&index, group, version, &shared.options.version);
            paths.insert(path.clone(), json!({"serverRelativeURL": format!("/openapi/v3/{path}?hash={hash:016X}")}));
        }
    }
    json!({"paths": paths})
}

/// The document behind `/openapi/v3/api/v1` or `/openapi/v3/apis/<group>/<version>`.
pub fn document(shared: &Shared, path: &str) -> Option<Value> {
    let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
    let (group, version) = match words[..] {
        ["api", version] => ("", version),
        ["apis", group, version] => (group, version),
        _ => return None,
    };
    let index = shared.registry.index();
    let (mut paths, mut schemas) = (Map::new(), BTreeMap::new());
    for (resource, served) in index.served(group, version) {
        add_schemas(&mut schemas, resource, served);
        add_paths(&mut paths, resource, served);
    }
    (!paths.is_empty()).then(|| {
        json!({
            "openapi": "3.0.0", "info": {"title": "Kubernetes", "version": shared.options.version},
            "paths": paths, "components": {"schemas": schemas},
        })
    })
}

/// Over what the document depends on.
fn hash(index: &Index, group: &str, version: &str, server: &str) -> u64 {
    let mut text = server.to_owned();
    for (resource, served) in index.served(group, version) {
        text += &resource.plural;
        text += &served.custom.as_ref().map(|custom| custom.schema.to_string()).unwrap_or_default();
    }
    digest::of(&text)
}

fn kind_of(resource: &Resource, served: &Version) -> Value {
    json!({"group": resource.group, "version": served.name, "kind": resource.kind})
}

/// The name of a kind's schema.
fn schema_name(resource: &Resource, served: &Version) -> String {
    match schema::builtin().kind(&resource.group, &served.name, &resource.kind) {
        Some(kind) if served.custom.is_none() => format!("io.k8s.{}", kind.root),
        _ => {
            let reversed: Vec<&str> = resource.group.split('.').rev().collect();
            format!("{}.{}.{}", reversed.join("."), served.name, resource.kind)
        }
    }
}

fn add_schemas(schemas: &mut BTreeMap<String, Value>, resource: &Resource, served: &Version) {
    let name = schema_name(resource, served);
    match &served.custom {
        Some(custom) => {
            schemas.extend(schema::components(METADATA.trim_start_matches("io.k8s.")));
            schemas.insert(name.clone(), custom_schema(&custom.schema));
        }
        None => schemas.extend(schema::components(name.trim_start_matches("io.k8s."))),
    }
    if let Some(schema) = schemas.get_mut(&name) {
        schema["x-kubernetes-group-version-kind"] = json!([kind_of(resource, served)]);
    }
}

/// A custom resource's schema with the fields that every object has.
fn custom_schema(schema: &Value) -> Value {
    let mut schema =
        if schema.is_object() { schema.clone() } else { json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}) };
    schema["properties"]["apiVersion"] = json!({"type": "string"});
    schema["properties"]["kind"] = json!({"type": "string"});
    schema["properties"]["metadata"] = json!({"allOf": [{"$ref": format!("#/components/schemas/{METADATA}")}], "default": {}});
    schema
}

fn add_paths(paths: &mut Map<String, Value>, resource: &Resource, served: &Version) {
    let base =
        if resource.group.is_empty() { format!("/api/{}", served.name) } else { format!("/apis/{}/{}", resource.group, served.name) };
    let scope = if resource.namespaced { "/namespaces/{namespace}" } else { "" };
    let collection = format!("{base}{scope}/{}", resource.plural);
    let kind = kind_of(resource, served);
    let operation = |action: &str| operation(action, &kind, &schema_name(resource, served));
    let mut many = json!({"post": operation("post")});
    if !resource.create_only {
        many["get"] = operation("list");
        many["delete"] = operation("deletecollection");
        let one = json!({"get": operation("get"), "put": operation("put"), "patch": operation("patch"), "delete": operation("delete")});
        paths.insert(format!("{collection}/{{name}}"), one);
    }
    paths.insert(collection, many);
}

fn operation(action: &str, kind: &Value, schema: &str) -> Value {
    const WRITE: [&str; 3] = ["dryRun", "fieldManager", "fieldValidation"];
    let names: &[&str] = match action {
        "post" | "put" => &WRITE,
        "patch" => &["dryRun", "fieldManager", "fieldValidation", "force"],
        "delete" | "deletecollection" => &["dryRun", "gracePeriodSeconds", "propagationPolicy"],
        _ => &[],
    };
    let parameter = |name: &&str| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}});
    json!({
        "parameters": names.iter().map(parameter).collect::<Vec<_>>(),
        "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{schema}")}}}}},
        "x-kubernetes-action": action, "x-kubernetes-group-version-kind": kind,
    })
}
