//! StatefulSet: current when the rollout, or the part of it that its partition asks for, is done.

use jiff::Timestamp;
use object::Object;

use crate::Health;
use crate::checks::{above, below, first};
use crate::view::{count, int, text};

pub fn judge(object: &Object, _: Timestamp) -> Health {
    if text(object, "spec.updateStrategy.type") == "OnDelete" {
        return Health::current("StatefulSet is using the ondelete update strategy");
    }
    let wanted = int(object, "spec.replicas").unwrap_or(1);
    let replicas = count(object, "status.replicas");
    let missing = [
        below("LessReplicas", "Replicas", replicas, wanted),
        below("LessReady", "Ready", count(object, "status.readyReplicas"), wanted),
        above(replicas, wanted),
    ];
    first(missing, || match int(object, "spec.updateStrategy.rollingUpdate.partition") {
        Some(partition) if partition != -1 => partitioned(object, wanted - partition),
        _ => complete(object, wanted),
    })
}

/// Only the pods from the partition up are updated.
fn partitioned(object: &Object, wanted: i64) -> Health {
    let updated = count(object, "status.updatedReplicas");
    let missing = [below("PartitionRollout", "updated", updated, wanted)];
    first(missing, || Health::current(format!("Partition rollout complete. updated: {updated}")))
}

fn complete(object: &Object, wanted: i64) -> Health {
    let same_revision = text(object, "status.currentRevision") == text(object, "status.updateRevision");
    let mismatch = || Health::in_progress("RevisionMismatch", "Waiting for updated revision to match current");
    let missing = [below("LessCurrent", "current", count(object, "status.currentReplicas"), wanted), (!same_revision).then(mismatch)];
    first(missing, || Health::current(format!("All replicas scheduled as expected. Replicas: {}", count(object, "status.replicas"))))
}
