//! The world of one history: an API server, a process of controllers that is started again whenever it was killed, and people.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use api::{GitRepositorySpec, Kustomization};
use apiserver::ApiServer;
use artifact::{File, Tree};
use cluster::{Apply, Client, Cluster, DeletePropagation, Resource};
use controllers::{Content, DIRECTORY_ANNOTATION, NewArtifact, Options, Platform, Running, SourceContext, publish};
use object::{Object, ObjectId, Value};
use parking_lot::Mutex;
use runtime::{Backoff, Key, Metrics};
use serde_json::json;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::faults::Faults;
use crate::model::{self, Declared, Kind, Model, Name, Timeline};
use crate::random::Random;
use crate::steps::{self, Edit, Step};

/// Longest time that a killed process stays away.
const AWAY_MS_MAX: u64 = 10_000;
/// How often the upstream looks whether its source shows the newest files.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(300);
/// Longest wait between tries after failures.
const BACKOFF_MAX: Duration = Duration::from_secs(30);
/// Longest wait for definitions to be served.
const ESTABLISH_WAIT_MAX: Duration = Duration::from_secs(10);
/// Name of the source of each namespace.
const SOURCE: &str = "fleet";

/// One history's world.
pub struct World {
    pub faults: Faults,
    pub timeline: Arc<Mutex<Timeline>>,
    user: Cluster,
    life: Arc<Mutex<CancellationToken>>,
    strangers: Vec<Object>,
    _server: ApiServer,
}

impl World {
    /// An API server with definitions, namespaces and strangers, and controllers behind faults.
    pub async fn open(seed: u64, percent: u64, model: Model) -> anyhow::Result<World> {
        let server = ApiServer::open(apiserver::Options { simulate_workloads: true, ..apiserver::Options::default() })?;
        let timeline = Arc::new(Mutex::new(Timeline::new(model)));
        let (judged, base) = (timeline.clone(), kube::Client::new(server.service(), "default"));
        let faults = Faults::new(seed, percent, base, move |doomed| judge(&judged.lock(), doomed));
        let user = Cluster::over(server.service());
        let mut world = World { faults, timeline, user, life: Arc::default(), strangers: Vec::new(), _server: server };
        world.install().await?;
        let model = world.model();
        for (key, declared) in &model.0 {
            world.declare(key, &Declared::default(), declared).await?;
        }
        tokio::spawn(Processes::new(seed, &world)?.run());
        Ok(world)
    }

    /// What is declared now.
    pub fn model(&self) -> Model {
        self.timeline.lock().now().clone()
    }

    /// Lets one thing happen.
    pub async fn perform(&self, step: &Step) -> anyhow::Result<()> {
        match step {
            Step::Declare(edits) => {
                for key in edits.iter().filter(|(_, edit)| matches!(edit, Edit::Exists(true))).map(|(key, _)| key) {
                    self.until_gone(key).await?;
                }
                self.change(|model| edits.iter().for_each(|(key, edit)| steps::declare(model, key, edit))).await?;
            }
            Step::EditLive(key, name) => self.edit(key, name, edit(name.0)).await?,
            Step::StripLive(key, name) => self.edit(key, name, json!({"metadata": {"labels": null}})).await?,
            Step::DeleteLive(key, name) if name.0 != Kind::Definition => self.delete(&model::id(&key.namespace, name)).await?,
            Step::DeleteLive(..) => {}
            Step::Crash(requests) => self.faults.light_fuse(*requests),
            Step::Kill => self.kill(),
        }
        Ok(())
    }

    /// From now on something else is declared.
    pub async fn change(&self, change: impl FnOnce(&mut Model)) -> anyhow::Result<()> {
        let before = self.model();
        self.timeline.lock().change(change);
        for (key, declared) in &self.model().0 {
            self.declare(key, &before.0[key], declared).await?;
        }
        Ok(())
    }

    /// Ends the controllers' process.
    pub fn kill(&self) {
        self.life.lock().cancel();
    }

