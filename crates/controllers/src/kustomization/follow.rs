//! Which kinds a Kustomization has objects of, and that all of them are watched before anything is concluded from the index.

use std::collections::BTreeSet;

use api::Kustomization;
use cluster::{Error, Resource};
use object::Object;

use super::announced::Announced;
use super::inventory;
use crate::sites::Site;

/// The kinds that were and will be applied, each as `group/Kind`.
pub fn kinds(kustomization: &Kustomization, objects: &[Object]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = objects.iter().map(|object| format!("{}/{}", object.group(), object.kind())).collect();
    names.extend(Announced::of(kustomization).iter().map(|id| format!("{}/{}", id.group, id.kind)));
    names.extend(inventory::entries(kustomization).map(|(id, _)| format!("{}/{}", id.group, id.kind)));
    names
}

/// Watches kinds and waits until their objects are known. A kind that is not served has no objects.
pub async fn follow(site: &Site, names: &BTreeSet<String>) -> Result<(), Error> {
    let mapper = site.cluster.mapper();
    for name in names {
        let (group, kind) = name.split_once('/').unwrap_or(("", name));
        match mapper.resource_of_kind(group, kind).await {
            Ok(resource) => watch(site, &resource).await?,
            Err(Error::UnknownKind { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A kind that cannot be listed may have gone with its definition: discovery is asked again before the next try.
async fn watch(site: &Site, resource: &Resource) -> Result<(), Error> {
    let watched = site.index.watch(resource).await;
    if watched.is_err() {
        site.cluster.mapper().forget(&resource.gvk).await;
    }
    watched
}
