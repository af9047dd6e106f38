//! One check for each kind that needs one.
//!
//! To add a kind, write `checks/<kind>.rs` with a function from object and time to [`Health`], and one line in [`ALL`].

mod always;
mod custom_resource_definition;
mod daemon_set;
mod deployment;
mod job;
mod persistent_volume_claim;
mod pod;
mod replica_set;
mod service;
mod stateful_set;

pub(crate) use pod::is_unschedulable;

use jiff::Timestamp;
use object::Object;

use crate::Health;

/// How objects of one kind are judged.
pub struct Check {
    /// API group, empty for core.
    pub group: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// The judgement; the generic rules were passed before.
    pub judge: fn(&Object, Timestamp) -> Health,
}

const fn check(group: &'static str, kind: &'static str, judge: fn(&Object, Timestamp) -> Health) -> Check {
    Check { group, kind, judge }
}

/// Every kind with a check of its own.
pub const ALL: &[Check] = &[
    check("", "ConfigMap", always::ready),
    check("", "PersistentVolumeClaim", persistent_volume_claim::judge),
    check("", "Pod", pod::judge),
    check("", "Secret", always::ready),
    check("", "Service", service::judge),
    check("apiextensions.k8s.io", "CustomResourceDefinition", custom_resource_definition::judge),
    check("apps", "DaemonSet", daemon_set::judge),
    check("apps", "Deployment", deployment::judge),
    check("apps", "ReplicaSet", replica_set::judge),
    check("apps", "StatefulSet", stateful_set::judge),
    check("batch", "CronJob", always::ready),
    check("batch", "Job", job::judge),
    check("extensions", "DaemonSet", daemon_set::judge),
    check("extensions", "Deployment", deployment::judge),
    check("extensions", "ReplicaSet", replica_set::judge),
    check("policy", "PodDisruptionBudget", always::computed),
];

/// The check of a kind.
pub fn find(group: &str, kind: &str) -> Option<&'static Check> {
    ALL.iter().find(|check| (check.group, check.kind) == (group, kind))
}

/// A count that is lower than it should be.
fn below(reason: &str, what: &str, have: i64, want: i64) -> Option<Health> {
    (have < want).then(|| Health::in_progress(reason, format!("{what}: {have}/{want}")))
}

/// Pods that are still there and should not be.
fn above(have: i64, want: i64) -> Option<Health> {
    (have > want).then(|| Health::in_progress("ExtraPods", format!("Pending termination: {}", have - want)))
}

/// The first thing that is missing, or the health of an object that misses nothing.
fn first<const N: usize>(missing: [Option<Health>; N], complete: impl FnOnce() -> Health) -> Health {
    missing.into_iter().flatten().next().unwrap_or_else(complete)
}
