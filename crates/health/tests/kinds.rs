//! Each kind through its life, with the messages that people see.
#![allow(clippy::unwrap_used)] // A test may fail loudly anywhere, helpers included.

use health::Status::{Current, Failed, InProgress, Terminating, Unknown};
use health::{Health, Status, health, with_pods};
use jiff::Timestamp;
use object::{Object, Value};
use serde_json::json;

fn object(api_version: &str, kind: &str, data: Value) -> Object {
    let mut object = json!({"apiVersion": api_version, "kind": kind});
    object.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
    Object::new(object).unwrap()
}

fn check(api_version: &str, kind: &str, cases: &[(Value, Status, &str)]) {
    for (data, status, message) in cases {
        let found = health(&object(api_version, kind, data.clone()), Timestamp::UNIX_EPOCH);
        assert_eq!((found.status, found.message.as_str()), (*status, *message), "{kind} {data}");
    }
}

#[test]
fn any_kind() {
    check(
        "a/v1",
        "A",
        &[
            (json!({}), Current, "Resource is current"),
            (json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}), Terminating, "Resource scheduled for deletion"),
            (
                json!({"metadata": {"generation": 2}, "status": {"observedGeneration": 1}}),
                InProgress,
                "A generation is 2, but latest observed generation is 1",
            ),
            (json!({"status": {"conditions": [{"type": "Reconciling", "status": "True", "message": "on it"}]}}), InProgress, "on it"),
            (json!({"status": {"conditions": [{"type": "Stalled", "status": "True", "message": "stuck"}]}}), Failed, "stuck"),
            (json!({"status": {"conditions": [{"type": "Ready", "status": "False", "message": "not yet"}]}}), InProgress, "not yet"),
            (json!({"status": {"conditions": [{"type": "Ready", "status": "True", "message": "yes"}]}}), Current, "Resource is Ready"),
            (json!({"status": {"conditions": "wrong"}}), Current, "Resource is current"),
        ],
    );
}

#[test]
fn deployments() {
    let available = json!([{"type": "Available", "status": "True"}]);
    check(
        "apps/v1",
        "Deployment",
        &[
            (json!({}), InProgress, "Replicas: 0/1"),
            (json!({"spec": {"replicas": 2}, "status": {"replicas": 2, "updatedReplicas": 1}}), InProgress, "Updated: 1/2"),
            (json!({"spec": {"replicas": 1}, "status": {"replicas": 3, "updatedReplicas": 1}}), InProgress, "Pending termination: 2"),
            (json!({"status": {"replicas": 1, "updatedReplicas": 1}}), InProgress, "Available: 0/1"),
            (json!({"status": {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}}), InProgress, "Ready: 0/1"),
            (json!({"spec": {"replicas": 0}}), InProgress, "Deployment not Available"),
            (json!({"spec": {"replicas": 0}, "status": {"conditions": available}}), Current, "Deployment is available. Replicas: 0"),
            (
                json!({"spec": {"replicas": 0, "progressDeadlineSeconds": 600}, "status": {"conditions": available}}),
                InProgress,
                "ReplicaSet not Available",
            ),
            (
                json!({"status": {"conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}}),
                Failed,
                "Progress deadline exceeded",
            ),
        ],
    );
}

#[test]
fn stateful_sets() {
    let done = json!({"replicas": 3, "readyReplicas": 3, "currentReplicas": 3, "updatedReplicas": 1});
    let partition = |partition: i64| json!({"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": partition}}});
    check(
        "apps/v1",
        "StatefulSet",
        &[
            (json!({"spec": {"updateStrategy": {"type": "OnDelete"}}}), Current, "StatefulSet is using the ondelete update strategy"),
            (json!({"spec": {"replicas": 3}, "status": {"replicas": 3, "readyReplicas": 2}}), InProgress, "Ready: 2/3"),
            (json!({"spec": {"replicas": 3}, "status": done}), Current, "All replicas scheduled as expected. Replicas: 3"),
            (json!({"spec": partition(2), "status": done}), Current, "Partition rollout complete. updated: 1"),
            (json!({"spec": partition(1), "status": done}), InProgress, "updated: 1/2"),
            (
                json!({"status": {"replicas": 1, "readyReplicas": 1, "currentReplicas": 1, "updateRevision": "b"}}),
                InProgress,
                "Waiting for updated revision to match current",
            ),
        ],
    );
}

#[test]
fn daemon_sets_and_replica_sets() {
    check(
        "apps/v1",
        "DaemonSet",
        &[
            (json!({}), InProgress, "DaemonSet metadata.generation not found"),
            (json!({"metadata": {"generation": 1}}), InProgress, "DaemonSet status.observedGeneration not found"),
            (
                json!({"metadata": {"generation": 1}, "status": {"observedGeneration": 1, "desiredNumberScheduled": 0}}),
                Current,
                "All replicas scheduled as expected. Replicas: 0",
            ),
        ],
    );
    check(
        "apps/v1",
        "ReplicaSet",
        &[(json!({}), InProgress, "Labelled: 0/1"), (json!({"spec": {"replicas": 0}}), Current, "ReplicaSet is available. Replicas: 0")],
    );
}

#[test]
fn jobs_are_waited_for_until_they_end() {
    check(
        "batch/v1",
        "Job",
        &[
            (json!({}), InProgress, "Job not started. active: 0/1"),
            (json!({"spec": {"suspend": true}}), Current, "Job is suspended"),
            (json!({"status": {"startTime": "x", "active": 1}}), InProgress, "Job in progress. success:0, active: 1, failed: 0"),
            (
                json!({"spec": {"completions": 2}, "status": {"succeeded": 2, "conditions": [{"type": "Complete", "status": "True"}]}}),
                Current,
                "Job Completed. succeeded: 2/2",
            ),
            (json!({"status": {"failed": 1, "conditions": [{"type": "Failed", "status": "True"}]}}), Failed, "Job Failed. failed: 1/1"),
        ],
    );
}

#[test]
fn pods() {
    let crashing = json!([{"name": "a", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}, {"name": "b", "state": {"running": {}}}]);
    check(
        "v1",
        "Pod",
        &[
            (json!({}), InProgress, "Pod phase not available"),
            (json!({"status": {"phase": "Odd"}}), Unknown, "unknown phase Odd"),
            (json!({"status": {"phase": "Succeeded"}}), Current, "Pod has completed successfully"),
            (json!({"status": {"phase": "Running"}}), InProgress, "Pod is running but is not Ready"),
            (json!({"status": {"phase": "Running", "containerStatuses": crashing}}), Failed, "Containers in CrashLoop state: a"),
            (json!({"status": {"phase": "Pending"}}), InProgress, "Pod is in the Pending phase"),
        ],
    );
}

fn waiting_pod() -> Object {
    object(
        "v1",
        "Pod",
        json!({
            "metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"},
            "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
        }),
    )
}

