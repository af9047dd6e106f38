//! Workloads of cases, and what a kubelet would do with them. Where the target has no controllers of workloads, a case writes
//! their part too.

use anyhow::Context as _;
use object::{Object, Value};
use serde_json::json;

use crate::World;

/// A Deployment of one replica as the text of a manifest.
pub(super) fn deployment(name: &str, deadline_seconds: u32) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  replicas: 1\n  progressDeadlineSeconds: {deadline_seconds}\n  \
         selector:\n    matchLabels: {{app: {name}}}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n    spec:\n      \
         containers:\n      - name: main\n        image: example.com/{name}:1\n"
    )
}

/// A Job that may run for so long.
pub(super) fn job(name: &str, deadline_seconds: u32) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\nspec:\n  activeDeadlineSeconds: {deadline_seconds}\n  template:\n    \
         spec:\n      restartPolicy: Never\n      containers:\n      - name: main\n        image: example.com/{name}:1\n"
    )
}

/// A manifest as an object of a namespace.
pub(super) fn parsed(manifest: &str, namespace: &str) -> anyhow::Result<Value> {
    let mut object = Object::new(yaml::from_str(manifest)?)?;
    object.set_namespace(namespace);
    Ok(object.into_value())
}

/// Lets the Pods of a Deployment become ready.
pub(super) async fn make_ready(world: &World, name: &str) -> anyhow::Result<()> {
    if world.has_controllers {
        return run_pods(world).await;
    }
    let status = json!({"replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1, "conditions": [
        {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
        {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
    ]});
    write(world, "Deployment", name, status).await
}

async fn run_pods(world: &World) -> anyhow::Result<()> {
    let made = || async { Ok(Some(world.list("Pod").await?).filter(|pods| !pods.is_empty())) };
    for pod in world.until("the Pods of the Deployment", made).await? {
        let status = json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]});
        world.write_status("Pod", pod.name(), status).await?;
    }
    Ok(())
}

/// Lets a Deployment or Job run into its deadline.
pub(super) async fn miss_deadline(world: &World, kind: &str, name: &str) -> anyhow::Result<()> {
    if world.has_controllers {
        return Ok(());
    }
    let condition = match kind {
        "Job" => json!({"type": "Failed", "status": "True", "reason": "DeadlineExceeded", "message": "Job was active too long"}),
        _ => json!({"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out progressing"}),
    };
    write(world, kind, name, json!({"conditions": [condition]})).await
}

async fn write(world: &World, kind: &str, name: &str, mut status: Value) -> anyhow::Result<()> {
    let object = world.seen(kind, name, |_| true).await?;
    status.as_object_mut().context("a status is a mapping")?.insert("observedGeneration".into(), object.generation().into());
    world.write_status(kind, name, status).await.map(|_| ())
}
