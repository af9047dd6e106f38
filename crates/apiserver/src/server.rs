//! The server: everything that requests and background tasks share, and the handle that owners hold.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::Error;
use crate::options::{self, Options};
use crate::rbac::RbacIndex;
use crate::registry::{Registry, Resolved, read_definition};
use crate::service::ApiService;
use crate::store::{Change, CollectionId, Expect, Key, Refused, Store, Stored};
use crate::tls::Authority;
use crate::workloads::Workloads;
use crate::{
    auth::{Signer, User},
    background, bootstrap, rbac,
};

/// Where definitions of custom resources are stored.
pub(crate) const DEFINITIONS: &str = "apiextensions.k8s.io/customresourcedefinitions";

/// What requests and background tasks share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub options: Options,
    pub store: Store,
    pub registry: Registry,
    pub in_flight: Semaphore,
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
    pub authority: Authority,
    pub signer: Signer,
    pub rbac: RbacIndex,
    pub definitions: Mutex<()>,
}

/// A running API server. Cheap to clone; it stops with [`ApiServer::shutdown`] or when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct ApiServer {
    shared: Arc<Shared>,
    _guard: Arc<StopOnDrop>,
}

#[derive(Debug)]
struct StopOnDrop(CancellationToken);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl ApiServer {
    /// Opens a server: reads the store, makes the standing objects and starts the background tasks.
    ///
    /// Must be called inside a tokio runtime.
    pub fn open(options: Options) -> Result<ApiServer, Error> {
        tokio::runtime::Handle::try_current().map_err(|_| Error::NoRuntime)?;
        let store = match &options.store {
            options::Store::Memory => Store::memory(),
            options::Store::File(path) => Store::file(path)?,
        };
        let stop = CancellationToken::new();
        let in_flight = Semaphore::new(options.in_flight_max);
        let shared = Arc::new(Shared {
            authority: Authority::open(&store)?,
            signer: Signer::open(&store)?,
            rbac: RbacIndex::new(),
            definitions: Mutex::new(()),
            registry: Registry::new(),
            stop: stop.clone(),
            tasks: TaskTracker::new(),
            options,
            store,
            in_flight,
        });
        shared.load_definitions();
        bootstrap::make_standing_objects(&shared);
        if shared.options.authorization == options::Authorization::Rbac {
            rbac::make_default_roles(&shared);
        }
        let workloads = Workloads::new(shared.options.workload_delay);
        let simulated = shared.options.simulate_workloads.then(|| Box::new(workloads) as Box<dyn background::Controller>);
        background::start(&shared, simulated.into_iter().collect());
        Ok(ApiServer { shared, _guard: Arc::new(StopOnDrop(stop)) })
    }

    /// The service for in-process clients: requests come from the administrator, and may impersonate.
    ///
    /// `kube::Client::new(server.service(), "default")` is a complete client.
    pub fn service(&self) -> ApiService {
        ApiService::new(self.shared.clone(), Some(User::admin()))
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// Stops the background tasks and ends every watch.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        self.shared.store.flushed().await;
    }
}

impl Shared {
    /// Writes to the store, and keeps what is derived from objects in step: the registry of custom resources.
    pub fn commit(&self, id: &CollectionId, key: &Key, expect: Expect, change: Change) -> Result<Arc<Stored>, Refused> {
        let deleted = matches!(change, Change::Delete(_));
        // Two writers of one definition must reach the registry in the order in which they reached the store.
        let _turn = (&**id == DEFINITIONS).then(|| self.definitions.lock());
        let object = self.store.commit(id, key, expect, change)?;
        if &**id == DEFINITIONS {
            self.follow_definition(&object.value(), deleted);
        }
        Ok(object)
    }

    /// Reads one object of a built-in collection.
    pub fn get(&self, id: &str, namespace: &str, name: &str) -> Option<Arc<Stored>> {
        self.store.get(id, &Key::new(namespace, name))
    }

    /// A built-in resource at its storage version.
    pub fn builtin(&self, group: &str, plural: &str) -> Resolved {
        let resource = self.registry.index().get(group, plural).cloned().expect("asked only for built-in resources");
        Resolved { resource, at: 0 }
    }

    /// A new uid.
    pub fn new_uid(&self) -> String {
        uuid::Uuid::new_v4().to_string()
    }

    fn load_definitions(&self) {
        for definition in self.store.list(DEFINITIONS, None).objects {
            self.follow_definition(&definition.value(), false);
        }
    }

    fn follow_definition(&self, definition: &Value, deleted: bool) {
        let Some(resource) = read_definition(definition) else { return };
        if deleted || !is_established(definition) {
            self.registry.remove(&resource.group, &resource.plural);
        } else {
            self.registry.put(resource);
        }
    }
}

fn is_established(definition: &Value) -> bool {
    let conditions = definition["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|condition| condition["type"] == "Established" && condition["status"] == "True")
}
