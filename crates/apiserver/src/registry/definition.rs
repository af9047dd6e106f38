//! From a CustomResourceDefinition to the resource that it describes.

use std::sync::Arc;

use serde_json::Value;

use super::custom::{Custom, ScalePaths};
use super::resource::{Resource, Version};

/// Where definitions of custom resources are stored.
pub const DEFINITIONS: &str = "apiextensions.k8s.io/customresourcedefinitions";

/// Whether the names of a definition are accepted, so that its resource is served.
pub fn is_established(definition: &Value) -> bool {
    let conditions = definition["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|condition| condition["type"] == "Established" && condition["status"] == "True")
}

/// Reads the resource that a definition makes. A schema that does not compile leaves the version unserved.
pub fn read_definition(definition: &Value) -> Option<Resource> {
    let spec = definition.get("spec")?;
    let names = spec.get("names")?;
    let (group, plural) = (text(spec, "group")?, text(names, "plural")?);
    let kind = text(names, "kind")?;
    let versions: Vec<Version> = spec.get("versions")?.as_array()?.iter().filter_map(|version| read_version(spec, version)).collect();
    (!versions.is_empty()).then(|| Resource {
        collection: format!("{group}/{plural}").into(),
        singular: text(names, "singular").unwrap_or_else(|| kind.to_lowercase()),
        list_kind: text(names, "listKind").unwrap_or_else(|| format!("{kind}List")),
        short_names: texts(names, "shortNames"),
        categories: texts(names, "categories"),
        namespaced: spec["scope"] == "Namespaced",
        create_only: false,
        group,
        plural,
        kind,
        versions,
    })
}

fn read_version(spec: &Value, version: &Value) -> Option<Version> {
    let name = text(version, "name")?;
    let schema = version["schema"]["openAPIV3Schema"].clone();
    let subresources = &version["subresources"];
    let scale = read_scale(&subresources["scale"]);
    let status = subresources["status"].is_object().then(|| "status".to_owned());
    let deprecation = version["deprecated"].as_bool().unwrap_or(false).then(|| warning(spec, version));
    let custom = Custom {
        structural: structural::Schema::compile(&schema).ok(),
        catalog: schema::Catalog::from_schema(&schema),
        columns: version["additionalPrinterColumns"].as_array().cloned().unwrap_or_default(),
        selectable_fields: selectable(version),
        schema,
        deprecation,
        scale,
    };
    let subresources = status.into_iter().chain(custom.scale.is_some().then(|| "scale".to_owned())).collect();
    Some(Version {
        name,
        served: version["served"] == true,
        storage: version["storage"] == true,
        subresources,
        custom: Some(Arc::new(custom)),
    })
}

fn read_scale(scale: &Value) -> Option<ScalePaths> {
    Some(ScalePaths {
        spec_replicas: text(scale, "specReplicasPath")?,
        status_replicas: text(scale, "statusReplicasPath")?,
        label_selector: text(scale, "labelSelectorPath"),
    })
}

fn selectable(version: &Value) -> Vec<String> {
    version["selectableFields"].as_array().into_iter().flatten().filter_map(|field| text(field, "jsonPath")).collect()
}

fn warning(spec: &Value, version: &Value) -> String {
    text(version, "deprecationWarning").unwrap_or_else(|| {
        let (group, kind) = (spec["group"].as_str().unwrap_or_default(), spec["names"]["kind"].as_str().unwrap_or_default());
        format!("{group}/{} {kind} is deprecated", version["name"].as_str().unwrap_or_default())
    })
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    value[key].as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
