//! What is known of the objects that we applied, fed by watches: whether somebody touched them, and how healthy they are.
//!
//! One watch for each kind and cluster, selected by our owner label. Kinds without a status are watched by metadata only.
//! An owner hears of an object when it differs from what we left behind, or when its health changes: that is how drift is
//! corrected when it happens, and how a wait for health ends, without a poll.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use api::names::{KUSTOMIZATION_NAME, KUSTOMIZATION_NAMESPACE};
use apply::{Options, Ownership, ownership};
use cluster::{Change, Cluster, Depth, Error, Resource, Watched};
use futures::{Stream, StreamExt};
use health::Health;
use object::{Object, ObjectId};
use parking_lot::{Mutex, RwLock};
use runtime::{Key, Priority, Queue};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use crate::passing::is_passing_away;
use crate::patience::Patience;

/// How long the first list of a kind may take. A pass that waits longer is tried again later.
const LIST_WAIT_MAX: Duration = Duration::from_secs(30);

/// What is known of one live object.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its uid.
    pub uid: String,
    /// Its resource version, as a number.
    pub version: u64,
    /// Who owns its fields.
    pub ownership: Ownership,
    /// Its health, once a watch has told.
    pub health: Option<Health>,
    /// Deletion was asked for.
    pub is_terminating: bool,
    /// It is finished and goes by itself.
    pub is_passing_away: bool,
}

/// What we left behind when we applied an object last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The digest of what was sent.
    pub digest: plan::Digest,
    /// The uid of what was there afterwards.
    pub uid: String,
    /// Who owned its fields afterwards.
    pub ownership: Ownership,
}

/// The objects of one cluster that we applied. Clones share the content.
#[derive(Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

struct Inner {
    cluster: Cluster,
    queue: Arc<Queue>,
    options: Options,
    objects: RwLock<HashMap<ObjectId, Entry>>,
    kinds: Mutex<HashMap<(String, String), Following>>,
    owned: Mutex<HashMap<Key, HashSet<ObjectId>>>,
}

/// A kind that is watched, until this is dropped.
struct Following {
    is_synced: watch::Receiver<bool>,
    _task: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Entry {
    owner: Option<Key>,
    live: Option<Live>,
    left: Option<Left>,
    patience: Patience,
    /// It was to be written, and nobody knows how that ended.
    is_in_doubt: bool,
    /// When it was made, as far as we made it.
    made_at: Option<Instant>,
    /// It was finished and is gone.
    has_passed: bool,
}

impl Index {
    /// An empty index. `queue` hears the keys of owners.
    pub fn new(cluster: Cluster, queue: Arc<Queue>, options: Options) -> Index {
        Index {
            inner: Arc::new(Inner {
                cluster,
                queue,
                options,
                objects: RwLock::default(),
                kinds: Mutex::default(),
                owned: Mutex::default(),
            }),
        }
    }

    /// Watches a kind from now on and waits until its objects are known, [`LIST_WAIT_MAX`] at most.
    ///
    /// The error means that nothing may be concluded from what is not in the index.
    pub async fn watch(&self, resource: &Resource) -> Result<(), Error> {
        let key = (resource.gvk.group.clone(), resource.gvk.kind.clone());
        let mut is_synced = self.inner.kinds.lock().entry(key).or_insert_with(|| self.start(resource.clone())).is_synced.clone();
        let listed = tokio::time::timeout(LIST_WAIT_MAX, is_synced.wait_for(|is_synced| *is_synced)).await;
        match listed {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Error::Unreachable(format!("{} cannot be listed", resource.plural))),
        }
    }

    /// What is known of a live object.
    pub fn live(&self, id: &ObjectId) -> Option<Live> {
        self.inner.objects.read().get(id)?.live.clone()
    }

    /// Whether nothing is to be done to what is wanted: it is as we left it, or it passed away and was made less than `rest` ago.
    pub fn is_at_rest(&self, id: &ObjectId, digest: plan::Digest, rest: Duration) -> bool {
        let objects = self.inner.objects.read();
        let left_so = |entry: &&Entry| entry.left.as_ref().is_some_and(|left| left.digest == digest);
        objects.get(id).filter(left_so).is_some_and(|entry| entry.is_as_left() || entry.has_passed_within(rest))
    }

