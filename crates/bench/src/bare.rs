//! The floor of the workload: a client that makes only the writes nobody can avoid, and no controller at all.
//!
//! For each app: create both custom objects, one finalizer and one status write each, server-side apply of its four objects.

use std::time::{Duration, Instant};

use anyhow::Result;
use cluster::{Apply, Client, Resource};
use object::{Object, Value};
use serde_json::json;

use crate::apps;
use crate::world::{World, concurrently};

const MANAGER: &str = "bare";

/// Makes the writes for n apps in a namespace and gives the time they took.
pub async fn write(world: &World, namespace: &str, n: usize) -> Result<Duration> {
    let manifest = apps::manifest()?;
    let start = Instant::now();
    concurrently(n, |i| app(world, &manifest, namespace, i)).await?;
    Ok(start.elapsed())
}

async fn app(world: &World, manifest: &str, namespace: &str, i: usize) -> Result<()> {
    custom(&world.client, &apps::sources(), apps::source(namespace, &world.registry.host, i), json!({})).await?;
    let objects = apps::objects(manifest, namespace, i)?;
    let apply = Apply { manager: MANAGER, dry_run: false, metadata_only: false };
    for (resource, object) in apps::applied().iter().zip(&objects) {
        world.client.apply(resource, &Object::new(object.clone())?, apply).await?;
    }
    custom(&world.client, &apps::kustomizations(), apps::kustomization(namespace, i), inventory(&objects)).await
}

async fn custom(client: &Client, resource: &Resource, value: Value, status: Value) -> Result<()> {
    let object = client.create(resource, &Object::new(value)?).await?;
    let (namespace, name) = (object.namespace(), object.name());
    let finalizer = json!({"metadata": {"finalizers": ["finalizers.fluxcd.io"]}});
    client.merge(resource, namespace, name, &finalizer, MANAGER).await?;
    let mut status = json!({"status": status});
    status["status"]["observedGeneration"] = json!(1);
    status["status"]["conditions"] = json!([{
        "type": "Ready", "status": "True", "reason": "ReconciliationSucceeded", "message": "Applied revision: latest@sha256:0000",
        "observedGeneration": 1, "lastTransitionTime": "2026-01-01T00:00:00Z",
    }]);
    client.merge_status(resource, namespace, name, &status, MANAGER).await?;
    Ok(())
}

fn inventory(objects: &[Value]) -> Value {
    let entries: Vec<Value> = objects.iter().map(|object| json!({"id": id(object), "v": "v1"})).collect();
    json!({"inventory": {"entries": entries}})
}

fn id(object: &Value) -> String {
    Object::new(object.clone()).map(|object| object.id().inventory_id()).unwrap_or_default()
}
