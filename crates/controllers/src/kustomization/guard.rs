//! Looks at what would be pruned before it is planned: who owns it, and what others keep in it.

use api::Kustomization;
use cluster::{Client, Cluster, Error, ListOptions, Resource};
use failure::Code;
use object::{Object, ObjectId};
use plan::{PruneBudget, Stale};

use crate::kinds;

/// Agrees to delete what a revision no longer declares.
pub const CONFIRM_ANNOTATION: &str = "sluice.dev/confirm-prune";
/// How much may be deleted without asking: `off`, a count or a part in percent.
pub const BUDGET_ANNOTATION: &str = "sluice.dev/prune-budget";

/// What Kubernetes itself keeps in every namespace, or makes beside other objects.
const ATTENDANT_KINDS: &[&str] = &["Event", "Endpoints", "EndpointSlice", "Lease", "ControllerRevision", "ReplicaSet", "Pod"];
const ATTENDANT_NAMES: &[&str] = &["default", "kube-root-ca.crt"];

/// The budget of a Kustomization. What cannot be read is the default, which is the careful one.
pub fn budget(kustomization: &Kustomization) -> PruneBudget {
    kustomization.metadata.annotations.get(BUDGET_ANNOTATION).and_then(|text| PruneBudget::parse(text)).unwrap_or_default()
}

/// Whether a person agreed to this very revision.
pub fn is_confirmed(kustomization: &Kustomization, revision: &str) -> bool {
    kustomization.metadata.annotations.get(CONFIRM_ANNOTATION).is_some_and(|confirmed| confirmed == revision)
}

/// Looks at each object that is no longer wanted. What cannot be looked at fails the whole prune: no deletion on doubt.
pub async fn look(
    cluster: &Cluster,
    client: &Client,
    kustomization: &Kustomization,
    gone: &[(ObjectId, String)],
) -> Result<Vec<Stale>, (ObjectId, Code, String)> {
    let mut stale = Vec::with_capacity(gone.len());
    for (id, version) in gone {
        let looked = look_at(cluster, client, kustomization, id).await;
        let (live, foreign_objects) = looked.map_err(|error| {
            let (code, why) = apply::refusal(&error, client.identity());
            (id.clone(), code, why)
        })?;
        stale.push(Stale { id: id.clone(), version: version.clone(), live, foreign_objects });
    }
    Ok(stale)
}

async fn look_at(cluster: &Cluster, client: &Client, owner: &Kustomization, id: &ObjectId) -> Result<(Option<Object>, usize), Error> {
    let resource = match cluster.mapper().resource_of_kind(&id.group, &id.kind).await {
        Ok(resource) => resource,
        Err(error @ Error::UnknownKind { .. }) => return if is_defined(cluster, id).await? { Err(error) } else { Ok((None, 0)) },
        Err(error) => return Err(error),
    };
    let Some(live) = client.find(&resource, &id.namespace, &id.name).await? else { return Ok((None, 0)) };
    let foreign = match id.kind.as_str() {
        "Namespace" => in_namespace(cluster, owner, &id.name).await?,
        "CustomResourceDefinition" => of_definition(cluster, owner, &live).await?,
        _ => 0,
    };
    Ok((Some(live), foreign))
}

/// Whether there is a definition of a kind that is not served: then its objects are there too, and out of sight for a while.
async fn is_defined(cluster: &Cluster, id: &ObjectId) -> Result<bool, Error> {
    let name = |definition: &Object, path: &str| definition.get(path).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let definitions = cluster.controller().list_all(&kinds::definitions(), "", "").await?;
    Ok(definitions.iter().any(|definition| name(definition, "spec.group") == id.group && name(definition, "spec.names.kind") == id.kind))
}

/// How many objects of others a namespace holds; counting stops at the first kind that has some.
async fn in_namespace(cluster: &Cluster, owner: &Kustomization, namespace: &str) -> Result<usize, Error> {
    for resource in cluster.mapper().all().await? {
        if !resource.namespaced || ATTENDANT_KINDS.contains(&resource.gvk.kind.as_str()) {
            continue;
        }
        let count = foreign(cluster, owner, &resource, namespace).await?;
        if count > 0 {
            return Ok(count);
        }
    }
    Ok(0)
}

async fn of_definition(cluster: &Cluster, owner: &Kustomization, definition: &Object) -> Result<usize, Error> {
    let text = |path: &str| definition.get(path).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    match cluster.mapper().resource_of_kind(&text("spec.group"), &text("spec.names.kind")).await {
        Ok(resource) => foreign(cluster, owner, &resource, "").await,
        Err(Error::UnknownKind { .. }) => Ok(0),
        Err(error) => Err(error),
    }
}

async fn foreign(cluster: &Cluster, owner: &Kustomization, resource: &Resource, namespace: &str) -> Result<usize, Error> {
    let options = ListOptions { limit: 100, ..ListOptions::default() };
    let page = match cluster.controller().list(resource, namespace, &options).await {
        // Kinds that cannot be listed hold nothing that a person declared.
        Err(error) if error.is_not_found() || matches!(error, Error::Answered { status: 405, .. }) => return Ok(0),
        other => other?,
    };
    Ok(page.items.iter().filter(|object| !is_ours(object, owner) && !ATTENDANT_NAMES.contains(&object.name())).count())
}

fn is_ours(object: &Object, owner: &Kustomization) -> bool {
    object.label(api::names::KUSTOMIZATION_NAME) == Some(owner.metadata.name.as_str())
        && object.label(api::names::KUSTOMIZATION_NAMESPACE) == Some(owner.metadata.namespace.as_str())
}
