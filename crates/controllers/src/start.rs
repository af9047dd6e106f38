//! Starts everything: stores and their watches, queues, controllers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use api::condition::READY;
use api::{GitRepositorySpec, KustomizationSpec, OCIRepositorySpec, Resource as Typed, names};
use cluster::{Change, Cluster, Depth, Resource, Watched};
use futures::StreamExt;
use object::{Object, Value};
use runtime::{Backoff, Events, Key, Metrics, Priority, Queue, Reconcile, Store, feed};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::kustomization;
use crate::referrers::Referrers;
use crate::sites::Sites;
use crate::sources::{self, Source, Sources};
use crate::{Options, kinds};

/// The longest wait of a Kustomization for an API server that fails. A source waits longer: its upstream is somebody else's.
const KUSTOMIZATION_BACKOFF_MAX: Duration = Duration::from_secs(60);

/// What the controllers run on.
pub struct Platform {
    /// The cluster.
    pub cluster: Cluster,
    /// Where artifacts are stored.
    pub storage: PathBuf,
    /// The address under which other processes reach the artifact server.
    pub advertised: String,
    /// Where metrics are counted.
    pub metrics: Metrics,
    /// How it runs.
    pub options: Options,
}

/// Controllers that run.
pub struct Running {
    /// The sources as last seen and their content.
    pub sources: sources::Context,
    /// The Kustomizations as last seen.
    pub kustomizations: Store,
    tracker: TaskTracker,
}

impl Running {
    /// Waits until every kind was listed once.
    pub async fn synced(&self) {
        self.kustomizations.synced().await;
        for (kind, _) in sources::kinds() {
            if let Some(store) = self.sources.sources.store(kind) {
                store.synced().await;
            }
        }
    }

    /// Says whether every kind was listed once.
    pub fn readiness(&self) -> Arc<dyn Fn() -> bool + Send + Sync> {
        let sources = self.sources.sources.clone();
        let kustomizations = self.kustomizations.clone();
        Arc::new(move || {
            let all = sources::kinds();
            let mut stores = all.iter().filter_map(|(kind, _)| sources.store(kind));
            kustomizations.is_synced() && stores.all(Store::is_synced)
        })
    }

