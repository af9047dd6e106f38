//! Brings our definitions and namespace into a cluster.

use std::time::Duration;

use anyhow::{Context as _, bail};
use cluster::{Apply, Client, Cluster, Resource};
use object::Object;
use serde_json::json;

/// Our own manager of what is installed.
const MANAGER: &str = "sluice";
const ESTABLISH_WAIT_MAX: Duration = Duration::from_secs(30);

/// Applies the definitions and the namespace `flux-system`, and waits until the kinds are served.
pub async fn definitions(cluster: &Cluster) -> anyhow::Result<()> {
    let client = cluster.controller();
    let resource = Resource::cluster_scoped("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions");
    for definition in api::crds() {
        apply(&client, &resource, definition).await?;
    }
    let namespaces = Resource::cluster_scoped("v1", "Namespace", "namespaces");
    apply(&client, &namespaces, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "flux-system"}})).await?;
    let served = async {
        for definition in api::crds() {
            while !is_served(cluster, &definition).await {
                tokio::time::sleep(Duration::from_millis(20)).await;
                cluster.mapper().invalidate().await;
            }
        }
    };
    tokio::time::timeout(ESTABLISH_WAIT_MAX, served).await.context("the definitions were not established in time")
}

/// Server-side applies one object.
pub async fn apply(client: &Client, resource: &Resource, object: serde_json::Value) -> anyhow::Result<Object> {
    let Ok(object) = Object::new(object) else { bail!("internal: an object to install has no kind") };
    let apply = Apply { manager: MANAGER, dry_run: false, metadata_only: false };
    client.apply(resource, &object, apply).await.with_context(|| format!("cannot apply {object}"))
}

async fn is_served(cluster: &Cluster, definition: &serde_json::Value) -> bool {
    let text = |pointer: &str| definition.pointer(pointer).and_then(|value| value.as_str()).unwrap_or_default();
    cluster.mapper().resource_of_kind(text("/spec/group"), text("/spec/names/kind")).await.is_ok()
}
