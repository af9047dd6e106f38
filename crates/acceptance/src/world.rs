//! Controllers that run on a target, and one namespace for one case.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use api::GitRepositorySpec;
use artifact::{File, Tree};
use cluster::{Apply, Client, Cluster, DeletePropagation, Resource};
use controllers::{Content, DIRECTORY_ANNOTATION, NewArtifact, Options, Platform, Running, publish};
use object::{Gvk, Object, Value};
use runtime::{Key, Metrics};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::Target;

/// Longest wait for anything that a case expects.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// How often a wait looks again.
const PAUSE: Duration = Duration::from_millis(25);
/// Field manager of what a case writes.
const MANAGER: &str = "acceptance";
/// Name of the source of every case.
const SOURCE: &str = "source";

/// A case's view of the platform.
pub struct World {
    /// The namespace of the case.
    pub namespace: String,
    /// What the controllers ask the API server with; its counts are theirs alone.
    pub controllers: Cluster,
    user: Cluster,
    running: Running,
    stop: CancellationToken,
    _storage: tempfile::TempDir,
}

impl World {
    /// Installs the definitions, makes the namespace and starts the controllers.
    pub async fn start(target: &Target, namespace: &str) -> anyhow::Result<World> {
        let (user, controllers) = (target.cluster().await?, target.cluster().await?);
        install(&user).await?;
        let (stop, storage) = (CancellationToken::new(), tempfile::tempdir()?);
        let platform = Platform {
            cluster: controllers.clone(),
            storage: storage.path().to_path_buf(),
            advertised: "localhost".into(),
            metrics: Metrics::default(),
            options: Options::default(),
        };
        let running = controllers::start(platform, &stop)?;
        let world = World { namespace: namespace.to_owned(), controllers, user, running, stop, _storage: storage };
        world.apply(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})).await?;
        world.running.synced().await;
        Ok(world)
    }

    /// Stops the controllers and waits until they are done.
    pub async fn finish(self) {
        for name in ["app", "first", "second"] {
            // A Kustomization that the case did not make is no error.
            let _ = self.delete(KUSTOMIZE, "Kustomization", name).await;
        }
        let gone = self.until("its Kustomizations gone", || async {
            let resource = self.resource(KUSTOMIZE, "Kustomization").await?;
            Ok(self.client().list_all(&resource, &self.namespace, "").await?.is_empty().then_some(()))
        });
        if let Err(error) = gone.await {
            eprintln!("{error:#}");
        }
        self.stop.cancel();
        self.running.finish().await;
    }

    /// Publishes files as the content of the case's source.
    pub async fn publish(&self, files: &[(&str, &str)]) -> anyhow::Result<()> {
        let files = files.iter().map(|(path, text)| (*path, File::new(text.as_bytes().to_vec())));
        let tree = Tree::from_files(files)?;
        let repository = self
            .apply(json!({
                "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
                "metadata": {"name": SOURCE, "namespace": self.namespace, "annotations": {DIRECTORY_ANNOTATION: "acceptance"}},
                "spec": {"interval": "1h", "url": "https://localhost/acceptance"},
            }))
            .await?;
        let digest = artifact::pack(&tree).digest;
        let new = NewArtifact {
            file: format!("{}.tar.gz", digest.hex()),
            content: Content::Tree(tree),
            metadata: Default::default(),
            revision: format!("latest@{digest}"),
            message: "stored artifact".into(),
            news: "stored artifact".into(),
        };
        let known = self.running.sources.sources.get("GitRepository", &Key::of(&repository));
        Ok(publish::<GitRepositorySpec>(&self.running.sources, known.as_deref().unwrap_or(&repository), new).await?)
    }

    /// Applies a Kustomization of the source's root; `spec` is laid over hourly, pruning defaults.
    pub async fn kustomization(&self, name: &str, spec: Value) -> anyhow::Result<Object> {
        let mut whole = json!({
            "interval": "1h", "retryInterval": "1s", "prune": true, "path": "./", "targetNamespace": self.namespace,
            "sourceRef": {"kind": "GitRepository", "name": SOURCE},
        });
        object::merge_patch(&mut whole, &spec);
        let metadata = json!({"name": name, "namespace": self.namespace});
        self.apply(json!({"apiVersion": KUSTOMIZE, "kind": "Kustomization", "metadata": metadata, "spec": whole})).await
    }

    /// Waits until the Kustomization has dealt with its generation and is Ready.
    pub async fn ready(&self, name: &str) -> anyhow::Result<Object> {
        self.condition(name, "True", "").await
    }

    /// Waits until the Kustomization is not Ready and its message holds `text`.
    pub async fn failed(&self, name: &str, text: &str) -> anyhow::Result<Object> {
        self.condition(name, "False", text).await
    }

    async fn condition(&self, name: &str, status: &str, text: &str) -> anyhow::Result<Object> {
        let what = format!("Kustomization/{name} with Ready={status} and `{text}`");
        self.until(&what, || async {
            let found = self.find(KUSTOMIZE, "Kustomization", name).await?;
            Ok(found.filter(|object| is_condition(object, status, text)))
        })
        .await
    }

    /// Waits until an object of the namespace exists and satisfies `check`.
    pub async fn seen(&self, kind: &str, name: &str, check: impl Fn(&Object) -> bool) -> anyhow::Result<Object> {
        let what = format!("{kind}/{name} as expected");
        self.until(&what, || async { Ok(self.find("v1", kind, name).await?.filter(|object| check(object))) }).await
    }

    /// Waits until an object of the namespace is gone.
    pub async fn gone(&self, kind: &str, name: &str) -> anyhow::Result<()> {
        let what = format!("{kind}/{name} gone");
        self.until(&what, || async { Ok(self.find("v1", kind, name).await?.is_none().then_some(())) }).await
    }

    /// The object of the namespace, none if there is none.
    pub async fn find(&self, api_version: &str, kind: &str, name: &str) -> anyhow::Result<Option<Object>> {
        let resource = self.resource(api_version, kind).await?;
        Ok(self.client().find(&resource, &self.namespace, name).await?)
    }

    /// Merges a patch into an object of the namespace, as a user would with kubectl.
    pub async fn edit(&self, kind: &str, name: &str, patch: Value) -> anyhow::Result<Object> {
        let resource = self.resource("v1", kind).await?;
        Ok(self.client().merge(&resource, &self.namespace, name, &patch, MANAGER).await?)
    }

    /// Annotates a Kustomization of the namespace.
    pub async fn confirm(&self, name: &str, annotation: &str, value: Value) -> anyhow::Result<Object> {
        let resource = self.resource(KUSTOMIZE, "Kustomization").await?;
        let patch = json!({"metadata": {"annotations": {annotation: value}}});
        Ok(self.client().merge(&resource, &self.namespace, name, &patch, MANAGER).await?)
    }

    /// Deletes an object of the namespace.
    pub async fn delete(&self, api_version: &str, kind: &str, name: &str) -> anyhow::Result<()> {
        let resource = self.resource(api_version, kind).await?;
        Ok(self.client().delete(&resource, &self.namespace, name, "", DeletePropagation::Background).await?)
    }

    /// Applies an object as the administrator.
    pub async fn apply(&self, object: Value) -> anyhow::Result<Object> {
        apply(&self.user, object).await
    }

    /// How many writes the controllers have made.
    pub fn writes(&self) -> u64 {
        self.controllers.stats().total(&["POST", "PUT", "PATCH", "DELETE"])
    }

    fn client(&self) -> Client {
        self.user.controller()
    }

    async fn resource(&self, api_version: &str, kind: &str) -> anyhow::Result<Resource> {
        Ok(self.user.mapper().resource(&Gvk::new(api_version, kind)).await?)
    }

    async fn until<T, F>(&self, what: &str, look: impl Fn() -> F) -> anyhow::Result<T>
    where
        F: Future<Output = anyhow::Result<Option<T>>>,
    {
        let begin = Instant::now();
        while begin.elapsed() < WAIT_MAX {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("waited {WAIT_MAX:?} in {} for {what}", self.namespace)
    }
}

