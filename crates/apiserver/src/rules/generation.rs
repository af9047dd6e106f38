//! Generations: which kinds count them, and when.

use serde_json::Value;

use crate::meta;
use crate::registry::Resolved;

/// Built-in kinds that count generations. Custom resources all do.
const WITH_GENERATION: [&str; 19] = [
    "admissionregistration.k8s.io/mutatingwebhookconfigurations",
    "admissionregistration.k8s.io/validatingadmissionpolicies",
    "admissionregistration.k8s.io/validatingadmissionpolicybindings",
    "admissionregistration.k8s.io/validatingwebhookconfigurations",
    "apiextensions.k8s.io/customresourcedefinitions",
    "apps/daemonsets",
    "apps/deployments",
    "apps/replicasets",
    "apps/statefulsets",
    "batch/cronjobs",
    "batch/jobs",
    "discovery.k8s.io/endpointslices",
    "networking.k8s.io/ingressclasses",
    "networking.k8s.io/ingresses",
    "networking.k8s.io/networkpolicies",
    "pods",
    "policy/poddisruptionbudgets",
    "replicationcontrollers",
    "scheduling.k8s.io/priorityclasses",
];

/// Whether objects count generations.
pub fn has_generation(resolved: &Resolved) -> bool {
    resolved.resource.is_custom() || WITH_GENERATION.contains(&&*resolved.resource.collection)
}

/// Counts a generation when anything but metadata and status changed.
pub fn count_generation(resolved: &Resolved, old: &Value, new: &mut Value) {
    if !has_generation(resolved) {
        return;
    }
    let has_status = resolved.version().has_subresource("status");
    let counts = |key: &str| key != "metadata" && !(has_status && key == "status");
    if !fields(old, counts).eq(fields(new, counts)) {
        let generation = meta::generation(old) + 1;
        meta::metadata(new).insert("generation".into(), generation.into());
    }
}

fn fields(object: &Value, counts: impl Fn(&str) -> bool) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten().filter(move |(field, _)| counts(field))
}
