//! API versions that Kubernetes has deprecated: since when, until when, and what takes their place.
//!
//! Refuses to be: discovery. The table holds what the Kubernetes client that Helm links says about its own types.

use crate::KubeVersion;

/// One version of some kinds.
struct Deprecation {
    api_version: &'static str,
    /// The minor of Kubernetes 1 since when it is deprecated.
    since: u64,
    /// The minor of Kubernetes 1 that no longer serves it; zero where none is set.
    gone: u64,
    /// The version to use instead, with a kind where that differs; empty where none is named.
    instead: &'static str,
    /// Kinds; a `*` stands for the kind and its list.
    kinds: &'static [&'static str],
}

/// Refuses a kind that is deprecated in the cluster's version.
pub(super) fn check(api_version: &str, kind: &str, kube_version: &KubeVersion) -> Result<(), String> {
    let found = DEPRECATIONS.iter().find(|row| row.api_version == api_version && row.kinds.iter().any(|known| names(known, kind)));
    let version = (number(&kube_version.major), number(&kube_version.minor));
    let Some(row) = found.filter(|row| version >= (1, row.since)) else { return Ok(()) };
    let mut message = format!("{api_version} {kind} is deprecated in v1.{}+", row.since);
    if row.gone > 0 {
        message.push_str(&format!(", unavailable in v1.{}+", row.gone));
    }
    match row.instead {
        "" => {}
        with_kind if with_kind.contains(' ') => message.push_str(&format!("; use {with_kind}")),
        version => message.push_str(&format!("; use {version} {kind}")),
    }
    Err(message)
}

fn names(known: &str, kind: &str) -> bool {
    match known.strip_suffix('*') {
        Some(known) => kind.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest == "List"),
        None => known == kind,
    }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

const fn row(api_version: &'static str, since: u64, gone: u64, instead: &'static str, kinds: &'static [&'static str]) -> Deprecation {
    Deprecation { api_version, since, gone, instead, kinds }
}

