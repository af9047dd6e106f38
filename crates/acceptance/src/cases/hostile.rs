//! Files that were made to harm are refused by condition and event; nothing is deleted and neighbours converge.

use anyhow::ensure;
use serde_json::json;
use testing::git::Repository;

use super::{config_map, from_git};
use crate::{Upstream, World};

/// One byte more than a file may have.
const HUGE_BYTES: usize = 64 * 1024 * 1024 + 1;

pub(super) async fn an_alias_bomb_is_refused(world: &World) -> anyhow::Result<()> {
    let level = |from: char, to: char| format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 10].join(", "));
    let levels: String = ('a'..'j').zip('b'..='j').map(|(from, to)| level(from, to)).collect();
    let bomb = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: bomb}}\na: &a [x, x, x, x, x, x, x, x, x, x]\n{levels}");
    refused(world, "Kustomization", "SL3002", |repository| repository.write("bomb.yaml", &bomb)).await
}

pub(super) async fn a_reference_out_of_the_tree_is_refused(world: &World) -> anyhow::Result<()> {
    let text = "resources:\n- one.yaml\n- ../../../../../../etc/hostname\n";
    refused(world, "Kustomization", "SL3003", |repository| {
        repository.write("one.yaml", config_map("one", "second"))?;
        repository.write("kustomization.yaml", text)
    })
    .await
}

pub(super) async fn a_symbolic_link_out_of_the_tree_is_refused(world: &World) -> anyhow::Result<()> {
    refused(world, "Kustomization", "SL3003", |repository| {
        std::os::unix::fs::symlink("/etc/hostname", repository.folder().join("link.yaml"))?;
        repository.write("one.yaml", config_map("one", "second"))?;
        repository.write("kustomization.yaml", "resources:\n- one.yaml\n- link.yaml\n")
    })
    .await
}

pub(super) async fn a_huge_file_is_refused(world: &World) -> anyhow::Result<()> {
    refused(world, "GitRepository", "SL2007", |repository| repository.write("huge.yaml", vec![b' '; HUGE_BYTES])).await
}

pub(super) async fn an_empty_tree_is_refused(world: &World) -> anyhow::Result<()> {
    refused(world, "GitRepository", "SL2004", |_| Ok(())).await
}

/// Files that build, then `harm`, then files that build again.
async fn refused(world: &World, kind: &str, code: &str, harm: impl FnOnce(&Repository) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    from_git(world, &upstream, json!({})).await?;
    world.ready("app").await?;
    upstream.commit(harm)?;
    world.reconcile("GitRepository", "repository").await?;
    let name = if kind == "Kustomization" { "app" } else { "repository" };
    world.condition(kind, name, "False", code).await?;
    world.event(kind, name, code).await?;
    a_neighbour_converges(world).await?;
    ensure!(world.find("ConfigMap", "one").await?.is_some(), "hostile files deleted ConfigMap/one");
    upstream.push(&[("one.yaml", &config_map("one", "third"))])?;
    world.reconcile("GitRepository", "repository").await?;
    world.holds("one", "third").await?;
    world.ready("app").await.map(|_| ())
}

async fn a_neighbour_converges(world: &World) -> anyhow::Result<()> {
    world.publish(&[("two.yaml", &config_map("two", "first"))]).await?;
    world.kustomization("second", json!({})).await?;
    world.holds("two", "first").await?;
    world.ready("second").await.map(|_| ())
}

pub(super) async fn a_path_out_of_the_tree_is_refused(world: &World) -> anyhow::Result<()> {
    world.publish(&[("one.yaml", &config_map("one", "first"))]).await?;
    world.kustomization("app", json!({"path": "./../../../../etc"})).await?;
    world.failed("app", "SL3001").await?;
    world.event("Kustomization", "app", "SL3001").await?;
    world.kustomization("app", json!({"path": "./"})).await?;
    world.holds("one", "first").await.map(|_| ())
}
