//! What a user does with objects: apply, read, change, delete.

use api::names;
use cluster::{DeletePropagation, Resource};
use object::{Object, Value};
use serde_json::json;

use super::{MANAGER, SOURCE, World};
use crate::kinds;

/// Field manager of a person who edits.
const PERSON: &str = "kubectl-edit";

impl World {
    /// Applies a Kustomization; `spec` is laid over hourly, pruning defaults over the root of [`World::publish`]'s source.
    pub async fn kustomization(&self, name: &str, spec: Value) -> anyhow::Result<Object> {
        let mut whole = json!({
            "interval": "1h", "retryInterval": "1s", "prune": true, "path": "./", "targetNamespace": self.namespace,
            "sourceRef": {"kind": "GitRepository", "name": SOURCE},
        });
        object::merge_patch(&mut whole, &spec);
        self.make("Kustomization", name, json!({"spec": whole})).await
    }

    /// Applies an object of the namespace; `content` is everything beside its kind and name.
    pub async fn make(&self, kind: &str, name: &str, content: Value) -> anyhow::Result<Object> {
        let mut whole = content;
        let identity =
            json!({"apiVersion": kinds::api_version(kind), "kind": kind, "metadata": {"name": name, "namespace": self.namespace}});
        object::merge_patch(&mut whole, &identity);
        self.apply(whole).await
    }

    /// Applies an object as the administrator.
    pub async fn apply(&self, object: Value) -> anyhow::Result<Object> {
        kinds::apply(&self.user, object, MANAGER).await
    }

    /// The object of the namespace, none if there is none.
    pub async fn find(&self, kind: &str, name: &str) -> anyhow::Result<Option<Object>> {
        let resource = self.resource(kind).await?;
        Ok(self.client().find(&resource, &self.namespace, name).await?)
    }

    /// The objects of a kind in the namespace.
    pub async fn list(&self, kind: &str) -> anyhow::Result<Vec<Object>> {
        let resource = self.resource(kind).await?;
        Ok(self.client().list_all(&resource, &self.namespace, "").await?)
    }

    /// Merges a patch into an object of the namespace, as a user would with kubectl.
    pub async fn edit(&self, kind: &str, name: &str, patch: Value) -> anyhow::Result<Object> {
        self.merge(kind, name, &patch, PERSON).await
    }

    /// Merges a patch into an object of the namespace, as a controller would that is not of the platform.
    pub async fn edit_as_controller(&self, kind: &str, name: &str, patch: Value) -> anyhow::Result<Object> {
        self.merge(kind, name, &patch, MANAGER).await
    }

    async fn merge(&self, kind: &str, name: &str, patch: &Value, manager: &str) -> anyhow::Result<Object> {
        let resource = self.resource(kind).await?;
        Ok(self.client().merge(&resource, &self.namespace, name, patch, manager).await?)
    }

    /// Merges a patch into the status of an object, as its own controller would.
    pub async fn write_status(&self, kind: &str, name: &str, status: Value) -> anyhow::Result<Object> {
        let resource = self.resource(kind).await?;
        Ok(self.client().merge_status(&resource, &self.namespace, name, &json!({"status": status}), MANAGER).await?)
    }

    /// Annotates an object of the namespace.
    pub async fn annotate(&self, kind: &str, name: &str, annotation: &str, value: Value) -> anyhow::Result<Object> {
        self.edit(kind, name, json!({"metadata": {"annotations": {annotation: value}}})).await
    }

    /// Asks for a reconcile now, as `sluice reconcile` does.
    pub async fn reconcile(&self, kind: &str, name: &str) -> anyhow::Result<Object> {
        let now = std::time::UNIX_EPOCH.elapsed()?.as_nanos().to_string();
        self.annotate(kind, name, names::REQUESTED_AT, now.into()).await
    }

    /// Deletes an object of the namespace.
    pub async fn delete(&self, kind: &str, name: &str) -> anyhow::Result<()> {
        let resource = self.resource(kind).await?;
        Ok(self.client().delete(&resource, &self.namespace, name, "", DeletePropagation::Background).await?)
    }

    pub(super) async fn resource(&self, kind: &str) -> anyhow::Result<Resource> {
        kinds::resource(&self.user, kind).await
    }
}
