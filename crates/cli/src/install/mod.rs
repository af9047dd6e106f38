//! Brings objects of ours into a cluster, and waits until they are as they should be.

pub mod manifests;

use std::time::Duration;

use anyhow::{Context as _, bail};
use cluster::{Apply, Cluster, Resource};
use object::{Object, Value};

use crate::request::MANAGER;

const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Applies objects in the order in which they need each other.
pub async fn apply_all(cluster: &Cluster, manifests: Vec<Value>) -> anyhow::Result<Vec<Object>> {
    let mut objects: Vec<Object> = manifests.into_iter().map(Object::new).collect::<Result<_, _>>()?;
    plan::order(&mut objects);
    for object in &objects {
        apply(cluster, object).await?;
    }
    Ok(objects)
}

/// Server-side applies one object; gives what is there now.
pub async fn apply(cluster: &Cluster, object: &Object) -> anyhow::Result<Object> {
    let resource = cluster.mapper().resource(&object.gvk()).await?;
    let apply = Apply { manager: MANAGER, dry_run: false, metadata_only: false };
    cluster.controller().apply(&resource, object, apply).await.with_context(|| format!("cannot apply {object}"))
}

/// Waits until definitions are served and Deployments are available; says which are not when the time is over.
pub async fn settled(cluster: &Cluster, objects: &[Object], timeout: Duration) -> anyhow::Result<()> {
    let awaited: Vec<&Object> =
        objects.iter().filter(|object| matches!(object.kind(), "CustomResourceDefinition" | "Deployment")).collect();
    let waiting = async {
        for object in &awaited {
            current(cluster, object).await?;
        }
        cluster.mapper().invalidate().await;
        anyhow::Ok(())
    };
    match tokio::time::timeout(timeout, waiting).await {
        Ok(done) => done,
        Err(_) => bail!("not ready within {} s: {}", timeout.as_secs(), lacking(cluster, &awaited).await),
    }
}

async fn current(cluster: &Cluster, object: &Object) -> anyhow::Result<()> {
    let resource = cluster.mapper().resource(&object.gvk()).await?;
    while !is_current(cluster, &resource, object).await? {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Ok(())
}

async fn is_current(cluster: &Cluster, resource: &Resource, object: &Object) -> anyhow::Result<bool> {
    let live = cluster.controller().find(resource, object.namespace(), object.name()).await?;
    Ok(live.is_some_and(|live| health::health(&live, jiff::Timestamp::now()).is_current()))
}

/// The objects that are not as they should be.
async fn lacking(cluster: &Cluster, objects: &[&Object]) -> String {
    let mut lacking = Vec::new();
    for object in objects {
        let Ok(resource) = cluster.mapper().resource(&object.gvk()).await else { continue };
        if !is_current(cluster, &resource, object).await.unwrap_or(false) {
            lacking.push(object.to_string());
        }
    }
    lacking.join(", ")
}
