//! What is pushed to a Git server is applied, whatever way leads there; what cannot be reached deletes nothing.

use anyhow::ensure;
use object::Value;
use serde_json::json;
use testing::git::{SshKey, SshServer};
use tokio::task::block_in_place;

use super::{config_map, from_git};
use crate::world::SOURCE;
use crate::{Upstream, World};

pub(super) async fn a_push_is_applied_on_request(world: &World) -> anyhow::Result<()> {
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    from_git(world, &upstream, json!({})).await?;
    world.ready("app").await?;
    let commit = upstream.push(&[("one.yaml", &config_map("one", "second"))])?;
    world.reconcile("GitRepository", "repository").await?;
    world.ready_at("app", &format!("main@sha1:{commit}")).await?;
    world.holds("one", "second").await?;
    world.event("GitRepository", "repository", "stored artifact for commit").await
}

pub(super) async fn a_push_is_applied_at_the_interval(world: &World) -> anyhow::Result<()> {
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    from_git(world, &upstream, json!({"interval": "1s"})).await?;
    world.ready("app").await?;
    upstream.push(&[("one.yaml", &config_map("one", "second"))])?;
    world.holds("one", "second").await.map(|_| ())
}

pub(super) async fn every_kind_of_reference_is_followed(world: &World) -> anyhow::Result<()> {
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    let first = upstream.push(&[("one.yaml", &config_map("one", "second"))])?;
    block_in_place(|| {
        upstream.repository.git(&["tag", "v1.2.0"])?;
        upstream.repository.git(&["branch", "stable"])
    })?;
    let last = upstream.push(&[("one.yaml", &config_map("one", "third"))])?;
    block_in_place(|| upstream.repository.git(&["tag", "v2.0.0"]))?;
    let cases = [
        ("branch", json!({"branch": "stable"}), format!("stable@sha1:{first}")),
        ("tag", json!({"branch": null, "tag": "v1.2.0"}), format!("v1.2.0@sha1:{first}")),
        ("semver", json!({"branch": null, "semver": ">=1.0.0"}), format!("v2.0.0@sha1:{last}")),
        ("name", json!({"branch": null, "name": "refs/heads/main"}), format!("refs/heads/main@sha1:{last}")),
        ("commit", json!({"branch": "main", "commit": first}), format!("main@sha1:{first}")),
    ];
    for (name, reference, _) in &cases {
        world.git(name, &upstream.url(), json!({"ref": reference})).await?;
    }
    for (name, _, revision) in &cases {
        let object = world.condition("GitRepository", name, "True", "").await?;
        let found = object.get("status.artifact.revision").and_then(Value::as_str).unwrap_or_default();
        ensure!(found == revision, "{name}: {found} instead of {revision}");
    }
    Ok(())
}

pub(super) async fn what_a_repository_includes_is_copied_in_and_followed(world: &World) -> anyhow::Result<()> {
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    let include = json!({"repository": {"name": SOURCE}, "fromPath": "shared", "toPath": "included/shared"});
    from_git(world, &upstream, json!({"include": [include]})).await?;
    world.condition("GitRepository", "repository", "False", "could not get resource for include").await?;
    world.publish(&[("shared/two.yaml", &config_map("two", "first")), ("other.yaml", &config_map("other", "first"))]).await?;
    world.ready("app").await?;
    world.holds("one", "first").await?;
    world.holds("two", "first").await?;
    ensure!(world.find("ConfigMap", "other").await?.is_none(), "ConfigMap/other was copied too");
    world.publish(&[("shared/two.yaml", &config_map("two", "second"))]).await?;
    world.holds("two", "second").await.map(|_| ())
}

pub(super) async fn a_repository_is_reached_over_ssh_by_its_known_host(world: &World) -> anyhow::Result<()> {
    let key = block_in_place(|| SshKey::generate("ed25519", ""))?;
    let server = match block_in_place(|| SshServer::start(&key)) {
        Ok(server) => server,
        Err(error) => {
            eprintln!("SKIPPED: {error:#}");
            return Ok(());
        }
    };
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    let stranger = block_in_place(|| SshKey::generate("ed25519", ""))?;
    let (host, _) = server.known_hosts.split_once(' ').unwrap_or_default();
    let secret =
        |known_hosts: &str| json!({"stringData": {"identity": key.private, "identity.pub": key.public, "known_hosts": known_hosts}});
    world.make("Secret", "deploy-key", secret(&format!("{host} {}", stranger.public))).await?;
    let url = format!("{}{}", server.url, upstream.folder().display());
    world.git("repository", &url, json!({"secretRef": {"name": "deploy-key"}})).await?;
    world.kustomization("app", json!({"sourceRef": {"name": "repository"}})).await?;
    world.condition("GitRepository", "repository", "False", "SL2002").await?;
    world.make("Secret", "deploy-key", secret(&server.known_hosts)).await?;
    world.ready("app").await?;
    push_is_picked_up(world, &upstream).await
}

async fn push_is_picked_up(world: &World, upstream: &Upstream) -> anyhow::Result<()> {
    upstream.push(&[("one.yaml", &config_map("one", "second"))])?;
    world.reconcile("GitRepository", "repository").await?;
    world.holds("one", "second").await.map(|_| ())
}

pub(super) async fn a_vanished_repository_deletes_nothing_and_recovers(world: &World) -> anyhow::Result<()> {
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first"))]).await?;
    from_git(world, &upstream, json!({})).await?;
    world.ready("app").await?;
    upstream.vanish()?;
    world.reconcile("GitRepository", "repository").await?;
    let which = upstream.url().replace("http://", "");
    world.condition("GitRepository", "repository", "False", &which).await?;
    world.event("GitRepository", "repository", "SL2003").await?;
    world.reconcile("Kustomization", "app").await?;
    world.holds("one", "first").await?;
    upstream.come_back()?;
    world.condition("GitRepository", "repository", "True", "").await?;
    push_is_picked_up(world, &upstream).await
}
