//! Which lists merge by which keys: the built-in kinds as the reference knows them, and kinds of a given OpenAPI document.
//!
//! The built-in part is the reference's table of Kubernetes 1.21, written as code (crate `schema` knows today's kinds and the
//! server's merge, which differ from it): no text is parsed and nothing is built at start. Only what leads to a merging list is in it; everything else is replaced as a whole.

use object::Value;

/// `$ref`s that are followed in a row before a document is taken to go in circles.
const REFERENCES_MAX: usize = 32;

/// What is known of kinds.
#[derive(Clone, Debug, Default)]
pub(crate) enum Schema {
    /// The built-in kinds.
    #[default]
    BuiltIn,
    /// A given OpenAPI document, and nothing else.
    Given(std::sync::Arc<Value>),
    /// A given OpenAPI document, and the built-in kinds where it says nothing.
    Over(std::sync::Arc<Value>),
}

/// A place in a schema.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node<'a> {
    /// A mapping of a built-in type.
    Type(Type),
    /// A list that merges; without keys its elements are scalars.
    List { keys: &'static [&'static str], element: Option<Type> },
    /// A place in a given document.
    Given { definitions: &'a Value, schema: &'a Value, over: bool },
}

/// A built-in type, as far as lists that merge are below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Plain,
    ObjectMeta,
    Workload,
    WorkloadSpec,
    CronJob,
    CronJobSpec,
    JobTemplate,
    Pod,
    PodTemplate,
    PodTemplateSpec,
    PodSpec,
    PodStatus,
    Container,
    EphemeralContainer,
    Volume,
    EphemeralVolume,
    Service,
    ServiceSpec,
    ServiceAccount,
    Webhooks,
    Node,
    NodeSpec,
    NodeStatus,
    WithConditions,
    Conditions,
    ComponentStatus,
    CsiNode,
    CsiNodeSpec,
    Kustomization,
}

impl Schema {
    /// The place of a whole object, if its kind is known.
    pub fn of_object(&self, object: &Value) -> Option<Node<'_>> {
        let text = |field: &str| object.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (api_version, kind) = (text("apiVersion")?, text("kind")?);
        match self {
            Schema::BuiltIn => type_of(api_version, kind).map(Node::Type),
            Schema::Given(document) => given_kind(document, api_version, kind, false),
            Schema::Over(document) => given_kind(document, api_version, kind, true).or_else(|| type_of(api_version, kind).map(Node::Type)),
        }
    }
}

impl<'a> Node<'a> {
    /// The place of a field.
    pub fn field(self, name: &str) -> Option<Node<'a>> {
        match self {
            Node::Type(of) => field_of(of, name),
            Node::List { .. } => None,
            Node::Given { definitions, schema, over } => {
                let property = schema.get("properties").and_then(|properties| properties.get(name));
                let schema = property.or_else(|| schema.get("additionalProperties").filter(|schema| schema.is_object()))?;
                resolve(definitions, schema, over)
            }
        }
    }

    /// The place of the elements of a list.
    pub fn element(self) -> Option<Node<'a>> {
        match self {
            Node::Type(_) => None,
            Node::List { element, .. } => element.map(Node::Type),
            Node::Given { definitions, schema, over } => resolve(definitions, schema.get("items")?, over),
        }
    }

    /// The merge keys if this is a list that merges; none for a list of scalars.
    pub fn merge_keys(self) -> Option<Vec<&'a str>> {
        match self {
            Node::Type(_) => None,
            Node::List { keys, .. } => Some(keys.to_vec()),
            Node::Given { schema, .. } => given_keys(schema),
        }
    }
}

fn given_kind<'a>(document: &'a Value, api_version: &str, kind: &str, over: bool) -> Option<Node<'a>> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let definitions = document.get("definitions")?;
    let wanted = [("group", group), ("version", version), ("kind", kind)];
    let schema = definitions.as_object()?.values().find(|schema| names_kind(schema, wanted))?;
    Some(Node::Given { definitions, schema, over })
}

fn names_kind(schema: &Value, wanted: [(&str, &str); 3]) -> bool {
    let names = |gvk: &Value| wanted.iter().all(|(field, text)| gvk.get(*field).and_then(Value::as_str).unwrap_or_default() == *text);
    schema.get("x-kubernetes-group-version-kind").and_then(Value::as_array).is_some_and(|gvks| gvks.iter().any(names))
}

fn resolve<'a>(definitions: &'a Value, schema: &'a Value, over: bool) -> Option<Node<'a>> {
    let mut schema = schema;
    for _ in 0..REFERENCES_MAX {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return Some(Node::Given { definitions, schema, over });
        };
        let name = reference.strip_prefix("#/definitions/")?;
        match definitions.get(name) {
            Some(definition) => schema = definition,
            None if over => return definition_of(name).map(Node::Type),
            None => return None,
        }
    }
    None
}

