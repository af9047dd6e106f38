//! Simulated workloads: what a controller-manager and kubelets would report, a moment after each change.
//!
//! Only status is written: no pods run, and none are made. Off unless `Options::simulate_workloads`.

mod status;

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::background::controller::{Controller, put};
use crate::meta;
use crate::objects::Write;
use crate::shared::Shared;
use crate::store::{CollectionId, Event, Key};

/// Workloads that changed, and when they are ready.
pub struct Workloads {
    delay: Duration,
    due: BTreeMap<(CollectionId, Key), Instant>,
}

impl Workloads {
    /// A simulation that takes this long for each change.
    pub fn new(delay: Duration) -> Workloads {
        Workloads { delay, due: BTreeMap::new() }
    }
}

impl Controller for Workloads {
    fn observe(&mut self, id: &CollectionId, event: &Event) {
        if event.deleted || !status::is_simulated(id) {
            return;
        }
        let due = Instant::now() + self.delay;
        self.due.entry((id.clone(), event.new.key.clone())).or_insert(due);
    }

    fn act(&mut self, shared: &Shared) -> Option<Instant> {
        let now = Instant::now();
        let ready: Vec<(CollectionId, Key)> = self.due.iter().filter(|(_, due)| **due <= now).map(|(place, _)| place.clone()).collect();
        for place in ready {
            self.due.remove(&place);
            settle(shared, &place.0, &place.1);
        }
        self.due.values().min().copied()
    }
}

/// Writes the status that a settled workload has, unless it has it already.
fn settle(shared: &Shared, id: &CollectionId, key: &Key) {
    let Some(resolved) = shared.registry.index().by_collection(id) else { return };
    let Some(object) = shared.store.get(id, key) else { return };
    let mut value = object.value();
    let now = meta::timestamp(shared.options.clock.now());
    status::settle(id, &mut value, &now);
    put(Write::internal(shared, &resolved).on_subresource("status"), &object, value);
}
