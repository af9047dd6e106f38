//! The built-in fields of every transformer.
//!
//! Pods stand at different depths in different kinds; what is said about pods is said once here and spread over the kinds.

use super::{BackReference, List};
use crate::field_spec::FieldSpec;
use crate::id::Gvk;

/// Selector and path of one field: `group`, `version`, `kind`, path, create.
type Row = (&'static str, &'static str, &'static str, &'static str, bool);

/// Whether fields of a kind are asked for: most builds have few kinds, and there are hundreds of fields.
pub(super) type Wanted<'a> = &'a dyn Fn(&str) -> bool;

/// Kinds that hold a pod, and where.
const POD_HOLDERS: [(&str, &str); 8] = [
    ("Pod", "spec"),
    ("PodTemplate", "template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicaSet", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
    ("StatefulSet", "spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];

/// Kinds whose pods name service accounts, claims and priority classes.
const POD_REFERRERS: [(&str, &str); 7] = [
    ("Pod", "spec"),
    ("StatefulSet", "spec/template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicationController", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
];

/// The built-in fields of one list.
pub(super) fn specs(list: List) -> Vec<FieldSpec> {
    match list {
        List::NamePrefix | List::NameSuffix => rows(&[("", "", "", "metadata/name", false)]),
        List::Namespace => rows(&NAMESPACE),
        List::CommonLabels => [rows(&SELECTORS), affinity_selectors(), rows(&LABELS), rows(&CLAIM_LABELS)].concat(),
        List::Labels => Vec::new(),
        List::TemplateLabels => rows(&LABELS),
        List::VolumeClaimTemplateLabels => rows(&CLAIM_LABELS),
        List::CommonAnnotations => rows(&ANNOTATIONS),
        List::VarReference => [pod_variables(), rows(&OTHER_VARIABLES)].concat(),
        List::Images => rows(&IMAGES),
        List::Replicas => rows(&REPLICAS),
    }
}

/// Who names whom, as far as fields of the wanted kinds do.
pub(super) fn references(wanted: Wanted<'_>) -> Vec<BackReference> {
    let mut references: Vec<BackReference> = Vec::new();
    let mut add = |group: &str, version: &str, kind: &str, referrers: Vec<FieldSpec>| {
        if !referrers.is_empty() {
            references.push(BackReference { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned(), referrers });
        }
    };
    for kind in ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"] {
        add("", "", kind, rows_of(&SCALED, wanted));
    }
    add("", "v1", "ConfigMap", [pod_fields(&CONFIG_MAP_IN_POD, wanted), rows_of(&CONFIG_MAP_ELSEWHERE, wanted)].concat());
    add("", "v1", "Secret", [pod_fields(&SECRET_IN_POD, wanted), rows_of(&SECRET_ELSEWHERE, wanted)].concat());
    add("", "v1", "Service", rows_of(&SERVICE, wanted));
    add(RBAC, "", "Role", rows_of(&ROLE, wanted));
    add(RBAC, "", "ClusterRole", rows_of(&CLUSTER_ROLE, wanted));
    add("", "v1", "ServiceAccount", [rows_of(&SUBJECTS, wanted), referrers("serviceAccountName", wanted)].concat());
    add("", "v1", "PersistentVolumeClaim", referrers("volumes/persistentVolumeClaim/claimName", wanted));
    add("", "v1", "PersistentVolume", rows_of(&VOLUME, wanted));
    add("storage.k8s.io", "v1", "StorageClass", rows_of(&STORAGE_CLASS, wanted));
    add("scheduling.k8s.io", "v1", "PriorityClass", referrers("priorityClassName", wanted));
    add("networking.k8s.io/v1", "v1", "IngressClass", rows_of(&INGRESS_CLASS, wanted));
    add(ADMISSION, "", "ValidatingAdmissionPolicy", rows_of(&ADMISSION_POLICY, wanted));
    references
}

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";

const NAMESPACE: [Row; 3] = [
    ("", "", "Namespace", "metadata/name", true),
    ("apiregistration.k8s.io", "", "APIService", "spec/service/namespace", true),
    ("apiextensions.k8s.io", "", "CustomResourceDefinition", "spec/conversion/webhook/clientConfig/service/namespace", false),
];

const SELECTORS: [Row; 12] = [
    ("", "v1", "Service", "spec/selector", true),
    ("", "v1", "ReplicationController", "spec/selector", true),
    ("", "", "Deployment", "spec/selector/matchLabels", true),
    ("", "", "ReplicaSet", "spec/selector/matchLabels", true),
    ("", "", "DaemonSet", "spec/selector/matchLabels", true),
    ("apps", "", "StatefulSet", "spec/selector/matchLabels", true),
    ("batch", "", "Job", "spec/selector/matchLabels", false),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels", false),
    ("policy", "", "PodDisruptionBudget", "spec/selector/matchLabels", false),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels", false),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels", false),
    ("networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels", false),
];

const LABELS: [Row; 9] = [
    ("", "", "", "metadata/labels", true),
    ("", "v1", "ReplicationController", "spec/template/metadata/labels", true),
    ("", "", "Deployment", "spec/template/metadata/labels", true),
    ("", "", "ReplicaSet", "spec/template/metadata/labels", true),
    ("", "", "DaemonSet", "spec/template/metadata/labels", true),
    ("apps", "", "StatefulSet", "spec/template/metadata/labels", true),
    ("batch", "", "Job", "spec/template/metadata/labels", true),
    ("batch", "", "CronJob", "spec/jobTemplate/metadata/labels", true),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true),
];

const CLAIM_LABELS: [Row; 1] = [("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true)];

const ANNOTATIONS: [Row; 9] = [
    ("", "", "", "metadata/annotations", true),
    ("", "v1", "ReplicationController", "spec/template/metadata/annotations", true),
    ("", "", "Deployment", "spec/template/metadata/annotations", true),
    ("", "", "ReplicaSet", "spec/template/metadata/annotations", true),
    ("", "", "DaemonSet", "spec/template/metadata/annotations", true),
    ("", "", "StatefulSet", "spec/template/metadata/annotations", true),
    ("batch", "", "Job", "spec/template/metadata/annotations", true),
    ("batch", "", "CronJob", "spec/jobTemplate/metadata/annotations", true),
    ("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations", true),
];

const IMAGES: [Row; 7] = [
    ("", "", "", "spec/containers[]/image", true),
    ("", "", "", "spec/initContainers[]/image", true),
    ("", "", "", "spec/volumes[]/image/reference", true),
    ("", "", "", "spec/template/spec/containers[]/image", true),
    ("", "", "", "spec/template/spec/initContainers[]/image", true),
    ("", "", "", "spec/template/spec/volumes[]/image/reference", true),
    ("", "", "", "spec/jobTemplate/spec/template/spec/volumes[]/image/reference", true),
];

const REPLICAS: [Row; 4] = [
    ("", "", "Deployment", "spec/replicas", true),
    ("", "", "StatefulSet", "spec/replicas", true),
    ("", "", "ReplicaSet", "spec/replicas", true),
    ("", "", "ReplicationController", "spec/replicas", true),
];

const CONFIG_MAP_IN_POD: [&str; 6] = [
    "volumes/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
    "volumes/projected/sources/configMap/name",
];

const CONFIG_MAP_ELSEWHERE: [Row; 4] = [
    ("", "", "Node", "spec/configSource/configMap", false),
    ("", "", "Role", "rules/resourceNames", false),
    ("", "", "ClusterRole", "rules/resourceNames", false),
    ("", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", false),
];

const SECRET_IN_POD: [&str; 7] = [
    "volumes/secret/secretName",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "volumes/projected/sources/secret/name",
];

/// The field of TLS stands twice, as in the reference: a name that the first look changed is looked up again by the second.
const SECRET_ELSEWHERE: [Row; 14] = [
    ("", "", "Ingress", "spec/tls/secretName", false),
    ("", "", "Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret", false),
    ("", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret", false),
    ("", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret", false),
    ("", "", "Ingress", "spec/tls/secretName", false),
    ("", "", "ServiceAccount", "imagePullSecrets/name", false),
    ("", "", "StorageClass", "parameters/secretName", false),
    ("", "", "StorageClass", "parameters/adminSecretName", false),
    ("", "", "StorageClass", "parameters/userSecretName", false),
    ("", "", "StorageClass", "parameters/secretRef", false),
    ("", "", "Role", "rules/resourceNames", false),
    ("", "", "ClusterRole", "rules/resourceNames", false),
    ("serving.knative.dev", "v1", "Service", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false),
    ("", "", "PersistentVolume", "spec/azureFile/secretName", false),
];

const SERVICE: [Row; 8] = [
    ("apps", "", "StatefulSet", "spec/serviceName", false),
    ("", "", "Ingress", "spec/rules/http/paths/backend/serviceName", false),
    ("", "", "Ingress", "spec/backend/serviceName", false),
    ("", "", "Ingress", "spec/rules/http/paths/backend/service/name", false),
    ("", "", "Ingress", "spec/defaultBackend/service/name", false),
    ("apiregistration.k8s.io", "", "APIService", "spec/service/name", false),
    (ADMISSION, "", "ValidatingWebhookConfiguration", "webhooks/clientConfig/service", false),
    (ADMISSION, "", "MutatingWebhookConfiguration", "webhooks/clientConfig/service", false),
];

const SCALED: [Row; 1] = [("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false)];

const ROLE: [Row; 1] = [(RBAC, "", "RoleBinding", "roleRef/name", false)];

const INGRESS_CLASS: [Row; 1] = [("", "", "Ingress", "spec/ingressClassName", false)];

const ADMISSION_POLICY: [Row; 1] = [(ADMISSION, "", "ValidatingAdmissionPolicyBinding", "spec/policyName", false)];

const CLUSTER_ROLE: [Row; 2] = [(RBAC, "", "RoleBinding", "roleRef/name", false), (RBAC, "", "ClusterRoleBinding", "roleRef/name", false)];

const SUBJECTS: [Row; 2] = [(RBAC, "", "RoleBinding", "subjects", false), (RBAC, "", "ClusterRoleBinding", "subjects", false)];

const VOLUME: [Row; 2] =
    [("", "", "PersistentVolumeClaim", "spec/volumeName", false), ("", "", "ClusterRole", "rules/resourceNames", false)];

const STORAGE_CLASS: [Row; 3] = [
    ("", "", "PersistentVolume", "spec/storageClassName", false),
    ("", "", "PersistentVolumeClaim", "spec/storageClassName", false),
    ("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName", false),
];

const VARIABLES_IN_POD: [&str; 9] = [
    "containers/args",
    "containers/command",
    "containers/env/value",
    "containers/volumeMounts/mountPath",
    "initContainers/args",
    "initContainers/command",
    "initContainers/env/value",
    "initContainers/volumeMounts/mountPath",
    "volumes/nfs/server",
];

const OTHER_VARIABLES: [Row; 11] = [
    ("", "", "CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server", false),
    ("", "", "Deployment", "spec/template/metadata/annotations", false),
    ("", "", "Ingress", "spec/rules/host", false),
    ("", "", "Ingress", "spec/tls/hosts", false),
    ("", "", "Ingress", "spec/tls/secretName", false),
    ("", "", "Service", "spec/ports/port", false),
    ("", "", "Service", "spec/ports/targetPort", false),
    ("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server", false),
    ("", "", "PersistentVolume", "spec/nfs/server", false),
    ("", "", "", "metadata/labels", false),
    ("", "", "", "metadata/annotations", false),
];

fn rows(rows: &[Row]) -> Vec<FieldSpec> {
    rows_of(rows, &|_| true)
}

fn rows_of(rows: &[Row], wanted: Wanted<'_>) -> Vec<FieldSpec> {
    let wanted = rows.iter().filter(|(_, _, kind, ..)| wanted(kind));
    wanted.map(|(group, version, kind, path, create)| FieldSpec::new(Gvk { group, version, kind }, path, *create)).collect()
}

/// The paths within every kind that holds a pod. A bare Pod is meant in version `v1` only.
fn pod_fields(paths: &[&str], wanted: Wanted<'_>) -> Vec<FieldSpec> {
    let mut specs = Vec::new();
    for (kind, pod) in POD_HOLDERS.iter().filter(|(kind, _)| wanted(kind)) {
        let version = if *kind == "Pod" { "v1" } else { "" };
        specs.extend(paths.iter().map(|path| FieldSpec::new(Gvk { group: "", version, kind }, &format!("{pod}/{path}"), false)));
    }
    specs
}

fn referrers(path: &str, wanted: Wanted<'_>) -> Vec<FieldSpec> {
    let spec = |(kind, pod): &(&str, &str)| FieldSpec::new(Gvk { kind, ..Gvk::default() }, &format!("{pod}/{path}"), false);
    POD_REFERRERS.iter().filter(|(kind, _)| wanted(kind)).map(spec).collect()
}

fn pod_variables() -> Vec<FieldSpec> {
    let mut specs = Vec::new();
    for (kind, pod) in POD_HOLDERS.iter().filter(|(kind, _)| *kind != "PodTemplate") {
        let has_volumes = !["CronJob", "StatefulSet"].contains(kind);
        let paths = VARIABLES_IN_POD.iter().filter(|path| has_volumes || !path.starts_with("volumes"));
        specs.extend(paths.map(|path| FieldSpec::new(Gvk { kind, ..Gvk::default() }, &format!("{pod}/{path}"), false)));
    }
    specs
}

fn affinity_selectors() -> Vec<FieldSpec> {
    const PATHS: [&str; 5] = [
        "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
        "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
        "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
        "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
        "topologySpreadConstraints/labelSelector/matchLabels",
    ];
    let spec = |kind, path: &str| FieldSpec::new(Gvk { group: "apps", version: "", kind }, &format!("spec/template/spec/{path}"), false);
    ["Deployment", "StatefulSet"].iter().flat_map(|kind| PATHS.iter().map(move |path| spec(kind, path))).collect()
}
