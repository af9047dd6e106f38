//! What the pods of a workload add to its own health.

use jiff::Timestamp;
use object::Object;

use crate::checks::is_unschedulable;
use crate::{Health, Status, health};

/// The health of a ReplicaSet or a StatefulSet, given its pods.
///
/// A workload on its way has failed when a pod of it has, save for pods that are being deleted and pods that wait for a node.
pub fn with_pods<'a>(workload: Health, pods: impl IntoIterator<Item = &'a Object>, now: Timestamp) -> Health {
    if workload.status != Status::InProgress {
        return workload;
    }
    let failed = |pod: &&Object| !is_unschedulable(pod) && health(pod, now).status == Status::Failed;
    match pods.into_iter().filter(failed).count() {
        0 => workload,
        count => Health::failed("", format!("{count} pods have failed")),
    }
}
