//! `spec.kubeConfig`: the cluster of a kubeconfig that a Secret holds.

use api::{KubeConfigReference, SecretKeyReference, reason};
use failure::{Code, Failure, Stage};
use runtime::Key;

use super::Context;
use crate::sites::{NoSite, Site};
use crate::{kinds, secret};

/// The keys under which a kubeconfig is looked for where the reference names none.
const KEYS: [&str; 2] = ["value", "value.yaml"];

/// The site that the reference leads to, for one Kustomization. The Secret is read as the controller, in the namespace of the object.
pub async fn site(context: &Context, namespace: &str, reference: &KubeConfigReference, key: &Key) -> Result<Site, Failure> {
    let Some(reference) = &reference.secret_ref else {
        let message = "spec.kubeConfig.configMapRef: identities of cloud providers are not built yet, use secretRef";
        return Err(Failure::stalled(Stage::Resolve, Code::FeatureDisabled, reason::FEATURE_GATE_DISABLED, message));
    };
    let id = format!("Secret/{namespace}/{}", reference.name);
    let kubeconfig = kubeconfig(context, namespace, reference, &id).await?;
    context.sites.remote(key, &kubeconfig).await.map_err(|error| {
        let code = match error {
            NoSite::Kubeconfig(_) => Code::KubeconfigUnusable,
            NoSite::Silent(_) => Code::ApiUnavailable,
        };
        failed(code, &id, &error.to_string())
    })
}

async fn kubeconfig(context: &Context, namespace: &str, reference: &SecretKeyReference, id: &str) -> Result<String, Failure> {
    let client = context.cluster.controller();
    let found = client.find(&kinds::secrets(), namespace, &reference.name).await;
    let found = found.map_err(|error| failed(apply::refusal(&error, client.identity()).0, id, &error.to_string()))?;
    let data = secret::data(&found.ok_or_else(|| failed(Code::ReferenceNotFound, id, "not found"))?);
    let keys = if reference.key.is_empty() { &KEYS[..] } else { &[reference.key.as_str()] };
    let Some(content) = keys.iter().find_map(|key| data.get(*key)) else {
        return Err(failed(Code::ReferenceNotFound, id, &format!("it has no key `{}`", keys.join("` or `"))));
    };
    let text = content.expose_str().ok_or_else(|| failed(Code::KubeconfigUnusable, id, "it is not text"))?;
    Ok(text.to_owned())
}

fn failed(code: Code, id: &str, why: &str) -> Failure {
    Failure::retry(Stage::Resolve, code, reason::RECONCILIATION_FAILED, format!("kubeconfig of '{id}' failed: {why}"))
}
