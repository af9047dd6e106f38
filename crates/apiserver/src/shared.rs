//! What requests and background tasks share: the store, and what is derived from it and kept in step with it.
//!
//! Refuses to know requests, and what objects mean. Everything above takes it as an argument.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::Error;
use crate::options::{self, Options};
use crate::rbac::RbacIndex;
use crate::registry::{DEFINITIONS, Registry, is_established, read_definition};
use crate::store::{Change, CollectionId, Expect, Key, Refused, Store, Stored};
use crate::tls::Authority;
use crate::tokens::Signer;

/// What requests and background tasks share.
#[derive(Debug)]
pub struct Shared {
    /// What the server was told when it opened.
    pub options: Options,
    /// All objects.
    pub store: Store,
    /// The served resources.
    pub registry: Registry,
    /// Places for requests beside watches.
    pub in_flight: Semaphore,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
    /// Every task of the server.
    pub tasks: TaskTracker,
    /// Makes certificates.
    pub authority: Authority,
    /// Makes and reads tokens of service accounts.
    pub signer: Signer,
    /// Roles and bindings.
    pub rbac: RbacIndex,
    /// Held by whoever writes a definition.
    definitions: Mutex<()>,
}

impl Shared {
    /// Opens the store and derives the rest from it.
    pub fn open(options: Options) -> Result<Shared, Error> {
        let store = match &options.store {
            options::Store::Memory => Store::memory(),
            options::Store::File(path) => Store::file(path)?,
        };
        let shared = Shared {
            authority: Authority::open(&store)?,
            signer: Signer::open(&store)?,
            rbac: RbacIndex::new(),
            definitions: Mutex::new(()),
            registry: Registry::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            in_flight: Semaphore::new(options.in_flight_max),
            options,
            store,
        };
        shared.load_definitions();
        Ok(shared)
    }

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
