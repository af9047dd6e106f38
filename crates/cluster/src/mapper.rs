//! Which kinds the cluster serves, and under which paths.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use object::{Gvk, Value};
use parking_lot::RwLock;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::{Client, Error};

/// A missing kind makes discovery run again, but not more often than this.
const REFRESH_INTERVAL_MIN: Duration = Duration::from_secs(2);

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// One served kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// Group, version and kind.
    pub gvk: Gvk,
    /// The name in paths, such as `deployments`.
    pub plural: String,
    /// Whether objects live in a namespace.
    pub namespaced: bool,
}

impl Resource {
    /// A namespaced kind of our own that is known without discovery.
    pub fn namespaced(api_version: &str, kind: &str, plural: &str) -> Resource {
        Resource { gvk: Gvk::new(api_version, kind), plural: plural.to_owned(), namespaced: true }
    }

    /// A cluster-scoped kind that is known without discovery.
    pub fn cluster_scoped(api_version: &str, kind: &str, plural: &str) -> Resource {
        Resource { namespaced: false, ..Resource::namespaced(api_version, kind, plural) }
    }

    /// The path of a collection; an empty namespace means all.
    pub fn collection(&self, namespace: &str) -> String {
        let root = if self.gvk.group.is_empty() { "/api/v1".to_owned() } else { format!("/apis/{}", self.gvk.api_version()) };
        if !self.namespaced || namespace.is_empty() {
            return format!("{root}/{}", self.plural);
        }
        format!("{root}/namespaces/{namespace}/{}", self.plural)
    }

    /// The path of one object.
    pub fn path(&self, namespace: &str, name: &str) -> String {
        format!("{}/{}", self.collection(namespace), name.replace('%', "%25").replace(' ', "%20"))
    }
}

/// Finds the resource of a kind. Clones share what was learned.
#[derive(Clone)]
pub struct Mapper {
    client: Client,
    known: Arc<RwLock<HashMap<Gvk, Resource>>>,
    refreshed: Arc<Mutex<Option<Instant>>>,
}

impl Mapper {
    pub(crate) fn new(client: Client) -> Mapper {
        Mapper { client, known: Arc::default(), refreshed: Arc::default() }
    }

    /// The resource of a kind, from what is known, else after looking once more.
    pub async fn resource(&self, gvk: &Gvk) -> Result<Resource, Error> {
        if let Some(resource) = self.known(gvk) {
            return Ok(resource);
        }
        self.refresh_if_stale().await?;
        self.known(gvk).ok_or_else(|| Error::UnknownKind { api_version: gvk.api_version(), kind: gvk.kind.clone() })
    }

    /// The resource of a kind in the preferred version, whatever version the caller knew.
    pub async fn resource_of_kind(&self, group: &str, kind: &str) -> Result<Resource, Error> {
        let find = || self.known.read().values().find(|found| found.gvk.group == group && found.gvk.kind == kind).cloned();
        if let Some(resource) = find() {
            return Ok(resource);
        }
        self.refresh_if_stale().await?;
        find().ok_or_else(|| Error::UnknownKind { api_version: group.to_owned(), kind: kind.to_owned() })
    }

    /// Every kind that is served.
    pub async fn all(&self) -> Result<Vec<Resource>, Error> {
        self.refresh_if_stale().await?;
        Ok(self.known.read().values().cloned().collect())
    }

    /// What is known of a kind without asking.
    pub fn known(&self, gvk: &Gvk) -> Option<Resource> {
        self.known.read().get(gvk).cloned()
    }

    /// Forgets when the kinds were last read, so that the next miss looks again at once: a definition changed.
    pub async fn invalidate(&self) {
        *self.refreshed.lock().await = None;
    }

    /// Forgets a kind whose objects could not be asked for: its definition may be gone.
    pub async fn forget(&self, gvk: &Gvk) {
        self.known.write().remove(gvk);
        self.invalidate().await;
    }

    async fn refresh_if_stale(&self) -> Result<(), Error> {
        let mut refreshed = self.refreshed.lock().await;
        if refreshed.is_some_and(|at| at.elapsed() < REFRESH_INTERVAL_MIN) {
            return Ok(());
        }
        let core = self.client.raw_get("/api", AGGREGATED).await?;
        let groups = self.client.raw_get("/apis", AGGREGATED).await?;
        let found = read(&core).chain(read(&groups)).map(|resource| (resource.gvk.clone(), resource)).collect();
        *self.known.write() = found;
        *refreshed = Some(Instant::now());
        Ok(())
    }
}

/// Reads an `APIGroupDiscoveryList`.
fn read(list: &Value) -> impl Iterator<Item = Resource> {
    each(list, "items").flat_map(|group| {
        let name = group["metadata"]["name"].as_str().unwrap_or_default();
        each(group, "versions").flat_map(move |version| {
            let version_name = version["version"].as_str().unwrap_or_default();
            each(version, "resources").filter_map(move |resource| one(name, version_name, resource))
        })
    })
}

fn one(group: &str, version: &str, resource: &Value) -> Option<Resource> {
    let kind = &resource["responseKind"];
    let text = |field: &str| kind[field].as_str().filter(|text| !text.is_empty());
    let gvk = Gvk {
        group: text("group").unwrap_or(group).to_owned(),
        version: text("version").unwrap_or(version).to_owned(),
        kind: text("kind")?.to_owned(),
    };
    let plural = resource["resource"].as_str()?.to_owned();
    Some(Resource { gvk, plural, namespaced: resource["scope"] == "Namespaced" })
}

fn each<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_follow_group_and_scope() {
        let deployments = Resource::namespaced("apps/v1", "Deployment", "deployments");
        assert_eq!(deployments.path("shop", "web"), "/apis/apps/v1/namespaces/shop/deployments/web");
        assert_eq!(deployments.collection(""), "/apis/apps/v1/deployments");
        let namespaces = Resource::cluster_scoped("v1", "Namespace", "namespaces");
        assert_eq!(namespaces.path("", "shop"), "/api/v1/namespaces/shop");
    }

    #[test]
    fn aggregated_discovery_is_read() {
        let list = json!({"items": [{"metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": [
            {"resource": "deployments", "scope": "Namespaced", "responseKind": {"group": "apps", "version": "v1", "kind": "Deployment"}},
            {"resource": "broken"},
        ]}]}]});
        let found: Vec<Resource> = read(&list).collect();
        assert_eq!(found, [Resource::namespaced("apps/v1", "Deployment", "deployments")]);
    }
}
