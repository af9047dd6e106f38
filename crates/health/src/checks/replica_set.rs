//! ReplicaSet: current when as many pods as wanted are labelled, available and ready.

use jiff::Timestamp;
use object::Object;

use crate::Health;
use crate::checks::{above, below, first};
use crate::view::{conditions, count, int};

pub fn judge(object: &Object, _: Timestamp) -> Health {
    if conditions(object).any(|condition| condition.r#type == "ReplicaFailure" && condition.is_true()) {
        return Health::in_progress("ReplicaFailure", "Replica Failure condition. Check Pods");
    }
    let wanted = int(object, "spec.replicas").unwrap_or(1);
    let replicas = count(object, "status.replicas");
    let missing = [
        below("LessLabelled", "Labelled", count(object, "status.fullyLabeledReplicas"), wanted),
        below("LessAvailable", "Available", count(object, "status.availableReplicas"), wanted),
        below("LessReady", "Ready", count(object, "status.readyReplicas"), wanted),
        above(replicas, wanted),
    ];
    first(missing, || Health::current(format!("ReplicaSet is available. Replicas: {replicas}")))
}
