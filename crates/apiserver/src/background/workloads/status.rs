//! The status of each kind of workload when all is well.

use serde_json::{Value, json};

use crate::meta;

/// Writes a status into an object, at the given time.
type Settle = fn(&mut Value, &str);

/// The kinds that are simulated, with what writes their status.
const KINDS: [(&str, Settle); 9] = [
    ("apps/deployments", deployment),
    ("apps/statefulsets", stateful_set),
    ("apps/daemonsets", daemon_set),
    ("apps/replicasets", replica_set),
    ("batch/jobs", job),
    ("persistentvolumeclaims", claim),
    ("pods", pod),
    ("services", service),
    ("policy/poddisruptionbudgets", budget),
];

/// Whether a collection's objects become ready by themselves.
pub fn is_simulated(collection: &str) -> bool {
    KINDS.iter().any(|(known, _)| *known == collection)
}

/// Writes the status of a settled object. An object that has it already stays as it is.
pub fn settle(collection: &str, object: &mut Value, now: &str) {
    if let Some((_, write)) = KINDS.iter().find(|(known, _)| *known == collection) {
        write(object, now);
    }
}

fn replicas(object: &Value) -> i64 {
    object["spec"]["replicas"].as_i64().unwrap_or(1)
}

/// Replaces a status; conditions that say the same keep their times.
fn put(object: &mut Value, mut status: Value) {
    let old = object["status"]["conditions"].as_array().cloned().unwrap_or_default();
    for condition in status["conditions"].as_array_mut().into_iter().flatten() {
        let same = |known: &&Value| {
            known["type"] == condition["type"] && known["status"] == condition["status"] && known["reason"] == condition["reason"]
        };
        if let Some(known) = old.iter().find(same) {
            for time in ["lastTransitionTime", "lastUpdateTime", "lastProbeTime"] {
                if !known[time].is_null() {
                    condition[time] = known[time].clone();
                }
            }
        }
    }
    object["status"] = status;
}

fn condition(kind: &str, reason: &str, message: &str, now: &str) -> Value {
    json!({"type": kind, "status": "True", "reason": reason, "message": message, "lastTransitionTime": now})
}

fn deployment(object: &mut Value, now: &str) {
    let (count, name) = (replicas(object), meta::text(object, "name").to_owned());
    let generation = meta::generation(object);
    let progress = format!("ReplicaSet {name:?} has successfully progressed.");
    let mut available = condition("Available", "MinimumReplicasAvailable", "Deployment has minimum availability.", now);
    let mut progressing = condition("Progressing", "NewReplicaSetAvailable", &progress, now);
    available["lastUpdateTime"] = now.into();
    progressing["lastUpdateTime"] = now.into();
    let mut status = json!({"observedGeneration": generation, "conditions": [available, progressing]});
    if count > 0 {
        for field in ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"] {
            status[field] = count.into();
        }
    }
    put(object, status);
}

fn stateful_set(object: &mut Value, _: &str) {
    let (count, generation) = (replicas(object), meta::generation(object));
    let revision = format!("{}-{generation}", meta::text(object, "name"));
    put(
        object,
        json!({
            "observedGeneration": generation, "replicas": count, "readyReplicas": count, "currentReplicas": count, "updatedReplicas": count,
            "availableReplicas": count, "currentRevision": revision, "updateRevision": revision, "collisionCount": 0,
        }),
    );
}

/// One node runs one pod of each set.
fn daemon_set(object: &mut Value, _: &str) {
    let generation = meta::generation(object);
    put(
        object,
        json!({
            "observedGeneration": generation, "desiredNumberScheduled": 1, "currentNumberScheduled": 1, "updatedNumberScheduled": 1,
            "numberReady": 1, "numberAvailable": 1, "numberMisscheduled": 0,
        }),
    );
}

fn replica_set(object: &mut Value, _: &str) {
    let (count, generation) = (replicas(object), meta::generation(object));
    put(
        object,
        json!({
            "observedGeneration": generation, "replicas": count, "fullyLabeledReplicas": count, "readyReplicas": count, "availableReplicas": count,
        }),
    );
}

fn job(object: &mut Value, now: &str) {
    if object["spec"]["suspend"] == true || object["status"]["completionTime"].is_string() {
        return;
    }
    let succeeded = object["spec"]["completions"].as_i64().unwrap_or(1);
    let reached = "Reached expected number of succeeded pods";
    let done = |kind| {
        let mut done = condition(kind, "CompletionsReached", reached, now);
        done["lastProbeTime"] = now.into();
        done
    };
    put(
        object,
        json!({
            "startTime": now, "completionTime": now, "succeeded": succeeded, "ready": 0, "terminating": 0, "uncountedTerminatedPods": {},
            "conditions": [done("SuccessCriteriaMet"), done("Complete")],
        }),
    );
}

fn claim(object: &mut Value, _: &str) {
    let (modes, capacity) = (object["spec"]["accessModes"].clone(), object["spec"]["resources"]["requests"].clone());
    put(object, json!({"phase": "Bound", "accessModes": modes, "capacity": capacity}));
}

fn pod(object: &mut Value, now: &str) {
    let containers = object["spec"]["containers"].as_array().cloned().unwrap_or_default();
    let started = object["status"]["startTime"].as_str().unwrap_or(now).to_owned();
    let container = |container: &Value| {
        json!({
            "name": container["name"], "image": container["image"], "imageID": "", "ready": true, "started": true, "restartCount": 0,
            "state": {"running": {"startedAt": started}},
        })
    };
    let ready = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": now});
    let conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(ready);
    put(
        object,
        json!({
            "phase": "Running", "startTime": started, "podIP": "192.0.2.2", "hostIP": "192.0.2.1", "qosClass": "BestEffort",
            "containerStatuses": containers.iter().map(container).collect::<Vec<_>>(),
            "conditions": conditions,
        }),
    );
}

fn service(object: &mut Value, _: &str) {
    if object["spec"]["type"] == "LoadBalancer" {
        put(object, json!({"loadBalancer": {"ingress": [{"ip": "192.0.2.10", "ipMode": "VIP"}]}}));
    }
}

fn budget(object: &mut Value, now: &str) {
    let generation = meta::generation(object);
    let mut allowed = condition("DisruptionAllowed", "SufficientPods", "", now);
    allowed["observedGeneration"] = generation.into();
    put(
        object,
        json!({
            "observedGeneration": generation, "currentHealthy": 1, "desiredHealthy": 0, "expectedPods": 1, "disruptionsAllowed": 1,
            "conditions": [allowed],
        }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settling_twice_changes_nothing() {
        for (collection, _) in KINDS {
            let mut object = json!({"metadata": {"name": "a", "generation": 2}, "spec": {"replicas": 2, "containers": [{"name": "a"}]}});
            settle(collection, &mut object, "2026-01-01T00:00:00Z");
            let once = object.clone();
            settle(collection, &mut object, "2026-01-02T00:00:00Z");
            assert_eq!(object, once, "{collection}");
        }
    }
}