    /// Notes what we left behind, and takes it as live until a watch tells more.
    pub fn leave(&self, id: &ObjectId, owner: &Key, left: Left, version: u64) {
        let mut objects = self.inner.objects.write();
        let entry = objects.entry(id.clone()).or_default();
        if entry.live.as_ref().is_none_or(|live| live.uid != left.uid || live.version < version) {
            let health = (depth(&id.group, &id.kind) == Depth::Metadata).then(present);
            let (uid, ownership) = (left.uid.clone(), left.ownership);
            entry.live = Some(Live { uid, version, ownership, health, is_terminating: false, is_passing_away: false });
        }
        if entry.left.as_ref().is_none_or(|known| known.uid != left.uid) {
            entry.made_at = Some(Instant::now());
        }
        entry.has_passed = false;
        self.give(entry, id, Some(owner.clone()));
        entry.left = Some(left);
        entry.is_in_doubt = false;
        let has_news = entry.live.as_ref().is_some_and(|live| live.version > version);
        if has_news && !entry.is_as_left() {
            self.tell(Some(owner), Duration::ZERO);
        }
    }

    /// Notes that an object is about to be written for an owner. From now on it may be there, and until the write is known to
    /// have come to its end nothing is known of what it holds: the fields may be ours already, and their values not.
    pub fn announce(&self, id: &ObjectId, owner: &Key) {
        self.own(Some(owner), id);
        if let Some(entry) = self.inner.objects.write().get_mut(id) {
            entry.is_in_doubt = true;
        }
    }

    /// Notes that an object was written although nothing else was wanted than before: somebody had touched it.
    pub fn corrected(&self, id: &ObjectId, digest: plan::Digest) {
        let mut objects = self.inner.objects.write();
        let entry = objects.get_mut(id).filter(|entry| entry.left.as_ref().is_some_and(|left| left.digest == digest));
        if let Some(entry) = entry {
            entry.patience.corrected();
        }
    }

    /// The objects that carry the labels of an owner.
    pub fn owned(&self, owner: &Key) -> Vec<ObjectId> {
        self.inner.owned.lock().get(owner).map(|ids| ids.iter().cloned().collect()).unwrap_or_default()
    }

    /// Forgets what an owner left behind of an object: it is no longer its own. What it is to another stays known.
    pub fn forget(&self, id: &ObjectId, owner: &Key) {
        let mut objects = self.inner.objects.write();
        if objects.get(id).is_some_and(|entry| entry.owner.as_ref().is_none_or(|known| known == owner)) {
            objects.remove(id);
        }
        self.disown(Some(owner), id);
    }

    fn start(&self, resource: Resource) -> Following {
        let (synced, is_synced) = watch::channel(false);
        let watched = Watched { labels: KUSTOMIZATION_NAME.to_owned(), ..Watched::default() };
        let depth = depth(&resource.gvk.group, &resource.gvk.kind);
        let changes = cluster::watch(&self.inner.cluster, &resource, &watched, depth);
        let task = tokio::spawn(Index::follow(Arc::downgrade(&self.inner), resource, changes, synced));
        Following { is_synced, _task: AbortOnDropHandle::new(task) }
    }

    /// Takes in changes as long as somebody uses the index.
    async fn follow(inner: Weak<Inner>, resource: Resource, changes: impl Stream<Item = Change>, synced: watch::Sender<bool>) {
        let depth = depth(&resource.gvk.group, &resource.gvk.kind);
        let mut changes = std::pin::pin!(changes);
        let mut listed = HashSet::new();
        while let Some(change) = changes.next().await {
            let Some(index) = inner.upgrade().map(|inner| Index { inner }) else { return };
            match change {
                Change::Listing => listed.clear(),
                Change::Is(object) => {
                    listed.insert(object.id());
                    index.is(&object, depth, *synced.borrow());
                }
                Change::Gone(object) => index.gone(&object.id(), is_passing_away(&object)),
                Change::Listed => {
                    index.keep_only(&resource, &std::mem::take(&mut listed));
                    synced.send_replace(true);
                }
            }
        }
    }