#[test]
fn a_pod_without_a_node_fails_after_fifteen_seconds() {
    for (now, status) in [("2026-01-01T00:00:14Z", InProgress), ("2026-01-01T00:00:15Z", Failed)] {
        assert_eq!(health(&waiting_pod(), now.parse().unwrap()).status, status);
    }
}

#[test]
fn a_workload_on_its_way_fails_with_its_pods_save_those_without_a_node() {
    let now = "2026-01-02T00:00:00Z".parse().unwrap();
    let crashing = object(
        "v1",
        "Pod",
        json!({
            "status": {"phase": "Running", "containerStatuses": [{"name": "a", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]},
        }),
    );
    let waiting = Health::in_progress("LessReady", "Ready: 0/1");
    assert_eq!(with_pods(waiting.clone(), &[waiting_pod()], now), waiting);
    assert_eq!(with_pods(waiting, &[waiting_pod(), crashing.clone()], now).message, "1 pods have failed");
    assert!(with_pods(Health::current(""), &[crashing], now).is_current());
}

#[test]
fn the_rest() {
    check(
        "v1",
        "Service",
        &[
            (json!({"spec": {"type": "LoadBalancer"}}), InProgress, "ClusterIP not set. Service type: LoadBalancer"),
            (json!({"spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1"}}), Current, "Service is ready"),
        ],
    );
    check(
        "v1",
        "PersistentVolumeClaim",
        &[(json!({}), InProgress, "PVC is not Bound. phase: unknown"), (json!({"status": {"phase": "Bound"}}), Current, "PVC is Bound")],
    );
    check("v1", "ConfigMap", &[(json!({}), Current, "Resource is always ready")]);
    check("policy/v1", "PodDisruptionBudget", &[(json!({}), Current, "AllowedDisruptions has been computed.")]);
    let conditions = |name: &str, status: &str, reason: &str| json!({"status": {"conditions": [{"type": name, "status": status, "reason": reason, "message": "why"}]}});
    check(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        &[
            (json!({}), InProgress, "Install in progress"),
            (conditions("Established", "True", ""), Current, "CRD is established"),
            (conditions("Established", "False", "Installing"), InProgress, "Install in progress"),
            (conditions("Established", "False", "Broken"), Failed, "why"),
            (conditions("NamesAccepted", "False", "Taken"), Failed, "why"),
        ],
    );
}
