//! Discovery: which groups, versions and resources there are, aggregated or in the old way.

use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};

use crate::answer::{self, Answer};
use crate::registry::{Index, Resource, is_own_group};
use crate::shared::Shared;
use crate::status::Status;

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Answers `/api`, `/apis` and what is below.
pub fn document(shared: &Shared, headers: &HeaderMap, segments: &[String]) -> Answer {
    let index = shared.registry.index();
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    if words.len() == 1 && wants_aggregated(headers) {
        let mut response = answer::json(200, &aggregated(&index, words[0] == "api"));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(AGGREGATED));
        return Ok(response);
    }
    let found = match words[..] {
        ["api"] => Some(core_versions()),
        ["apis"] => Some(groups(&index)),
        ["apis", group] => group_document(&index, group),
        ["api", version] => resources(&index, "", version),
        ["apis", group, version] => resources(&index, group, version),
        _ => None,
    };
    let is_own = words[0] == "api" || is_own_group(words.get(1).unwrap_or(&""));
    match (found, is_own) {
        (Some(document), _) => Ok(answer::json(200, &document)),
        (None, true) => Err(Status::no_such_path()),
        (None, false) => Ok(answer::not_found()),
    }
}

fn wants_aggregated(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|item| item.contains("as=APIGroupDiscoveryList") && item.contains("v=v2") && !item.contains("v=v2beta1"))
}

fn core_versions() -> Value {
    json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
}

fn groups(index: &Index) -> Value {
    let groups = index.groups();
    let documents = groups.iter().filter(|(group, _)| !group.is_empty()).map(|(group, versions)| one_group(group, versions));
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": documents.collect::<Vec<_>>()})
}

fn one_group(group: &str, versions: &[&str]) -> Value {
    let version = |version: &&str| json!({"groupVersion": format!("{group}/{version}"), "version": version});
    json!({"name": group, "versions": versions.iter().map(version).collect::<Vec<_>>(), "preferredVersion": versions.first().map(version)})
}

fn group_document(index: &Index, group: &str) -> Option<Value> {
    let mut document = one_group(group, index.groups().get(group)?);
    document["kind"] = "APIGroup".into();
    document["apiVersion"] = "v1".into();
    Some(document)
}

fn resources(index: &Index, group: &str, version: &str) -> Option<Value> {
    let mut list = Vec::new();
    for (resource, served) in index.served(group, version) {
        list.push(resource_document(resource));
        list.extend(served.subresources.iter().map(|name| subresource_document(resource, name)));
    }
    let group_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    (!list.is_empty()).then(|| json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": list}))
}

fn resource_document(resource: &Resource) -> Value {
    let mut document = json!({
        "name": resource.plural, "singularName": resource.singular, "namespaced": resource.namespaced,
        "kind": resource.kind, "verbs": resource.verbs(),
    });
    add_names(&mut document, resource);
    document
}

fn subresource_document(resource: &Resource, name: &str) -> Value {
    let (group, version, kind) = subresource_kind(resource, name);
    let mut document = json!({
        "name": format!("{}/{name}", resource.plural), "singularName": "", "namespaced": resource.namespaced,
        "kind": kind, "verbs": subresource_verbs(name),
    });
    if !group.is_empty() {
        document["group"] = group.into();
        document["version"] = version.into();
    }
    document
}

fn add_names(document: &mut Value, resource: &Resource) {
    for (key, names) in [("shortNames", &resource.short_names), ("categories", &resource.categories)] {
        if !names.is_empty() {
            document[key] = names.clone().into();
        }
    }
}

fn subresource_kind<'a>(resource: &'a Resource, name: &str) -> (&'static str, &'static str, &'a str) {
    match name {
        "scale" => ("autoscaling", "v1", "Scale"),
        "token" => ("authentication.k8s.io", "v1", "TokenRequest"),
        "eviction" => ("policy", "v1", "Eviction"),
        "binding" => ("", "", "Binding"),
        _ => ("", "", &resource.kind),
    }
}

fn subresource_verbs(name: &str) -> &'static [&'static str] {
    match name {
        "token" | "eviction" | "binding" => &["create"],
        "finalize" => &["update"],
        _ => &["get", "patch", "update"],
    }
}

fn aggregated(index: &Index, core: bool) -> Value {
    let groups = index.groups();
    let wanted = groups.iter().filter(|(group, _)| group.is_empty() == core);
    let items = wanted.map(|(group, versions)| {
        let versions = versions.iter().map(|version| aggregated_version(index, group, version));
        let metadata = if core { json!({}) } else { json!({"name": group}) };
        json!({"metadata": metadata, "versions": versions.collect::<Vec<_>>()})
    });
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items.collect::<Vec<_>>()})
}

fn aggregated_version(index: &Index, group: &str, version: &str) -> Value {
    let resources = index.served(group, version).map(|(resource, served)| {
        let kind = |group: &str, version: &str, kind: &str| json!({"group": group, "version": version, "kind": kind});
        let subresources = served.subresources.iter().map(|name| {
            let (own_group, own_version, own_kind) = subresource_kind(resource, name);
            let (own_group, own_version) = if own_version.is_empty() { (group, version) } else { (own_group, own_version) };
            json!({"subresource": name, "responseKind": kind(own_group, own_version, own_kind), "verbs": subresource_verbs(name)})
        });
        let mut document = json!({
            "resource": resource.plural, "responseKind": kind(group, version, &resource.kind),
            "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
            "singularResource": resource.singular, "verbs": resource.verbs(),
        });
        add_names(&mut document, resource);
        if !served.subresources.is_empty() {
            document["subresources"] = subresources.collect();
        }
        document
    });
    json!({"version": version, "freshness": "Current", "resources": resources.collect::<Vec<_>>()})
}
