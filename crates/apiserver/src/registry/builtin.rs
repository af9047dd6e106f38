//! The built-in resources, read from the table beside this file.

use super::resource::{Resource, Version};

const TABLE: &str = include_str!("builtin.txt");

/// Every built-in resource; versions of one resource are merged, the first line's version is stored.
pub fn resources() -> Vec<Resource> {
    let mut resources: Vec<Resource> = Vec::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let resource = read(line).expect("the table is part of the source and a test reads all of it");
        match resources.iter_mut().find(|known| known.group == resource.group && known.plural == resource.plural) {
            Some(known) => known.versions.extend(resource.versions.into_iter().map(|version| Version { storage: false, ..version })),
            None => resources.push(resource),
        }
    }
    resources
}

fn read(line: &str) -> Option<Resource> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [api_version, plural, kind, scope, short_names, categories, subresources] = fields[..] else { return None };
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let create_only = plural.starts_with('!');
    let plural = plural.trim_start_matches('!');
    let version = Version { name: version.into(), served: true, storage: true, subresources: names(subresources), custom: None };
    Some(Resource {
        group: group.into(),
        plural: plural.into(),
        singular: kind.to_lowercase(),
        kind: kind.into(),
        list_kind: format!("{kind}List"),
        short_names: names(short_names),
        categories: names(categories),
        namespaced: scope == "N",
        create_only,
        versions: vec![version],
        collection: collection(group, plural).into(),
    })
}

/// `apps/deployments`; both groups of events share one collection.
fn collection(group: &str, plural: &str) -> String {
    match (group, plural) {
        ("", _) | ("events.k8s.io", "events") => plural.to_owned(),
        _ => format!("{group}/{plural}"),
    }
}

fn names(field: &str) -> Vec<String> {
    if field == "-" { Vec::new() } else { field.split(',').map(str::to_owned).collect() }
}
