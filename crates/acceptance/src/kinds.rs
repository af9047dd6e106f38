//! The kinds that cases use, and the installation of ours.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use cluster::{Apply, Cluster, Resource};
use object::{Gvk, Object, Value};

/// Longest wait until a definition is served.
const ESTABLISH_WAIT_MAX: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);
/// Group of the kinds that cases define themselves.
pub(crate) const OWN_GROUP: &str = "acceptance.sluice.dev";

/// The API version of a kind by its name alone.
pub(crate) fn api_version(kind: &str) -> String {
    match kind {
        "Kustomization" => "kustomize.toolkit.fluxcd.io/v1".into(),
        "GitRepository" | "OCIRepository" | "ExternalArtifact" => "source.toolkit.fluxcd.io/v1".into(),
        "Deployment" => "apps/v1".into(),
        "Job" => "batch/v1".into(),
        "RoleBinding" => "rbac.authorization.k8s.io/v1".into(),
        "Namespace" | "ConfigMap" | "Secret" | "Event" | "Pod" | "ServiceAccount" => "v1".into(),
        _ => format!("{OWN_GROUP}/v1"),
    }
}

/// The resource of a kind, as the cluster serves it now.
pub(crate) async fn resource(cluster: &Cluster, kind: &str) -> anyhow::Result<Resource> {
    let gvk = Gvk::new(&api_version(kind), kind);
    if let Ok(resource) = cluster.mapper().resource(&gvk).await {
        return Ok(resource);
    }
    cluster.mapper().invalidate().await;
    Ok(cluster.mapper().resource(&gvk).await?)
}

/// Applies an object as the administrator.
pub(crate) async fn apply(cluster: &Cluster, object: Value, manager: &str) -> anyhow::Result<Object> {
    let object = Object::new(object).ok().context("an object of a case has no kind")?;
    let resource = cluster.mapper().resource(&object.gvk()).await?;
    let how = Apply { manager, dry_run: false, metadata_only: false };
    cluster.controller().apply(&resource, &object, how).await.with_context(|| format!("cannot apply {object}"))
}

/// Installs the definitions of Sluice and waits until they are served.
pub(crate) async fn install(cluster: &Cluster) -> anyhow::Result<()> {
    for definition in api::crds() {
        apply(cluster, definition, "acceptance-install").await?;
    }
    let begin = Instant::now();
    for kind in ["Kustomization", "GitRepository", "OCIRepository", "ExternalArtifact"] {
        while resource(cluster, kind).await.is_err() {
            ensure!(begin.elapsed() < ESTABLISH_WAIT_MAX, "{kind} was not established in {ESTABLISH_WAIT_MAX:?}");
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}