/// The built-in definitions that documents of other kinds refer to.
fn definition_of(name: &str) -> Option<Type> {
    let found = match name {
        "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" => Type::ObjectMeta,
        "io.k8s.api.core.v1.PodTemplateSpec" => Type::PodTemplateSpec,
        "io.k8s.api.core.v1.PodSpec" => Type::PodSpec,
        "io.k8s.api.core.v1.Container" => Type::Container,
        "io.k8s.api.core.v1.EphemeralContainer" => Type::EphemeralContainer,
        "io.k8s.api.core.v1.Volume" => Type::Volume,
        "io.k8s.api.core.v1.ServiceSpec" => Type::ServiceSpec,
        "io.k8s.api.batch.v1.JobTemplateSpec" => Type::JobTemplate,
        "io.k8s.api.batch.v1.JobSpec" | "io.k8s.api.apps.v1.DeploymentSpec" => Type::WorkloadSpec,
        _ => return None,
    };
    Some(found)
}

fn given_keys(schema: &Value) -> Option<Vec<&str>> {
    let strategy = schema.get("x-kubernetes-patch-strategy").and_then(Value::as_str)?;
    if !strategy.split(',').any(|word| word == "merge") {
        return None;
    }
    if let Some(keys) = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array) {
        return Some(keys.iter().filter_map(Value::as_str).collect());
    }
    Some(schema.get("x-kubernetes-patch-merge-key").and_then(Value::as_str).into_iter().collect())
}

/// Whether the built-in table knows this kind.
pub(crate) fn is_built_in(api_version: &str, kind: &str) -> bool {
    type_of(api_version, kind).is_some()
}

fn type_of(api_version: &str, kind: &str) -> Option<Type> {
    let found = match (api_version, kind) {
        ("admissionregistration.k8s.io/v1" | "admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration")
        | ("admissionregistration.k8s.io/v1" | "admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration") => Type::Webhooks,
        ("apps/v1", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet") => Type::Workload,
        ("batch/v1", "Job") | ("v1", "ReplicationController") => Type::Workload,
        ("batch/v1" | "batch/v1beta1", "CronJob") => Type::CronJob,
        ("v1", "Pod") => Type::Pod,
        ("v1", "PodTemplate") => Type::PodTemplate,
        ("v1", "Service") => Type::Service,
        ("v1", "ServiceAccount") => Type::ServiceAccount,
        ("v1", "Node") => Type::Node,
        ("v1", "ComponentStatus") => Type::ComponentStatus,
        ("v1", "Namespace" | "PersistentVolumeClaim") => Type::WithConditions,
        ("policy/v1" | "policy/v1beta1", "PodDisruptionBudget") => Type::WithConditions,
        ("apiregistration.k8s.io/v1" | "apiregistration.k8s.io/v1beta1", "APIService") => Type::WithConditions,
        ("storage.k8s.io/v1" | "storage.k8s.io/v1beta1", "CSINode") => Type::CsiNode,
        ("kustomize.config.k8s.io/v1beta1", "Kustomization") => Type::Kustomization,
        _ if is_plain_kind(api_version, kind) => Type::Plain,
        _ => return None,
    };
    Some(found)
}

/// Kinds that have nothing to merge but their metadata.
fn is_plain_kind(api_version: &str, kind: &str) -> bool {
    let kinds: &[&str] = match api_version {
        "v1" => &["Binding", "ConfigMap", "Endpoints", "Event", "LimitRange", "PersistentVolume", "ResourceQuota", "Secret"],
        "apps/v1" => &["ControllerRevision"],
        "authentication.k8s.io/v1" => &["TokenRequest", "TokenReview"],
        "authentication.k8s.io/v1beta1" => &["TokenReview"],
        "authorization.k8s.io/v1" | "authorization.k8s.io/v1beta1" => {
            &["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"]
        }
        "autoscaling/v1" => &["HorizontalPodAutoscaler", "Scale"],
        "autoscaling/v2beta1" | "autoscaling/v2beta2" => &["HorizontalPodAutoscaler"],
        "certificates.k8s.io/v1" | "certificates.k8s.io/v1beta1" => &["CertificateSigningRequest"],
        "coordination.k8s.io/v1" | "coordination.k8s.io/v1beta1" => &["Lease"],
        "discovery.k8s.io/v1" | "discovery.k8s.io/v1beta1" => &["EndpointSlice"],
        "events.k8s.io/v1" | "events.k8s.io/v1beta1" => &["Event"],
        "extensions/v1beta1" => &["Ingress"],
        "flowcontrol.apiserver.k8s.io/v1beta1" => &["FlowSchema", "PriorityLevelConfiguration"],
        "networking.k8s.io/v1" => &["Ingress", "IngressClass", "NetworkPolicy"],
        "networking.k8s.io/v1beta1" => &["Ingress", "IngressClass"],
        "node.k8s.io/v1" | "node.k8s.io/v1beta1" => &["RuntimeClass"],
        "policy/v1beta1" => &["Eviction", "PodSecurityPolicy"],
        "rbac.authorization.k8s.io/v1" | "rbac.authorization.k8s.io/v1beta1" => {
            &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]
        }
        "scheduling.k8s.io/v1" | "scheduling.k8s.io/v1beta1" => &["PriorityClass"],
        "storage.k8s.io/v1" => &["CSIDriver", "StorageClass", "VolumeAttachment"],
        "storage.k8s.io/v1beta1" => &["CSIDriver", "CSIStorageCapacity", "StorageClass", "VolumeAttachment"],
        "apiextensions.k8s.io/v1" | "apiextensions.k8s.io/v1beta1" => &["CustomResourceDefinition"],
        _ => &[],
    };
    kinds.contains(&kind)
}