    /// A Kustomization, none if there is none.
    pub async fn kustomization(&self, key: &Key) -> anyhow::Result<Option<(Object, Kustomization)>> {
        let resource = controllers::resource::<api::KustomizationSpec>();
        let Some(object) = self.client().find(&resource, &key.namespace, &key.name).await? else { return Ok(None) };
        let typed = Kustomization::try_from(&object).map_err(|error| anyhow::anyhow!("{object}: {error}"))?;
        Ok(Some((object, typed)))
    }

    /// Every object of the kinds that are declared, with any owner or none.
    pub async fn live(&self) -> anyhow::Result<Vec<Object>> {
        let definitions = Resource::cluster_scoped("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions");
        let mut live = self.client().list_all(&definitions, "", "kustomize.toolkit.fluxcd.io/name").await?;
        let mut kinds = vec![
            Resource::namespaced("v1", "ConfigMap", "configmaps"),
            Resource::namespaced("rbac.authorization.k8s.io/v1", "Role", "roles"),
            Resource::namespaced("apps/v1", "Deployment", "deployments"),
        ];
        kinds.extend(self.model().namespaces().iter().map(|name| widgets(name)));
        for kind in kinds {
            match self.client().list_all(&kind, "", "").await {
                Err(error) if error.is_not_found() => {}
                found => live.extend(found?),
            }
        }
        Ok(live)
    }

    /// The objects that nobody declared, as they were in the beginning.
    pub fn strangers(&self) -> &[Object] {
        &self.strangers
    }

    /// Agrees to what is held.
    pub async fn confirm(&self, key: &Key, revision: &str) -> anyhow::Result<()> {
        let patch = json!({"metadata": {"annotations": {"sluice.dev/confirm-prune": revision}}});
        let resource = controllers::resource::<api::KustomizationSpec>();
        self.client().merge(&resource, &key.namespace, &key.name, &patch, "user").await?;
        Ok(())
    }

    /// Says which source does not show what is declared.
    pub async fn unpublished(&self) -> anyhow::Result<Vec<String>> {
        let (model, mut behind) = (self.model(), Vec::new());
        for namespace in model.namespaces() {
            let source = self.client().get(&controllers::resource::<GitRepositorySpec>(), &namespace, SOURCE).await?;
            let shown = source.get("status.artifact.revision").and_then(Value::as_str).unwrap_or_default();
            behind.extend((shown != revision(&model, &namespace)).then(|| format!("{source} does not show what is declared")));
        }
        Ok(behind)
    }

    /// Nobody makes a Kustomization again before the old one is gone, which needs controllers that run.
    async fn until_gone(&self, key: &Key) -> anyhow::Result<()> {
        while self.kustomization(key).await?.is_some_and(|(object, _)| object.is_terminating()) {
            sleep(PUBLISH_INTERVAL).await;
        }
        Ok(())
    }

