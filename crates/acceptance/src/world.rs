//! One namespace for one case, and the controllers that look after it.

mod objects;
mod sources;
mod waits;

use std::time::Duration;

use cluster::{Client, Cluster};
use controllers::{Options, Platform, Running};
use runtime::{Backoff, Metrics};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::Target;
use crate::door::{Counts, Door};

/// Longest wait for anything that a case expects; machines that run tests are slow and busy.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// How often a wait looks again.
const PAUSE: Duration = Duration::from_millis(50);
/// Longest wait between tries of a source or after an outage: a case shows that it recovers, not how patient it is.
const BACKOFF_MAX: Duration = Duration::from_secs(2);
/// Field manager of what a case writes.
const MANAGER: &str = "acceptance";
/// Name of the source that [`World::publish`] fills.
pub(crate) const SOURCE: &str = "source";

/// Who reconciles what a case makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controllers {
    /// Controllers in this process, for the namespace of the case alone.
    InProcess,
    /// Nobody; the case starts what it needs.
    None,
}

/// A case's view of the platform.
pub struct World {
    /// The namespace of the case.
    pub namespace: String,
    /// What stands between the controllers and the API server.
    pub door: Door,
    /// Whether the target has controllers of workloads.
    pub has_controllers: bool,
    /// The administrator's kubeconfig.
    pub kubeconfig: std::path::PathBuf,
    user: Cluster,
    platform: Option<Started>,
}

struct Started {
    running: Running,
    stop: CancellationToken,
    _storage: tempfile::TempDir,
}

impl World {
    /// Makes the namespace and starts the controllers. The definitions are installed.
    pub async fn start(target: &Target, namespace: &str, controllers: Controllers) -> anyhow::Result<World> {
        let user = Cluster::new(target.client().await?);
        let door = Door::default();
        let platform = match controllers {
            Controllers::InProcess => Some(start(Cluster::new(door.before(target.client().await?)), namespace)?),
            Controllers::None => None,
        };
        let (has_controllers, kubeconfig) = (target.has_controllers(), target.kubeconfig());
        let world = World { namespace: namespace.to_owned(), door, has_controllers, kubeconfig, user, platform };
        world.apply(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})).await?;
        if let Some(platform) = &world.platform {
            platform.running.synced().await;
        }
        Ok(world)
    }

    /// Deletes what is reconciled, then stops the controllers and waits until they are done.
    pub async fn finish(self) {
        if let Some(platform) = self.platform.as_ref() {
            if let Err(error) = self.clear().await {
                eprintln!("{error:#}");
            }
            platform.stop.cancel();
        }
        if let Some(platform) = self.platform {
            platform.running.finish().await;
        }
    }

    async fn clear(&self) -> anyhow::Result<()> {
        self.door.open();
        for kind in ["Kustomization", "GitRepository", "OCIRepository"] {
            for object in self.list(kind).await? {
                self.delete(kind, object.name()).await?;
            }
            self.until(&format!("every {kind} gone"), || async { Ok(self.list(kind).await?.is_empty().then_some(())) }).await?;
        }
        Ok(())
    }

    /// How many requests the controllers have made, watches aside.
    pub fn counts(&self) -> Counts {
        self.door.counts()
    }

    fn client(&self) -> Client {
        self.user.controller()
    }
}

fn start(cluster: Cluster, namespace: &str) -> anyhow::Result<Started> {
    let (stop, storage) = (CancellationToken::new(), tempfile::tempdir()?);
    let backoff = Backoff { max: BACKOFF_MAX, ..Backoff::default() };
    let platform = Platform {
        cluster,
        storage: storage.path().to_path_buf(),
        advertised: "localhost".into(),
        metrics: Metrics::default(),
        options: Options { namespace: namespace.to_owned(), backoff, ..Options::default() },
    };
    let running = controllers::start(platform, &stop)?;
    Ok(Started { running, stop, _storage: storage })
}
