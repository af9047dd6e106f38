//! Pod: current when it is ready or has ended, whether well or not.

use jiff::{SignedDuration, Timestamp};
use object::{Object, Value};

use crate::Health;
use crate::view::{condition, list, text};

/// How long a pod may wait for a node before it counts as failed.
const SCHEDULE_WINDOW: SignedDuration = SignedDuration::from_secs(15);

pub fn judge(object: &Object, now: Timestamp) -> Health {
    match text(object, "status.phase") {
        "Succeeded" => Health::current("Pod has completed successfully"),
        "Failed" => Health::current("Pod has completed, but not successfully"),
        "Running" => running(object),
        "Pending" => pending(object, now),
        "" => Health::in_progress("PodNotObserved", "Pod phase not available"),
        phase => Health::unknown(format!("unknown phase {phase}")),
    }
}

fn running(object: &Object) -> Health {
    if condition(object, "Ready").is_some_and(|ready| ready.is_true()) {
        return Health::current("Pod is Ready");
    }
    let crashing: Vec<&str> = list(object, "status.containerStatuses").iter().filter_map(crash_looping).collect();
    if crashing.is_empty() {
        return Health::in_progress("PodRunningNotReady", "Pod is running but is not Ready");
    }
    Health::failed("ContainerCrashLooping", format!("Containers in CrashLoop state: {}", crashing.join(",")))
}

/// The name of a container that is started again and again.
fn crash_looping(status: &Value) -> Option<&str> {
    let reason = status.get("state")?.get("waiting")?.get("reason")?;
    if reason == "CrashLoopBackOff" { status.get("name")?.as_str() } else { None }
}

fn pending(object: &Object, now: Timestamp) -> Health {
    if !is_unschedulable(object) {
        return Health::in_progress("PodPending", "Pod is in the Pending phase");
    }
    let created = text(object, "metadata.creationTimestamp").parse::<Timestamp>().unwrap_or(Timestamp::UNIX_EPOCH);
    if now.duration_since(created) < SCHEDULE_WINDOW {
        return Health::in_progress("PodNotScheduled", "Pod has not been scheduled");
    }
    Health::failed("PodUnschedulable", "Pod could not be scheduled")
}

/// Whether no node takes the pod now; a larger cluster may.
pub fn is_unschedulable(object: &Object) -> bool {
    condition(object, "PodScheduled").is_some_and(|scheduled| scheduled.is_false() && scheduled.reason == "Unschedulable")
}
