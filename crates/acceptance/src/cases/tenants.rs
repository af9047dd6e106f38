//! Writes are made as the tenant: what its ServiceAccount may not do is refused, by name and code.

use anyhow::ensure;
use serde_json::json;

use super::config_map;
use crate::World;

pub(super) async fn a_tenant_without_rights_is_refused_and_recovers_with_them(world: &World) -> anyhow::Result<()> {
    let namespace = &world.namespace;
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.apply(json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "deployer", "namespace": namespace}})).await?;
    world.kustomization("app", json!({"serviceAccountName": "deployer"})).await?;
    let refused = world.failed("app", "SL4002").await?;
    ensure!(refused.to_owned().into_value().to_string().contains("ServiceAccount/"), "the message names the identity");
    ensure!(world.find("ConfigMap", "one").await?.is_none(), "nothing was written with other rights");
    world
        .apply(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": "deployer", "namespace": namespace},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
            "subjects": [{"kind": "ServiceAccount", "name": "deployer", "namespace": namespace}],
        }))
        .await?;
    world.ready("app").await.map(|_| ())
}
