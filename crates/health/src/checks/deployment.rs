//! Deployment: current when the newest version is rolled out and available, failed when its deadline passed.

use jiff::Timestamp;
use object::Object;

use crate::Health;
use crate::checks::{above, below, first};
use crate::view::{condition, conditions, count, int};

/// A deadline of this many seconds is none: the controller then never says that a rollout progresses.
const NO_DEADLINE: i64 = i32::MAX as i64;

pub fn judge(object: &Object, _: Timestamp) -> Health {
    if let Some(late) =
        conditions(object).find(|condition| condition.r#type == "Progressing" && condition.reason == "ProgressDeadlineExceeded")
    {
        return Health::failed(late.reason, "Progress deadline exceeded");
    }
    let wanted = int(object, "spec.replicas").unwrap_or(1);
    let status = |name: &str| count(object, &format!("status.{name}"));
    let (replicas, updated) = (status("replicas"), status("updatedReplicas"));
    let missing = [
        below("LessReplicas", "Replicas", replicas, wanted),
        below("LessUpdated", "Updated", updated, wanted),
        above(replicas, wanted),
        below("LessAvailable", "Available", status("availableReplicas"), updated),
        below("LessReady", "Ready", status("readyReplicas"), wanted),
        unless(is_rolled_out(object), "ReplicaSetNotAvailable", "ReplicaSet not Available"),
        unless(is_available(object), "DeploymentNotAvailable", "Deployment not Available"),
    ];
    first(missing, || Health::current(format!("Deployment is available. Replicas: {replicas}")))
}

fn unless(holds: bool, reason: &str, message: &str) -> Option<Health> {
    (!holds).then(|| Health::in_progress(reason, message))
}

fn is_rolled_out(object: &Object) -> bool {
    let has_deadline = int(object, "spec.progressDeadlineSeconds").is_some_and(|seconds| seconds != NO_DEADLINE);
    !has_deadline
        || condition(object, "Progressing").is_some_and(|condition| condition.is_true() && condition.reason == "NewReplicaSetAvailable")
}

fn is_available(object: &Object) -> bool {
    condition(object, "Available").is_some_and(|condition| condition.is_true())
}
