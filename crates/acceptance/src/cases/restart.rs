//! The API server itself ends and starts again.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use super::{config_map, from_git};
use crate::{Controllers, Target, Upstream, World};

/// How long the server stays away.
const ABSENCE: Duration = Duration::from_secs(3);

pub(super) async fn a_restart_of_the_api_server_is_survived(target: &mut Target) -> anyhow::Result<()> {
    let world = World::start(target, "a-restart-of-the-api-server", Controllers::InProcess).await?;
    let upstream = Upstream::start(&[("one.yaml", &config_map("one", "first")), ("two.yaml", &config_map("two", "first"))]).await?;
    from_git(&world, &upstream, json!({"interval": "1s"})).await?;
    world.ready("app").await?;
    let before = world.seen("ConfigMap", "one", |_| true).await?;
    target.stop().await;
    upstream.push(&[("one.yaml", &config_map("one", "second"))])?;
    tokio::time::sleep(ABSENCE).await;
    target.start().await?;
    let after = world.holds("one", "second").await?;
    ensure!(after.uid() == before.uid(), "ConfigMap/one was deleted and made again");
    world.gone("ConfigMap", "two").await?;
    world.edit("ConfigMap", "one", json!({"data": {"key": "edited"}})).await?;
    world.holds("one", "second").await?;
    world.ready("app").await?;
    world.finish().await;
    Ok(())
}
