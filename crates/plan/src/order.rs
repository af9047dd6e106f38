//! In which order objects are applied: each after what it needs.
//!
//! Source: docs/spec/apply-order.md.

use object::Object;

/// What is applied together. A stage begins when the one before it is applied and, where it says so, established.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Definitions, namespaces and cluster roles; the next stage waits until they are established.
    Definitions,
    /// Kinds whose name ends in `Class`; the next stage waits for them too.
    Classes,
    /// Kinds that the platform put into a stage of their own.
    Custom,
    /// Cluster-wide bindings, quotas, accounts and roles: what permissions and Pods need.
    Foundations,
    /// Bindings, configuration and Services: what workloads need.
    Configuration,
    /// Everything else.
    Workloads,
    /// Admission webhooks, last, because from then on they judge every write.
    Webhooks,
}

impl Stage {
    /// Whether the next stage waits until the objects of this one are established.
    pub fn is_awaited(self) -> bool {
        matches!(self, Stage::Definitions | Stage::Classes)
    }
}

/// The fixed part of the order. What is not named comes after `PodDisruptionBudget` and before the webhooks.
const ORDER: &[(&str, Stage)] = &[
    ("CustomResourceDefinition", Stage::Definitions),
    ("Namespace", Stage::Definitions),
    ("ClusterRole", Stage::Definitions),
    ("ClusterClass", Stage::Classes),
    ("RuntimeClass", Stage::Classes),
    ("PriorityClass", Stage::Classes),
    ("StorageClass", Stage::Classes),
    ("VolumeSnapshotClass", Stage::Classes),
    ("IngressClass", Stage::Classes),
    ("GatewayClass", Stage::Classes),
    ("ClusterRoleBinding", Stage::Foundations),
    ("ResourceQuota", Stage::Foundations),
    ("ServiceAccount", Stage::Foundations),
    ("Role", Stage::Foundations),
    ("RoleBinding", Stage::Configuration),
    ("ConfigMap", Stage::Configuration),
    ("Secret", Stage::Configuration),
    ("Service", Stage::Configuration),
    ("LimitRange", Stage::Configuration),
    ("Deployment", Stage::Workloads),
    ("StatefulSet", Stage::Workloads),
    ("CronJob", Stage::Workloads),
    ("PodDisruptionBudget", Stage::Workloads),
];

const LAST: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// The stage of a kind. `custom` names `Group/Kind` pairs that the platform put into a stage of their own.
pub fn stage_of(group: &str, kind: &str, custom: &[String]) -> Stage {
    if custom.iter().any(|entry| entry.split_once('/').unwrap_or(("", entry)) == (group, kind)) {
        return Stage::Custom;
    }
    if LAST.contains(&kind) {
        return Stage::Webhooks;
    }
    match ORDER.iter().find(|(name, _)| *name == kind) {
        Some((_, stage)) => *stage,
        None if kind.ends_with("Class") => Stage::Classes,
        None => Stage::Workloads,
    }
}

/// Orders objects so that each is applied after what it needs.
///
/// Shape: n objects in, the same n out: by rank of the kind, then group, kind, namespace and name.
/// Cost: O(n log n). Errors: none.
pub fn order(objects: &mut [Object]) {
    objects.sort_by_cached_key(|object| (rank(object.kind()), object.id()));
}

fn rank(kind: &str) -> usize {
    let last = LAST.iter().position(|name| *name == kind).map(|at| ORDER.len() + 1 + at);
    last.or_else(|| ORDER.iter().position(|(name, _)| *name == kind)).unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(kind: &str, name: &str) -> Object {
        Object::new(json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}})).unwrap()
    }

    #[test]
    fn definitions_come_first_and_webhooks_last() {
        let kinds = ["ValidatingWebhookConfiguration", "Widget", "Deployment", "Namespace", "Secret", "CustomResourceDefinition"];
        let mut objects: Vec<Object> = kinds.iter().map(|kind| object(kind, "a")).collect();
        order(&mut objects);
        let ordered: Vec<&str> = objects.iter().map(Object::kind).collect();
        assert_eq!(ordered, ["CustomResourceDefinition", "Namespace", "Secret", "Deployment", "Widget", "ValidatingWebhookConfiguration"]);
    }

    #[test]
    fn a_custom_stage_takes_its_kinds_out_of_their_own() {
        let custom = ["rbac.authorization.k8s.io/Role".to_owned()];
        assert_eq!(stage_of("rbac.authorization.k8s.io", "Role", &custom), Stage::Custom);
        assert_eq!(stage_of("rbac.authorization.k8s.io", "Role", &[]), Stage::Foundations);
        assert_eq!(stage_of("karpenter.k8s.aws", "EC2NodeClass", &[]), Stage::Classes);
    }

    #[test]
    fn the_stages_never_run_against_the_ranks() {
        let stages: Vec<Stage> = ORDER.iter().map(|(_, stage)| *stage).collect();
        assert!(stages.is_sorted());
    }
}