    async fn install(&mut self) -> anyhow::Result<()> {
        let served = ["Kustomization", "GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"];
        for definition in
            api::crds().into_iter().filter(|definition| served.iter().any(|kind| definition["spec"]["names"]["kind"] == *kind))
        {
            self.apply(definition).await?;
        }
        let established = async {
            while self.client().list_all(&controllers::resource::<api::KustomizationSpec>(), "", "").await.is_err() {
                sleep(PUBLISH_INTERVAL).await;
            }
        };
        timeout(ESTABLISH_WAIT_MAX, established).await.context("the definitions are not served")?;
        self.user.mapper().invalidate().await;
        for namespace in self.model().namespaces() {
            self.apply(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})).await?;
            self.apply(source(&namespace)).await?;
            let labels = json!({"kustomize.toolkit.fluxcd.io/name": "elsewhere", "kustomize.toolkit.fluxcd.io/namespace": namespace});
            for (name, labels) in [("stranger", json!({})), ("neighbour", labels)] {
                let metadata = json!({"name": name, "namespace": namespace, "labels": labels});
                let stranger = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"value": "mine"}});
                let stranger = self.apply(stranger).await?;
                self.strangers.push(stranger);
            }
        }
        Ok(())
    }

    /// Makes, changes or deletes a Kustomization, where that differs.
    async fn declare(&self, key: &Key, before: &Declared, after: &Declared) -> anyhow::Result<()> {
        if !after.exists && before.exists {
            let resource = controllers::resource::<api::KustomizationSpec>();
            return Ok(self.client().delete(&resource, &key.namespace, &key.name, "", DeletePropagation::Background).await?);
        }
        let differs = spec(after) != spec(before) || !before.exists;
        if after.exists && differs {
            let metadata = json!({"name": key.name, "namespace": key.namespace});
            let api_version = "kustomize.toolkit.fluxcd.io/v1";
            let mut object = json!({"apiVersion": api_version, "kind": "Kustomization", "metadata": metadata, "spec": spec(after)});
            object["spec"]["path"] = format!("./{}", key.name).into();
            self.apply(object).await?;
        }
        Ok(())
    }

    async fn edit(&self, key: &Key, name: &Name, patch: Value) -> anyhow::Result<()> {
        let id = model::id(&key.namespace, name);
        let Ok(resource) = self.resource(&id).await else { return Ok(()) };
        match self.client().merge(&resource, &id.namespace, &id.name, &patch, "kubectl-edit").await {
            Err(error) if error.is_not_found() || error.is_invalid() => Ok(()),
            other => Ok(other.map(drop)?),
        }
    }

    async fn delete(&self, id: &ObjectId) -> anyhow::Result<()> {
        let Ok(resource) = self.resource(id).await else { return Ok(()) };
        Ok(self.client().delete(&resource, &id.namespace, &id.name, "", DeletePropagation::Background).await?)
    }

    async fn apply(&self, object: Value) -> anyhow::Result<Object> {
        let object = Object::new(object).map_err(|error| anyhow::anyhow!("{error}"))?;
        let resource = self.user.mapper().resource(&object.gvk()).await?;
        let how = Apply { manager: "user", dry_run: false, metadata_only: false };
        self.client().apply(&resource, &object, how).await.with_context(|| format!("cannot apply {object}"))
    }

    async fn resource(&self, id: &ObjectId) -> anyhow::Result<Resource> {
        if id.kind == "Widget" {
            return Ok(widgets(&id.namespace));
        }
        Ok(self.user.mapper().resource_of_kind(&id.group, &id.kind).await?)
    }

    fn client(&self) -> Client {
        self.user.controller()
    }
}

fn judge(timeline: &Timeline, doomed: &Object) -> Option<String> {
    match owner(doomed).filter(|owner| timeline.now().0.contains_key(owner)) {
        Some(owner) => timeline.against_deletion(&owner, &doomed.id()),
        None => Some(format!("{doomed} was deleted, and belongs to nobody of ours")),
    }
}

/// Who owns an object, by its labels.
pub fn owner(object: &Object) -> Option<Key> {
    Some(Key::new(object.label("kustomize.toolkit.fluxcd.io/namespace")?, object.label("kustomize.toolkit.fluxcd.io/name")?))
}

/// The revision of a namespace's files.
pub fn revision(model: &Model, namespace: &str) -> String {
    format!("latest@{}", artifact::pack(&tree(model, namespace)).digest)
}

fn tree(model: &Model, namespace: &str) -> Tree {
    let files = model.files(namespace);
    Tree::from_files(files.iter().map(|(path, text)| (path.as_str(), File::new(text.clone().into_bytes()))))
        .expect("the paths of a model are plain")
}

fn widgets(namespace: &str) -> Resource {
    Resource::namespaced(&format!("{namespace}.sim.sluice.dev/v1"), "Widget", "widgets")
}

fn spec(declared: &Declared) -> Value {
    let depends_on: Vec<Value> = declared.depends_on.iter().map(|name| json!({"name": name})).collect();
    json!({
        "interval": "1h", "retryInterval": "5s", "timeout": "2m", "sourceRef": {"kind": "GitRepository", "name": SOURCE},
        "prune": declared.prune, "force": declared.force, "suspend": declared.suspend, "wait": declared.wait, "dependsOn": depends_on,
    })
}

fn source(namespace: &str) -> Value {
    let metadata = json!({"name": SOURCE, "namespace": namespace, "annotations": {DIRECTORY_ANNOTATION: "/fleet"}});
    let spec = json!({"interval": "1h", "url": "https://localhost/fleet"});
    json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": metadata, "spec": spec})
}