fn field_of(of: Type, name: &str) -> Option<Node<'static>> {
    let found = match (of, name) {
        (Type::Kustomization, "configMapGenerator" | "secretGenerator") => by(&["name"]),
        (Type::ObjectMeta, "finalizers") => by(&[]),
        (Type::ObjectMeta, "ownerReferences") => by(&["uid"]),
        (Type::Workload | Type::JobTemplate, "spec") => Node::Type(Type::WorkloadSpec),
        (Type::Workload | Type::Service | Type::WithConditions, "status") => Node::Type(Type::Conditions),
        (Type::WorkloadSpec | Type::PodTemplate, "template") => Node::Type(Type::PodTemplateSpec),
        (Type::CronJob, "spec") => Node::Type(Type::CronJobSpec),
        (Type::CronJobSpec, "jobTemplate") => Node::Type(Type::JobTemplate),
        (Type::PodTemplateSpec | Type::Pod, "spec") => Node::Type(Type::PodSpec),
        (Type::Pod, "status") => Node::Type(Type::PodStatus),
        (Type::PodSpec | Type::PodStatus, _) => return pod_field(of, name),
        (Type::Container | Type::EphemeralContainer, _) => return container_field(of, name),
        (Type::Volume, "ephemeral") => Node::Type(Type::EphemeralVolume),
        (Type::EphemeralVolume, "volumeClaimTemplate") => Node::Type(Type::Plain),
        (Type::Service, "spec") => Node::Type(Type::ServiceSpec),
        (Type::ServiceSpec, "ports") => by(&["port", "protocol"]),
        (Type::ServiceAccount, "secrets") | (Type::Webhooks, "webhooks") | (Type::CsiNodeSpec, "drivers") => by(&["name"]),
        (Type::Node, "spec") => Node::Type(Type::NodeSpec),
        (Type::Node, "status") => Node::Type(Type::NodeStatus),
        (Type::NodeSpec, "podCIDRs") => by(&[]),
        (Type::NodeStatus, "addresses" | "conditions") => by(&["type"]),
        (Type::Conditions | Type::ComponentStatus, "conditions") => by(&["type"]),
        (Type::CsiNode, "spec") => Node::Type(Type::CsiNodeSpec),
        (_, "metadata") if has_metadata(of) => Node::Type(Type::ObjectMeta),
        _ => return None,
    };
    Some(found)
}

fn pod_field(of: Type, name: &str) -> Option<Node<'static>> {
    let found = match (of, name) {
        (Type::PodSpec, "containers" | "initContainers") => Node::List { keys: &["name"], element: Some(Type::Container) },
        (Type::PodSpec, "ephemeralContainers") => Node::List { keys: &["name"], element: Some(Type::EphemeralContainer) },
        (Type::PodSpec, "volumes") => Node::List { keys: &["name"], element: Some(Type::Volume) },
        (Type::PodSpec, "imagePullSecrets") => by(&["name"]),
        (Type::PodSpec, "hostAliases") | (Type::PodStatus, "podIPs") => by(&["ip"]),
        (Type::PodSpec, "topologySpreadConstraints") => by(&["topologyKey", "whenUnsatisfiable"]),
        (Type::PodStatus, "conditions") => by(&["type"]),
        _ => return None,
    };
    Some(found)
}

fn container_field(of: Type, name: &str) -> Option<Node<'static>> {
    match name {
        "env" => Some(by(&["name"])),
        "ports" if of == Type::Container => Some(by(&["containerPort", "protocol"])),
        "volumeDevices" => Some(by(&["devicePath"])),
        "volumeMounts" => Some(by(&["mountPath"])),
        _ => None,
    }
}

fn has_metadata(of: Type) -> bool {
    use Type::{
        ComponentStatus, CronJob, CsiNode, JobTemplate, Node, Plain, Pod, PodTemplate, PodTemplateSpec, Service, ServiceAccount, Webhooks,
        WithConditions, Workload,
    };
    matches!(
        of,
        Plain
            | Workload
            | CronJob
            | JobTemplate
            | Pod
            | PodTemplate
            | PodTemplateSpec
            | Service
            | ServiceAccount
            | Webhooks
            | Node
            | WithConditions
            | ComponentStatus
            | CsiNode
    )
}

fn by(keys: &'static [&'static str]) -> Node<'static> {
    Node::List { keys, element: None }
}
