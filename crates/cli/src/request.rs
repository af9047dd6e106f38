//! Asking a controller for a pass, and waiting until it says what came of it.

use std::time::Duration;

use anyhow::{Context as _, bail};
use api::{condition, names};
use cluster::Cluster;
use controllers::DIRECTORY_ANNOTATION;
use object::{Object, Value};
use serde_json::json;

use crate::kinds::{self, Kind};
use crate::view;

/// The field manager of what the command line writes.
pub const MANAGER: &str = "sluice";
/// How often a result is asked for.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// One object of our kinds.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Target {
    /// Reads it. Errors: it is not there.
    pub async fn find(&self, cluster: &Cluster) -> anyhow::Result<Object> {
        let found = cluster.controller().find(&self.kind.resource(), &self.namespace, &self.name).await?;
        found.with_context(|| format!("{} object '{}' not found in \"{}\" namespace", self.kind.name(), self.name, self.namespace))
    }

    /// Merges a patch into it.
    pub async fn merge(&self, cluster: &Cluster, patch: &Value) -> anyhow::Result<Object> {
        let merged = cluster.controller().merge(&self.kind.resource(), &self.namespace, &self.name, patch, MANAGER).await;
        merged.with_context(|| format!("cannot change {}/{}/{}", self.kind.name(), self.namespace, self.name))
    }
}

/// Annotates the object and waits for the pass that answers; a directory that is watched needs no asking. Errors: suspended, failed, not finished in time.
pub async fn reconcile(cluster: &Cluster, target: &Target, timeout: Duration) -> anyhow::Result<()> {
    let kind = target.kind.name();
    let object = target.find(cluster).await?;
    if kinds::is_suspended(&object) {
        bail!("{object} is suspended\n  hint: `sluice resume` it first");
    }
    if object.annotation(DIRECTORY_ANNOTATION).is_some() {
        view::done(&format!("{kind} follows its directory by itself: revision {}", kinds::revision(&object)));
        return Ok(());
    }
    view::starting(&format!("annotating {kind} {} in {} namespace", target.name, target.namespace));
    let token = jiff::Timestamp::now().to_string();
    target.merge(cluster, &json!({"metadata": {"annotations": {names::REQUESTED_AT: token}}})).await?;
    view::done(&format!("{kind} annotated"));
    settled(cluster, target, |object| handled(object) == token, timeout).await
}

/// Waits until the controller has seen the object as it now is.
pub async fn settled(cluster: &Cluster, target: &Target, is_handled: impl Fn(&Object) -> bool, timeout: Duration) -> anyhow::Result<()> {
    let kind = target.kind.name();
    view::waiting(&format!("waiting for {kind} reconciliation"));
    let result = tokio::time::timeout(timeout, async {
        loop {
            let object = target.find(cluster).await?;
            if is_handled(&object) && is_settled(&object) {
                return anyhow::Ok(object);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    });
    let Ok(object) = result.await else {
        let object = target.find(cluster).await?;
        bail!("{object} did not finish within {} s; it says: {}", timeout.as_secs(), kinds::ready(&object).1);
    };
    let object = object?;
    match kinds::ready(&object) {
        ("True", _) => {
            let verb = if target.kind.is_source() { "fetched" } else { "applied" };
            view::done(&format!("{verb} revision {}", kinds::revision(&object)));
            Ok(())
        }
        (_, message) => bail!("{kind} reconciliation failed: '{message}'"),
    }
}

fn handled(object: &Object) -> &str {
    object.get("status.lastHandledReconcileAt").and_then(Value::as_str).unwrap_or_default()
}

/// The generation was seen and no work goes on.
fn is_settled(object: &Object) -> bool {
    let observed = object.get("status.observedGeneration").and_then(Value::as_i64);
    let conditions = object.get("status.conditions").and_then(Value::as_array);
    let works = |condition: &Value| condition["type"] == condition::RECONCILING && condition["status"] == "True";
    let is_working = conditions.into_iter().flatten().any(works);
    let ready = kinds::ready(object).0;
    // A failed pass is told at once, though the next try is already due: Reconciling then stays with Ready False.
    (ready == "False" || (ready == "True" && !is_working))
        && observed.is_none_or(|observed| observed == object.generation() || ready == "False")
}