/// What somebody does to an object behind our back.
fn edit(kind: Kind) -> Value {
    match kind {
        Kind::ConfigMap => json!({"data": {"value": "edited", "more": "edited"}}),
        Kind::Role => json!({"rules": []}),
        Kind::Deployment => json!({"spec": {"replicas": 5}}),
        Kind::Widget => json!({"spec": {"value": "edited", "more": "edited"}}),
        Kind::Definition => json!({"metadata": {"annotations": {"edited": "true"}}}),
    }
}

/// The controllers' processes, one after another.
struct Processes {
    random: Random,
    faults: Faults,
    timeline: Arc<Mutex<Timeline>>,
    life: Arc<Mutex<CancellationToken>>,
    disks: Vec<tempfile::TempDir>,
}

impl Processes {
    fn new(seed: u64, world: &World) -> anyhow::Result<Processes> {
        let (faults, timeline, life) = (world.faults.clone(), world.timeline.clone(), world.life.clone());
        Ok(Processes { random: Random::about(seed, "processes"), faults, timeline, life, disks: vec![tempfile::tempdir()?] })
    }

    /// Starts one; when it was killed, another, on the same disk or a new one.
    async fn run(mut self) {
        loop {
            let dead = CancellationToken::new();
            *self.life.lock() = dead.clone();
            let stop = CancellationToken::new();
            let running = self.start(dead.clone(), &stop).expect("controllers start on an empty folder");
            let upstream = tokio::spawn(keep_published(running.sources.clone(), self.timeline.clone()));
            dead.cancelled().await;
            upstream.abort();
            stop.cancel();
            sleep(Duration::from_millis(self.random.below(AWAY_MS_MAX))).await;
            if !self.faults.has_ended() && self.random.chance(30) {
                self.disks.push(tempfile::tempdir().expect("there is room for a folder"));
            }
        }
    }

    fn start(&self, dead: CancellationToken, stop: &CancellationToken) -> Result<Running, artifact::StoreError> {
        let disk: PathBuf = self.disks.last().map(|disk| disk.path().to_owned()).unwrap_or_default();
        let platform = Platform {
            cluster: Cluster::new(self.faults.line(dead)),
            storage: disk,
            advertised: "127.0.0.1:1".into(),
            metrics: Metrics::default(),
            options: Options { backoff: Backoff { max: BACKOFF_MAX, ..Backoff::default() }, ..Options::default() },
        };
        controllers::start(platform, stop)
    }
}

/// Plays the part of `sluice up` with a directory: the newest files become the artifact of each source.
async fn keep_published(sources: SourceContext, timeline: Arc<Mutex<Timeline>>) {
    let mut published = 0;
    loop {
        let (version, model) = newest(&timeline);
        // What cannot be published now is tried again in a moment.
        if published != version && publish_all(&sources, &model).await.is_ok() {
            published = version;
        }
        sleep(PUBLISH_INTERVAL).await;
    }
}

fn newest(timeline: &Mutex<Timeline>) -> (usize, Model) {
    let timeline = timeline.lock();
    (timeline.version(), timeline.now().clone())
}

async fn publish_all(sources: &SourceContext, model: &Model) -> anyhow::Result<()> {
    let mut result = Ok(());
    for namespace in model.namespaces() {
        result = result.and(publish_one(sources, model, &namespace).await);
    }
    result
}

async fn publish_one(sources: &SourceContext, model: &Model, namespace: &str) -> anyhow::Result<()> {
    let source = sources.sources.get("GitRepository", &Key::new(namespace, SOURCE)).context("not seen yet")?;
    let (tree, revision) = (tree(model, namespace), revision(model, namespace));
    let digest: artifact::Digest = revision.trim_start_matches("latest@").parse()?;
    let is_told = source.get("status.artifact.revision").and_then(Value::as_str) == Some(revision.as_str());
    if is_told && sources.sources.artifacts().tree(&digest).is_ok() {
        return Ok(());
    }
    let new = NewArtifact {
        file: format!("{}.tar.gz", digest.hex()),
        content: Content::Tree(tree),
        metadata: Default::default(),
        included: Vec::new(),
        revision,
        news: "stored artifact".into(),
    };
    publish::<GitRepositorySpec>(sources, &source, new).await.map_err(|failure| anyhow::anyhow!("{failure}"))
}