/// Version of the Kustomization API.
pub(crate) const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io/v1";

fn is_condition(object: &Object, status: &str, text: &str) -> bool {
    let ready = |condition: &Value| {
        condition["type"] == "Ready"
            && condition["status"] == status
            && condition["observedGeneration"] == object.generation()
            && condition["message"].as_str().is_some_and(|message| message.contains(text))
    };
    object.get("status.conditions").and_then(Value::as_array).is_some_and(|all| all.iter().any(ready))
}

async fn install(cluster: &Cluster) -> anyhow::Result<()> {
    for definition in api::crds() {
        apply(cluster, definition).await?;
    }
    let begin = Instant::now();
    for kind in ["Kustomization", "GitRepository", "OCIRepository", "ExternalArtifact"] {
        let group = if kind == "Kustomization" { "kustomize.toolkit.fluxcd.io" } else { "source.toolkit.fluxcd.io" };
        while cluster.mapper().resource_of_kind(group, kind).await.is_err() {
            ensure!(begin.elapsed() < WAIT_MAX, "{kind} was not established in {WAIT_MAX:?}");
            tokio::time::sleep(PAUSE).await;
            cluster.mapper().invalidate().await;
        }
    }
    Ok(())
}

async fn apply(cluster: &Cluster, object: Value) -> anyhow::Result<Object> {
    let object = Object::new(object).ok().context("an object of a case has no kind")?;
    let resource = cluster.mapper().resource(&object.gvk()).await?;
    let how = Apply { manager: MANAGER, dry_run: false, metadata_only: false };
    cluster.controller().apply(&resource, &object, how).await.with_context(|| format!("cannot apply {object}"))
}
