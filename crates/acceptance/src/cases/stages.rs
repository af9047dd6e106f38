//! A definition and its objects need one pass, whichever of them comes first.

use std::time::Duration;

use anyhow::ensure;
use object::Value;
use serde_json::json;

use super::workloads::parsed;
use crate::{Outage, World};

/// Longer than the controllers trust what they know of the kinds that are served.
const DISCOVERY_WAIT: Duration = Duration::from_secs(4);

pub(super) async fn a_definition_and_its_object_are_applied_in_one_pass(world: &World) -> anyhow::Result<()> {
    world.publish(&[("all.yaml", &format!("{}---\n{}", custom("Widget", "one"), definition("Widget")))]).await?;
    world.kustomization("app", json!({"retryInterval": "1h"})).await?;
    let ready = world.ready("app").await?;
    world.seen("Widget", "one", |_| true).await?;
    let history = ready.get("status.history").and_then(Value::as_array).map_or(0, Vec::len);
    ensure!(history == 1, "one pass leaves one entry in the history, found {history}");
    Ok(())
}

pub(super) async fn a_namespace_of_what_has_none_is_left_out(world: &World) -> anyhow::Result<()> {
    let name = format!("{}-reader", world.namespace);
    let role = |verb: &str| {
        let metadata = format!("metadata: {{name: {name}, namespace: {}}}", world.namespace);
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n{metadata}\nrules: [{{apiGroups: [''], resources: [pods], verbs: [{verb}]}}]\n"
        )
    };
    for verb in ["get", "list"] {
        world.publish(&[("role.yaml", &role(verb)), ("one.yaml", &super::config_map("one", verb))]).await?;
        world.kustomization("app", json!({})).await?;
        world.holds("one", verb).await?;
        let ready = world.ready("app").await?;
        let inventory = ready.get("status.inventory").map(Value::to_string).unwrap_or_default();
        ensure!(inventory.contains(&format!("\"_{name}_rbac.authorization.k8s.io_ClusterRole\"")), "the inventory says {inventory}");
    }
    Ok(())
}

pub(super) async fn an_unknown_kind_is_named_and_recovers_with_its_definition(world: &World) -> anyhow::Result<()> {
    let both = format!("{}---\n{}", custom("Gadget", "one"), super::config_map("one", "first"));
    world.publish(&[("all.yaml", &both)]).await?;
    world.kustomization("app", json!({})).await?;
    world.failed("app", "SL4001").await?;
    world.failed("app", "Gadget").await?;
    world.event("Kustomization", "app", "SL4001").await?;
    world.apply(parsed(&definition("Gadget"), "")?).await?;
    world.ready("app").await?;
    world.seen("Gadget", "one", |_| true).await.map(|_| ())
}

pub(super) async fn an_object_whose_kind_is_out_of_sight_is_not_forgotten(world: &World) -> anyhow::Result<()> {
    world.apply(parsed(&definition("Trinket"), "")?).await?;
    let rest = super::config_map("one", "first");
    world
        .publish(&[("app/all.yaml", &format!("{}---\n{rest}", custom("Trinket", "one"))), ("other/all.yaml", &custom("Unheard", "one"))])
        .await?;
    world.kustomization("app", json!({"path": "./app"})).await?;
    world.ready("app").await?;
    world.door.close(Outage::Hides(crate::kinds::OWN_GROUP));
    // A kind that nobody knows makes the controllers ask anew what is served.
    world.kustomization("second", json!({"path": "./other"})).await?;
    world.failed("second", "SL4001").await?;
    tokio::time::sleep(DISCOVERY_WAIT).await;
    world.publish(&[("app/all.yaml", &rest)]).await?;
    world.failed("app", "Trinket").await?;
    world.door.open();
    world.gone("Trinket", "one").await?;
    world.ready("app").await.map(|_| ())
}

/// A namespaced definition of a kind of our own.
pub(super) fn definition(kind: &str) -> String {
    let (group, singular) = (crate::kinds::OWN_GROUP, kind.to_lowercase());
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {singular}s.{group}\nspec:\n  \
         group: {group}\n  scope: Namespaced\n  names: {{kind: {kind}, listKind: {kind}List, plural: {singular}s, singular: {singular}}}\n  \
         versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        \
         x-kubernetes-preserve-unknown-fields: true\n"
    )
}

/// An object of such a kind.
pub(super) fn custom(kind: &str, name: &str) -> String {
    format!("apiVersion: {}/v1\nkind: {kind}\nmetadata:\n  name: {name}\nspec: {{}}\n", crate::kinds::OWN_GROUP)
}
