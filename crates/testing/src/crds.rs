//! Installs our CustomResourceDefinitions on a server and waits until they are served.

use ::kube::api::{Api, DynamicObject, Patch, PatchParams};
use ::kube::core::{ApiResource, GroupVersionKind};
use ::kube::{Client, ResourceExt};
use anyhow::{Context, Result, bail};
use std::time::Duration;

/// Field manager of the installed definitions.
const MANAGER: &str = "sluice-testing";
/// How often a definition is asked whether it is established, and how long to wait between.
const TRIES_MAX: usize = 200;
const PAUSE: Duration = Duration::from_millis(50);

/// Applies every definition of [`api::crds`] and waits until the server has established it.
pub async fn install(client: &Client) -> Result<()> {
    let gvk = GroupVersionKind::gvk("apiextensions.k8s.io", "v1", "CustomResourceDefinition");
    let definitions: Api<DynamicObject> = Api::all_with(client.clone(), &ApiResource::from_gvk(&gvk));
    for crd in api::crds() {
        let crd: DynamicObject = serde_json::from_value(crd)?;
        definitions.patch(&crd.name_any(), &PatchParams::apply(MANAGER).force(), &Patch::Apply(&crd)).await?;
    }
    for crd in api::crds() {
        let name = crd["metadata"]["name"].as_str().context("a definition has a name")?;
        established(&definitions, name).await?;
    }
    Ok(())
}

async fn established(definitions: &Api<DynamicObject>, name: &str) -> Result<()> {
    for _ in 0..TRIES_MAX {
        let conditions = &definitions.get(name).await?.data["status"]["conditions"];
        let yes = |condition: &object::Value| condition["type"] == "Established" && condition["status"] == "True";
        if conditions.as_array().is_some_and(|all| all.iter().any(yes)) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    bail!("CustomResourceDefinition/{name} was not established in {:?}", PAUSE * TRIES_MAX as u32)
}
