//! The built-in resources, as `schema` knows them.

use schema::Kind;

use super::resource::{Resource, Version};

/// Every built-in resource in its stable versions; as in a kube-apiserver without flags, alpha and beta are not served.
pub fn resources() -> Vec<Resource> {
    let mut resources: Vec<Resource> = Vec::new();
    for kind in schema::builtin().kinds().iter().filter(|kind| is_served(kind)) {
        let resource = read(kind);
        match resources.iter_mut().find(|known| known.group == resource.group && known.plural == resource.plural) {
            Some(known) => known.versions.extend(resource.versions),
            None => resources.push(resource),
        }
    }
    resources.iter_mut().for_each(choose_storage);
    resources
}

fn is_served(kind: &Kind) -> bool {
    !kind.version.contains("alpha") && !kind.version.contains("beta") && kind.kind != "ComponentStatus"
}

/// Objects are stored in the highest version.
fn choose_storage(resource: &mut Resource) {
    resource.versions.sort_by_key(|version| std::cmp::Reverse(super::resource::priority(&version.name)));
    resource.versions[0].storage = true;
}

/// Subresources that lead to a kubelet; there is none.
const WITHOUT_KUBELET: [&str; 5] = ["attach", "exec", "log", "portforward", "proxy"];

fn read(kind: &Kind) -> Resource {
    let subresources = kind.subresources.iter().map(|subresource| subresource.name.to_owned());
    let version = Version {
        name: kind.version.into(),
        served: true,
        storage: false,
        subresources: subresources.filter(|name| !WITHOUT_KUBELET.contains(&name.as_str())).collect(),
        custom: None,
    };
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Resource {
        group: kind.group.into(),
        plural: kind.plural.into(),
        singular: kind.singular.into(),
        kind: kind.kind.into(),
        list_kind: format!("{}List", kind.kind),
        short_names: own(&kind.short_names),
        categories: own(&kind.categories),
        namespaced: kind.namespaced,
        create_only: kind.verbs == ["create"],
        versions: vec![version],
        collection: collection(kind.group, kind.plural).into(),
    }
}

/// `apps/deployments`; both groups of events share one collection.
fn collection(group: &str, plural: &str) -> String {
    match (group, plural) {
        ("", _) | ("events.k8s.io", "events") => plural.to_owned(),
        _ => format!("{group}/{plural}"),
    }
}
