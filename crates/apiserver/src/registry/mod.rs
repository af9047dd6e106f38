//! Which resources are served: the built-in table and the custom ones, found by group, version and plural name.
//!
//! A reader takes an immutable index; a change of a CustomResourceDefinition swaps in a new one. It refuses to know how a
//! request looks. Begin with [`Registry::find`].

mod builtin;
mod custom;
mod definition;
mod resource;

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;

pub use custom::ScalePaths;
pub use definition::{DEFINITIONS, is_established, read_definition};
pub use resource::{Resolved, Resource, Version};

/// Every resource by group and plural name. Cheap to clone and to replace as a whole.
#[derive(Debug, Default)]
pub struct Index {
    resources: BTreeMap<(String, String), Arc<Resource>>,
}

/// The served resources.
#[derive(Debug)]
pub struct Registry {
    index: RwLock<Arc<Index>>,
}

impl Registry {
    /// A registry with every built-in resource.
    pub fn new() -> Registry {
        let resources = builtin::resources().into_iter().map(|resource| (key(&resource), Arc::new(resource))).collect();
        Registry { index: RwLock::new(Arc::new(Index { resources })) }
    }

    /// What is served at this moment.
    pub fn index(&self) -> Arc<Index> {
        self.index.read().clone()
    }

    /// A built-in resource at its storage version.
    pub fn builtin(&self, group: &str, plural: &str) -> Resolved {
        let resource = self.index().get(group, plural).cloned().expect("asked only for built-in resources");
        Resolved { resource, at: 0 }
    }

    /// The resource that a path names, if that version is served.
    pub fn find(&self, group: &str, version: &str, plural: &str) -> Option<Resolved> {
        self.index.read().find(group, version, plural)
    }

    /// Adds or replaces a resource.
    pub fn put(&self, resource: Resource) {
        self.replace(|resources| drop(resources.insert(key(&resource), Arc::new(resource))));
    }

    /// Removes a custom resource.
    pub fn remove(&self, group: &str, plural: &str) {
        self.replace(|resources| drop(resources.remove(&(group.to_owned(), plural.to_owned()))));
    }

    fn replace(&self, change: impl FnOnce(&mut BTreeMap<(String, String), Arc<Resource>>)) {
        let mut index = self.index.write();
        let mut resources = index.resources.clone();
        change(&mut resources);
        *index = Arc::new(Index { resources });
    }
}

impl Index {
    /// The resource that a path names, if that version is served.
    pub fn find(&self, group: &str, version: &str, plural: &str) -> Option<Resolved> {
        let resource = self.get(group, plural)?;
        let at = resource.versions.iter().position(|known| known.name == version && known.served)?;
        Some(Resolved { resource: resource.clone(), at })
    }

    /// A resource, whatever its versions.
    pub fn get(&self, group: &str, plural: &str) -> Option<&Arc<Resource>> {
        self.resources.get(&(group.to_owned(), plural.to_owned()))
    }

    /// All resources, by group and plural name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.resources.values()
    }

    /// The resource of a kind, as an owner reference names it.
    pub fn by_kind(&self, group: &str, kind: &str) -> Option<&Arc<Resource>> {
        self.all().find(|resource| resource.group == group && resource.kind == kind)
    }

    /// The resource whose objects lie in a collection, at its storage version.
    pub fn by_collection(&self, collection: &str) -> Option<Resolved> {
        let (group, plural) = collection.split_once('/').unwrap_or(("", collection));
        Some(Resolved { resource: self.get(group, plural)?.clone(), at: 0 }.storage())
    }

    /// Resources of a group that serve a version.
    pub fn served<'a>(&'a self, group: &'a str, version: &'a str) -> impl Iterator<Item = (&'a Resource, &'a Version)> {
        self.all().filter(move |resource| resource.group == group).filter_map(move |resource| {
            let served = resource.versions.iter().find(|known| known.served && known.name == version)?;
            Some((&**resource, served))
        })
    }

    /// The groups with their served versions, the preferred version first. The core group is the empty string.
    pub fn groups(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for resource in self.all() {
            let versions = groups.entry(&resource.group).or_default();
            let served = resource.versions.iter().filter(|version| version.served).map(|version| version.name.as_str());
            versions.extend(served);
        }
        for versions in groups.values_mut() {
            versions.sort_by_key(|version| std::cmp::Reverse(resource::priority(version)));
            versions.dedup();
        }
        groups.retain(|_, versions| !versions.is_empty());
        groups
    }
}

/// Whether a group is Kubernetes' own. Under one of these what is missing is told as an object, elsewhere as a page.
pub fn is_own_group(group: &str) -> bool {
    schema::builtin().kinds().iter().any(|kind| kind.group == group)
}

fn key(resource: &Resource) -> (String, String) {
    (resource.group.clone(), resource.plural.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_resources_are_found_by_path() {
        let registry = Registry::new();
        let deployments = registry.find("apps", "v1", "deployments").unwrap();
        assert_eq!((&*deployments.resource.kind, deployments.resource.namespaced), ("Deployment", true));
        assert!(deployments.version().has_subresource("scale"));
        assert!(registry.find("apps", "v1beta1", "deployments").is_none());
        assert_eq!(&*registry.find("events.k8s.io", "v1", "events").unwrap().resource.collection, "events");
    }

    #[test]
    fn versions_are_ordered_as_kubernetes_orders_them() {
        let registry = Registry::new();
        let index = registry.index();
        assert_eq!(index.groups()["autoscaling"], ["v2", "v1"]);
        assert_eq!(index.groups()[""], ["v1"]);
    }
}