const DEPRECATIONS: &[Deprecation] = &[
    row("admissionregistration.k8s.io/v1alpha1", 29, 32, "", &["ValidatingAdmissionPolicy*", "ValidatingAdmissionPolicyBinding*"]),
    row("admissionregistration.k8s.io/v1alpha1", 35, 38, "", &["MutatingAdmissionPolicy*", "MutatingAdmissionPolicyBinding*"]),
    row(
        "admissionregistration.k8s.io/v1beta1",
        16,
        22,
        "admissionregistration.k8s.io/v1",
        &["MutatingWebhookConfiguration*", "ValidatingWebhookConfiguration*"],
    ),
    row("admissionregistration.k8s.io/v1beta1", 31, 34, "", &["ValidatingAdmissionPolicy*", "ValidatingAdmissionPolicyBinding*"]),
    row(
        "admissionregistration.k8s.io/v1beta1",
        37,
        40,
        "admissionregistration.k8s.io/v1",
        &["MutatingAdmissionPolicy*", "MutatingAdmissionPolicyBinding*"],
    ),
    row("apps/v1beta1", 8, 16, "apps/v1", &["ControllerRevision*", "Deployment*", "DeploymentRollback", "StatefulSet*"]),
    row("apps/v1beta1", 8, 16, "autoscaling/v1", &["Scale"]),
    row("apps/v1beta2", 9, 16, "apps/v1", &["ControllerRevision*", "DaemonSet*", "Deployment*", "ReplicaSet*", "StatefulSet*"]),
    row("apps/v1beta2", 9, 16, "autoscaling/v1", &["Scale"]),
    row("authentication.k8s.io/v1alpha1", 29, 32, "", &["SelfSubjectReview"]),
    row("authentication.k8s.io/v1beta1", 19, 22, "authentication.k8s.io/v1", &["TokenReview"]),
    row("authentication.k8s.io/v1beta1", 30, 33, "", &["SelfSubjectReview"]),
    row(
        "authorization.k8s.io/v1beta1",
        19,
        22,
        "authorization.k8s.io/v1",
        &["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
    ),
    row("batch/v1beta1", 21, 25, "batch/v1", &["CronJob*"]),
    row("certificates.k8s.io/v1alpha1", 34, 37, "", &["ClusterTrustBundle*"]),
    row("certificates.k8s.io/v1beta1", 19, 22, "certificates.k8s.io/v1", &["CertificateSigningRequest*"]),
    row("certificates.k8s.io/v1beta1", 37, 40, "certificates.k8s.io/v1", &["ClusterTrustBundle*", "PodCertificateRequest*"]),
    row("coordination.k8s.io/v1alpha2", 35, 38, "", &["LeaseCandidate*"]),
    row("coordination.k8s.io/v1beta1", 19, 22, "coordination.k8s.io/v1", &["Lease*"]),
    row("coordination.k8s.io/v1beta1", 36, 39, "", &["LeaseCandidate*"]),
    row("discovery.k8s.io/v1beta1", 21, 25, "discovery.k8s.io/v1", &["EndpointSlice"]),
    row("discovery.k8s.io/v1beta1", 21, 25, "discovery.k8s.io/v1 EndpointSlice", &["EndpointSliceList"]),
    row("events.k8s.io/v1beta1", 22, 25, "", &["Event*"]),
    row("extensions/v1beta1", 2, 16, "", &["Scale"]),
    row("extensions/v1beta1", 8, 16, "", &["DeploymentRollback"]),
    row("extensions/v1beta1", 8, 16, "apps/v1", &["DaemonSet*", "Deployment*", "ReplicaSet*"]),
    row("extensions/v1beta1", 9, 16, "networking.k8s.io/v1", &["NetworkPolicy*"]),
    row("extensions/v1beta1", 14, 22, "networking.k8s.io/v1", &["Ingress*"]),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta1",
        23,
        26,
        "flowcontrol.apiserver.k8s.io/v1beta3",
        &["FlowSchema*", "PriorityLevelConfiguration*"],
    ),
    row(
        "flowcontrol.apiserver.k8s.io/v1beta2",
        26,
        29,
        "flowcontrol.apiserver.k8s.io/v1beta3",
        &["FlowSchema*", "PriorityLevelConfiguration*"],
    ),
    row("flowcontrol.apiserver.k8s.io/v1beta3", 29, 32, "flowcontrol.apiserver.k8s.io/v1", &["FlowSchema*", "PriorityLevelConfiguration*"]),
    row("lifecycle.k8s.io/v1alpha1", 40, 43, "", &["Eviction*", "EvictionRequest*"]),
    row("networking.k8s.io/v1beta1", 19, 22, "networking.k8s.io/v1", &["Ingress*", "IngressClassList"]),
    row("networking.k8s.io/v1beta1", 19, 22, "networking.k8s.io/v1 IngressClassList", &["IngressClass"]),
    row("networking.k8s.io/v1beta1", 34, 37, "", &["IPAddress*", "ServiceCIDR*"]),
    row("node.k8s.io/v1beta1", 22, 25, "", &["RuntimeClass*"]),
    row("policy/v1beta1", 21, 25, "policy/v1", &["PodDisruptionBudget*"]),
    row("policy/v1beta1", 22, 25, "", &["Eviction"]),
    row(
        "rbac.authorization.k8s.io/v1beta1",
        17,
        22,
        "rbac.authorization.k8s.io/v1",
        &["ClusterRole*", "ClusterRoleBinding*", "Role*", "RoleBinding*"],
    ),
    row("resource.k8s.io/v1alpha3", 36, 39, "", &["DeviceTaintRule*"]),
    row("resource.k8s.io/v1alpha3", 39, 42, "", &["ResourcePoolStatusRequest*"]),
    row("resource.k8s.io/v1beta1", 35, 38, "", &["DeviceClass*", "ResourceClaim*", "ResourceClaimTemplate*", "ResourceSlice*"]),
    row("resource.k8s.io/v1beta2", 36, 39, "", &["DeviceClass*", "ResourceClaim*", "ResourceClaimTemplate*", "ResourceSlice*"]),
    row("resource.k8s.io/v1beta2", 39, 42, "", &["DeviceTaintRule*"]),
    row("scheduling.k8s.io/v1beta1", 14, 22, "scheduling.k8s.io/v1", &["PriorityClass*"]),
    row("scheduling.k8s.io/v1beta1", 40, 43, "", &["PodGroup*", "Workload*"]),
    row("storage.k8s.io/v1alpha1", 21, 24, "storage.k8s.io/v1", &["VolumeAttachment*"]),
    row("storage.k8s.io/v1alpha1", 21, 24, "storage.k8s.io/v1beta1", &["CSIStorageCapacity*"]),
    row("storage.k8s.io/v1alpha1", 32, 35, "storage.k8s.io/v1", &["VolumeAttributesClass*"]),
    row("storage.k8s.io/v1beta1", 17, 22, "storage.k8s.io/v1", &["CSINode"]),
    row("storage.k8s.io/v1beta1", 17, 22, "storage.k8s.io/v1 CSINode", &["CSINodeList"]),
    row("storage.k8s.io/v1beta1", 19, 22, "storage.k8s.io/v1", &["CSIDriver*", "StorageClass*", "VolumeAttachment*"]),
    row("storage.k8s.io/v1beta1", 24, 27, "storage.k8s.io/v1", &["CSIStorageCapacity*"]),
    row("storage.k8s.io/v1beta1", 34, 37, "storage.k8s.io/v1", &["VolumeAttributesClass*"]),
    row("storagemigration.k8s.io/v1beta1", 37, 40, "storagemigration.k8s.io/v1", &["StorageVersionMigration*"]),
    row("v1", 19, 0, "", &["ComponentStatus*"]),
    row("v1", 33, 0, "discovery.k8s.io/v1 EndpointSlice", &["Endpoints"]),
    row("v1", 33, 0, "discovery.k8s.io/v1 EndpointSliceList", &["EndpointsList"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_deprecated_from_its_version_on() {
        let at = |version: &str, api_version, kind| check(api_version, kind, &KubeVersion::parse(version).unwrap());
        let message = "batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob";
        assert_eq!(at("1.21", "batch/v1beta1", "CronJob"), Err(message.into()));
        assert_eq!(at("1.20", "batch/v1beta1", "CronJob"), Ok(()));
        assert_eq!(at("1.33", "batch/v1", "CronJob"), Ok(()));
        let message = "v1 EndpointsList is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSliceList";
        assert_eq!(at("1.33", "v1", "EndpointsList"), Err(message.into()));
    }
}
