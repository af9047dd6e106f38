//! What is pushed to a registry is applied when a tag moves, and refused when it is not what the digest says.

use anyhow::ensure;
use artifact::{File, Tree};
use serde_json::json;
use testing::registry::{Access, Layer, Registry};

use super::config_map;
use crate::World;

const LAYER: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";

pub(super) async fn a_moved_tag_is_applied(world: &World) -> anyhow::Result<()> {
    let Some(registry) = registry().await else { return Ok(()) };
    push(&registry, "first").await?;
    world.oci("image", &url(&registry), json!({"ref": {"tag": "latest"}, "interval": "1s"})).await?;
    world.kustomization("app", json!({"sourceRef": {"kind": "OCIRepository", "name": "image"}})).await?;
    world.holds("one", "first").await?;
    let digest = push(&registry, "second").await?;
    world.holds("one", "second").await?;
    world.ready_at("app", &format!("latest@{digest}")).await.map(|_| ())
}

pub(super) async fn a_wrong_digest_is_refused_and_deletes_nothing(world: &World) -> anyhow::Result<()> {
    let Some(registry) = registry().await else { return Ok(()) };
    let digest = push(&registry, "first").await?;
    world.oci("image", &url(&registry), json!({"ref": {"digest": digest}})).await?;
    world.kustomization("app", json!({"sourceRef": {"kind": "OCIRepository", "name": "image"}})).await?;
    world.holds("one", "first").await?;
    let wrong = format!("sha256:{}", "0".repeat(64));
    world.oci("image", &url(&registry), json!({"ref": {"digest": wrong}})).await?;
    world.condition("OCIRepository", "image", "False", "SL2003").await?;
    world.event("OCIRepository", "image", "SL2003").await?;
    ensure!(world.find("ConfigMap", "one").await?.is_some(), "a wrong digest deleted ConfigMap/one");
    let second = push(&registry, "second").await?;
    world.oci("image", &url(&registry), json!({"ref": {"digest": second}})).await?;
    world.holds("one", "second").await.map(|_| ())
}

async fn registry() -> Option<Registry> {
    Registry::start(Access::Open).await.inspect_err(|error| eprintln!("SKIPPED: {error:#}")).ok()
}

fn url(registry: &Registry) -> String {
    format!("oci://{}/acceptance/app", registry.host)
}

/// Pushes a ConfigMap under the tag `latest`, as the `flux` command does. Gives the digest.
async fn push(registry: &Registry, value: &str) -> anyhow::Result<String> {
    let tree = Tree::from_files([("one.yaml", File::new(config_map("one", value).into_bytes()))])?;
    let layer = Layer { media_type: LAYER.into(), bytes: artifact::pack(&tree).bytes.to_vec() };
    registry.push("acceptance/app", "latest", &[layer], json!({})).await
}
