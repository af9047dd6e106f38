//! DaemonSet: current when every node that should run it runs the newest version.

use jiff::Timestamp;
use object::Object;

use crate::Health;
use crate::checks::{below, first};
use crate::view::{count, int};

pub fn judge(object: &Object, _: Timestamp) -> Health {
    for (path, reason) in [("metadata.generation", "NoGeneration"), ("status.observedGeneration", "NoObservedGeneration")] {
        if int(object, path).is_none() {
            return Health::in_progress(reason, format!("{} {path} not found", object.kind()));
        }
    }
    match int(object, "status.desiredNumberScheduled") {
        Some(wanted) if wanted != -1 => rollout(object, wanted),
        _ => Health::in_progress("NoDesiredNumber", "Missing .status.desiredNumberScheduled"),
    }
}

fn rollout(object: &Object, wanted: i64) -> Health {
    let below = |reason, what, path| below(reason, what, count(object, path), wanted);
    let missing = [
        below("LessCurrent", "Current", "status.currentNumberScheduled"),
        below("LessUpdated", "Updated", "status.updatedNumberScheduled"),
        below("LessAvailable", "Available", "status.numberAvailable"),
        below("LessReady", "Ready", "status.numberReady"),
    ];
    first(missing, || Health::current(format!("All replicas scheduled as expected. Replicas: {wanted}")))
}
