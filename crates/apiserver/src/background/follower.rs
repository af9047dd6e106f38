//! The task that shows every event to every controller. It sleeps until something is written.

use std::collections::HashMap;
use std::sync::{OnceLock, Weak};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::controller::Controller;
use crate::shared::Shared;
use crate::store::{CollectionId, Event};

/// How long writes are gathered before the controllers look at them.
const GATHER_DURATION: Duration = Duration::from_millis(2);

/// Controllers, and how far each collection was shown to them.
pub struct Follower {
    cursors: HashMap<CollectionId, u64>,
    controllers: Vec<Box<dyn Controller>>,
}

impl Follower {
    /// A follower that has shown nothing yet.
    pub fn new(controllers: Vec<Box<dyn Controller>>) -> Follower {
        Follower { cursors: HashMap::new(), controllers }
    }

    /// Follows until the server stops or is dropped.
    pub async fn run(mut self, shared: Weak<Shared>, stop: CancellationToken) {
        let Some(mut changed) = shared.upgrade().map(|shared| shared.store.watch_all()) else { return };
        loop {
            changed.mark_unchanged();
            let Some(next) = shared.upgrade().map(|shared| self.round(&shared)) else { return };
            tokio::select! {
                () = stop.cancelled() => return,
                changed = changed.changed() => if changed.is_err() { return },
                () = sleep_until(next) => {}
            }
            tokio::time::sleep(GATHER_DURATION).await;
        }
    }

    /// Shows every new event to every controller, lets each act, and tells when the next round is due.
    fn round(&mut self, shared: &Shared) -> Option<Instant> {
        for id in shared.store.collections() {
            self.pull(shared, &id);
        }
        self.controllers.iter_mut().filter_map(|controller| controller.act(shared)).min()
    }

    fn pull(&mut self, shared: &Shared, id: &CollectionId) {
        let cursor = self.cursors.get(id).copied().unwrap_or(0);
        let batch = shared.store.events(id, cursor);
        let revision = match batch {
            Ok(batch) => {
                batch.events.iter().for_each(|event| self.show(id, event));
                batch.revision
            }
            Err(_) => self.show_state(shared, id),
        };
        self.cursors.insert(id.clone(), revision);
    }

    /// Shows the whole collection as if it had just been made.
    fn show_state(&mut self, shared: &Shared, id: &CollectionId) -> u64 {
        let snapshot = shared.store.list(id, None);
        for object in snapshot.objects {
            let event = Event { revision: object.revision, old: None, new: object, deleted: false, partial: OnceLock::new() };
            self.show(id, &event);
        }
        snapshot.revision
    }

    fn show(&mut self, id: &CollectionId, event: &Event) {
        self.controllers.iter_mut().for_each(|controller| controller.observe(id, event));
    }
}

async fn sleep_until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