    /// `is_synced` says that owners may have concluded that there is nothing else.
    fn is(&self, object: &Object, depth: Depth, is_synced: bool) {
        let health = if depth == Depth::Metadata { present() } else { health::health(object, jiff::Timestamp::now()) };
        let live = Live {
            uid: object.uid().to_owned(),
            version: object.resource_version().parse().unwrap_or(0),
            ownership: ownership(object, &self.inner.options),
            health: Some(health),
            is_terminating: object.is_terminating(),
            is_passing_away: is_passing_away(object),
        };
        let mut objects = self.inner.objects.write();
        let entry = objects.entry(object.id()).or_default();
        if entry.live.as_ref().is_some_and(|known| known.uid == live.uid && known.version > live.version) {
            return;
        }
        let is_surprise = self.give(entry, &object.id(), owner(object)) && is_synced;
        let news = entry.live.as_ref().is_none_or(|known| known.health != live.health || known.is_terminating != live.is_terminating);
        entry.live = Some(live);
        if entry.left.is_some() && (news || !entry.is_as_left()) {
            let delay = if entry.is_as_left() { Duration::ZERO } else { entry.patience.delay() };
            self.tell(entry.owner.as_ref(), delay);
        } else if is_surprise {
            // A write that arrived late, perhaps one of a process that is no more.
            self.tell(entry.owner.as_ref(), Duration::ZERO);
        }
    }

    fn gone(&self, id: &ObjectId, is_passing_away: bool) {
        let mut objects = self.inner.objects.write();
        let Some(entry) = objects.get_mut(id) else { return };
        let live = entry.live.take();
        entry.has_passed = is_passing_away || live.is_some_and(|live| live.is_passing_away);
        self.disown(entry.owner.as_ref(), id);
        self.tell(entry.owner.as_ref(), entry.patience.delay());
        if entry.left.is_none() {
            objects.remove(id);
        }
    }

    /// After a new list: what is not in it is gone.
    fn keep_only(&self, resource: &Resource, listed: &HashSet<ObjectId>) {
        let of_kind = |id: &&ObjectId| id.group == resource.gvk.group && id.kind == resource.gvk.kind;
        let missing: Vec<ObjectId> = self.inner.objects.read().keys().filter(of_kind).filter(|id| !listed.contains(*id)).cloned().collect();
        missing.iter().for_each(|id| self.gone(id, false));
    }

    /// Makes somebody the owner of an object; whether that is news.
    fn give(&self, entry: &mut Entry, id: &ObjectId, owner: Option<Key>) -> bool {
        if entry.owner != owner {
            self.disown(entry.owner.as_ref(), id);
            entry.owner = owner;
        }
        self.own(entry.owner.as_ref(), id)
    }

    fn own(&self, owner: Option<&Key>, id: &ObjectId) -> bool {
        owner.is_some_and(|owner| self.inner.owned.lock().entry(owner.clone()).or_default().insert(id.clone()))
    }

    fn disown(&self, owner: Option<&Key>, id: &ObjectId) {
        let Some(owner) = owner else { return };
        let mut owned = self.inner.owned.lock();
        let Some(ids) = owned.get_mut(owner) else { return };
        ids.remove(id);
        if ids.is_empty() {
            owned.remove(owner);
        }
    }

    fn tell(&self, owner: Option<&Key>, delay: Duration) {
        match owner {
            Some(owner) if delay.is_zero() => self.inner.queue.add(owner.clone(), Priority::Changed),
            Some(owner) => self.inner.queue.add_after(owner.clone(), delay, Priority::Changed),
            None => {}
        }
    }
}

impl Entry {
    fn has_passed_within(&self, rest: Duration) -> bool {
        let is_passing = self.has_passed || self.live.as_ref().is_some_and(|live| live.is_terminating && live.is_passing_away);
        is_passing && self.made_at.is_some_and(|made_at| made_at.elapsed() < rest)
    }

    fn is_as_left(&self) -> bool {
        let (Some(live), Some(left), false) = (&self.live, &self.left, self.is_in_doubt) else { return false };
        live.uid == left.uid && live.ownership == left.ownership && !live.ownership.is_contested && !live.is_terminating
    }
}

/// The health of what needs nothing but to exist.
fn present() -> Health {
    Health::current("Resource is current")
}

fn owner(object: &Object) -> Option<Key> {
    Some(Key::new(object.label(KUSTOMIZATION_NAMESPACE)?, object.label(KUSTOMIZATION_NAME)?))
}

fn depth(group: &str, kind: &str) -> Depth {
    if has_no_health(group, kind) { Depth::Metadata } else { Depth::Full }
}

/// Built-in kinds without a status are current as soon as they exist.
fn has_no_health(group: &str, kind: &str) -> bool {
    matches!(
        (group, kind),
        ("", "ConfigMap" | "Secret" | "ServiceAccount" | "LimitRange")
            | ("rbac.authorization.k8s.io", _)
            | ("networking.k8s.io", "NetworkPolicy" | "IngressClass")
            | ("scheduling.k8s.io" | "storage.k8s.io" | "admissionregistration.k8s.io", _)
    )
}
