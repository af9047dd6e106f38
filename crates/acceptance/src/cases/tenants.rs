//! Writes are made as the tenant: what its ServiceAccount may not do is refused, by name and code.

use anyhow::ensure;
use serde_json::{Value, json};

use super::config_map;
use crate::World;

pub(super) async fn a_tenant_without_rights_is_refused_and_recovers_with_them(world: &World) -> anyhow::Result<()> {
    let namespace = &world.namespace;
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.make("ServiceAccount", "deployer", json!({})).await?;
    world.kustomization("app", json!({"serviceAccountName": "deployer"})).await?;
    let refused = world.failed("app", "SL4002").await?;
    ensure!(refused.to_owned().into_value().to_string().contains("ServiceAccount/"), "the message names the identity");
    ensure!(world.find("ConfigMap", "one").await?.is_none(), "nothing was written with other rights");
    world.make("RoleBinding", "deployer", administrator("deployer", namespace)).await?;
    world.ready("app").await.map(|_| ())
}

pub(super) async fn a_kustomization_goes_although_its_service_account_is_gone(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.make("ServiceAccount", "deployer", json!({})).await?;
    world.make("RoleBinding", "deployer", administrator("deployer", &world.namespace)).await?;
    world.kustomization("app", json!({"serviceAccountName": "deployer"})).await?;
    world.ready("app").await?;
    world.delete("RoleBinding", "deployer").await?;
    world.delete("ServiceAccount", "deployer").await?;
    world.delete("Kustomization", "app").await?;
    world.gone("Kustomization", "app").await?;
    world.event("Kustomization", "app", "SL4002").await?;
    ensure!(world.find("ConfigMap", "one").await?.is_some(), "ConfigMap/one was deleted with rights that the tenant does not have");
    Ok(())
}

pub(super) async fn a_namespace_goes_with_everything_in_it(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.make("ServiceAccount", "deployer", json!({})).await?;
    world.make("RoleBinding", "deployer", administrator("deployer", &world.namespace)).await?;
    world.kustomization("app", json!({"serviceAccountName": "deployer"})).await?;
    world.ready("app").await?;
    world.delete("Namespace", &world.namespace).await?;
    world.gone("Namespace", &world.namespace).await
}

/// All rights in a namespace.
pub(super) fn administrator(account: &str, namespace: &str) -> Value {
    json!({
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
    })
}
