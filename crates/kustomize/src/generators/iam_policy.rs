//! The `IAMPolicyGenerator`: a ServiceAccount annotated for workload identity on GKE.

use object::Value;
use serde_json::json;

use crate::error::Error;
use crate::loader::Loader;
use crate::resource::{Place, Resource};

/// Makes the ServiceAccount that the configuration describes.
pub(super) fn from_config(config: &Value, _: &Loader<'_>) -> Result<Vec<Resource>, Error> {
    let text = |path: &str| config.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let cloud = text("/cloud");
    if cloud != "gke" {
        return Err(Error::build(format!("cloud provider {cloud} not supported yet")).at_field("cloud").hint("only `gke` is supported"));
    }
    let account = format!("{}@{}.iam.gserviceaccount.com", text("/serviceAccount/name"), text("/serviceAccount/projectId"));
    let mut object = json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"annotations": {"iam.gke.io/gcp-service-account": account}, "name": text("/kubernetesService/name")},
    });
    if !text("/kubernetesService/namespace").is_empty() {
        object["metadata"]["namespace"] = text("/kubernetesService/namespace").into();
    }
    Ok(vec![Resource::new(object, Place::default())])
}