    /// Waits for the passes that still run. Call it after the stop was asked for.
    pub async fn finish(self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// Starts all controllers. They run until `stop`, and finish the passes they are in.
pub fn start(platform: Platform, stop: &CancellationToken) -> Result<Running, artifact::StoreError> {
    let Platform { cluster, storage, advertised, metrics, options } = platform;
    let artifacts = Arc::new(artifact::Store::open(storage, options.artifacts)?);
    let all = Sources::new(artifacts, source::Clients::new(source::ClientsOptions::default()));
    let tracker = TaskTracker::new();
    let kustomizations = Store::default();
    let users = Users { referrers: Referrers::new(kustomizations.clone(), kustomization::things), queue: Arc::default() };
    let starter = Starter { cluster: cluster.clone(), options: options.clone(), metrics, stop: stop.clone(), tracker: tracker.clone() };

    let context = kustomization::Context {
        cluster: cluster.clone(),
        sites: Sites::new(cluster.clone(), users.queue.clone(), kustomization::apply_options(&options)),
        kustomizations: kustomizations.clone(),
        referrers: users.referrers.clone(),
        sources: all.clone(),
        events: Events::start(cluster.controller(), names::KUSTOMIZE_MANAGER),
        options: options.clone(),
    };
    starter.follow_kustomizations(&kustomizations, &users);
    for (kind, resource) in [("ConfigMap", kinds::config_maps()), ("Secret", kinds::secrets())] {
        starter.follow_labelled(kind, resource, &users);
    }
    let backoff = Backoff { max: options.backoff.max.min(KUSTOMIZATION_BACKOFF_MAX), ..options.backoff };
    starter.run(kustomization::Controller::new(context), users.queue.clone(), backoff);

    let context = sources::Context {
        cluster: cluster.clone(),
        sources: all,
        events: Events::start(cluster.controller(), names::SOURCE_MANAGER),
        options,
        advertised: advertised.into(),
    };
    starter.source::<GitRepositorySpec>(&context, &users);
    starter.source::<OCIRepositorySpec>(&context, &users);
    for kind in ["Bucket", "ExternalArtifact"] {
        starter.follow_source(&context, kind, None, &users);
    }
    Ok(Running { sources: context, kustomizations, tracker })
}

/// The objects of one kind, as those who refer to things: they look again when one changes.
#[derive(Clone)]
struct Users {
    referrers: Referrers,
    queue: Arc<Queue>,
}

impl Users {
    /// Those who refer to a thing look again.
    fn tell(&self, kind: &'static str, key: &Key) {
        self.referrers.of(kind, key).into_iter().for_each(|user| self.queue.add(user, Priority::Changed));
    }

    /// One of them changed itself.
    fn look(&self, key: &Key, before: Option<&Object>, after: Option<&Object>) {
        if spec(before) != spec(after) {
            self.referrers.note(key);
        }
        wake(&self.queue, key, before, after);
    }
}

struct Starter {
    cluster: Cluster,
    options: Options,
    metrics: Metrics,
    stop: CancellationToken,
    tracker: TaskTracker,
}

impl Starter {
    fn run<R: Reconcile>(&self, reconcile: R, queue: Arc<Queue>, backoff: Backoff) {
        let workers = self.options.concurrent;
        self.tracker.spawn(runtime::run(Arc::new(reconcile), queue, workers, backoff, self.metrics.clone(), self.stop.clone()));
    }

    /// A kind of source: its watch, its queue and its controller.
    fn source<S: Source>(&self, context: &sources::Context, users: &Users) {
        let Some(store) = context.sources.store(S::DEFINITION.kind) else { return };
        let own = Users { referrers: Referrers::new(store.clone(), S::things), queue: Arc::default() };
        self.follow_source(context, S::DEFINITION.kind, Some(own.clone()), users);
        self.run(sources::Controller::<S>::new(context.clone()), own.queue, self.options.backoff);
    }

    /// Follows a kind of source. `own` are the objects of that kind and hear of specs too; everybody hears of new artifacts.
    fn follow_source(&self, context: &sources::Context, kind: &'static str, own: Option<Users>, users: &Users) {
        let resource = sources::kinds().into_iter().find(|(name, _)| *name == kind).map(|(_, resource)| resource);
        let (Some(resource), Some(store)) = (resource, context.sources.store(kind)) else { return };
        let users = users.clone();
        self.feed(store.clone(), resource, move |before, after| {
            let Some(key) = after.or(before).map(Key::of) else { return };
            if let Some(own) = &own {
                own.look(&key, before, after);
            }
            if artifact(before) != artifact(after) {
                own.iter().chain([&users]).for_each(|users| users.tell(kind, &key));
            }
        });
    }

    fn follow_kustomizations(&self, store: &Store, users: &Users) {
        let users = users.clone();
        self.feed(store.clone(), kinds::resource::<KustomizationSpec>(), move |before, after| {
            let Some(key) = after.or(before).map(Key::of) else { return };
            users.look(&key, before, after);
            if applied(before) != applied(after) {
                users.tell(kustomization::KIND, &key);
            }
        });
    }

    /// Labelled ConfigMaps and Secrets wake the Kustomizations that refer to them. Only their metadata is read.
    fn follow_labelled(&self, kind: &'static str, resource: Resource, users: &Users) {
        let labels = self.options.config_label_selector.clone();
        let watched = Watched { namespace: self.options.namespace.clone(), labels, ..Watched::default() };
        let mut changes = Box::pin(cluster::watch(&self.cluster, &resource, &watched, Depth::Metadata));
        let (users, stop) = (users.clone(), self.stop.clone());
        tokio::spawn(async move {
            while let Some(Some(change)) = stop.run_until_cancelled(changes.next()).await {
                let (Change::Is(object) | Change::Gone(object)) = change else { continue };
                users.tell(kind, &Key::of(&object));
            }
        });
    }

    fn feed(&self, store: Store, resource: Resource, changed: impl Fn(Option<&Object>, Option<&Object>) + Send + Sync + 'static) {
        let watched =
            Watched { namespace: self.options.namespace.clone(), labels: self.options.label_selector.clone(), ..Watched::default() };
        store.on_change(changed);
        let (cluster, stop) = (self.cluster.clone(), self.stop.clone());
        tokio::spawn(async move {
            tokio::select! { () = feed(store, cluster, resource, watched) => {}, () = stop.cancelled() => {} }
        });
    }
}

/// A changed spec, a request, a deletion or a removed object is looked at; other changes of metadata and status are not.
fn wake(queue: &Queue, key: &Key, before: Option<&Object>, after: Option<&Object>) {
    let (Some(before), Some(after)) = (before, after) else { return queue.add(key.clone(), Priority::Changed) };
    let request = |object: &Object| object.annotation(names::REQUESTED_AT).map(str::to_owned);
    let prune = |object: &Object| kustomization::GUARD_ANNOTATIONS.map(|name| object.annotation(name).map(str::to_owned));
    if request(before) != request(after) {
        queue.add(key.clone(), Priority::Asked);
    } else if spec(Some(before)) != spec(Some(after)) || before.is_terminating() != after.is_terminating() || prune(before) != prune(after)
    {
        queue.add(key.clone(), Priority::Changed);
    }
}

/// What tells one spec from another: the object and its generation.
fn spec(object: Option<&Object>) -> Option<(&str, i64)> {
    object.map(|object| (object.uid(), object.generation()))
}

/// What tells one artifact from another.
fn artifact(object: Option<&Object>) -> Option<(&Value, &Value)> {
    let artifact = object?.get("status.artifact")?;
    Some((artifact.get("revision")?, artifact.get("digest")?))
}

/// What dependents wait for: readiness, the observed generation and the applied revision.
fn applied(object: Option<&Object>) -> Option<(bool, Value, Value)> {
    let typed = Typed::<KustomizationSpec>::try_from(object?).ok()?;
    let status = &typed.status;
    Some((status.conditions.is_true(READY), status.observed_generation.into(), status.last_applied_revision.clone().into()))
}
