//! What an installation consists of. Pure: options in, objects out. The Pod fits the restricted Pod security standard.

use object::Value;
use serde_json::json;

/// The image of this version.
pub const IMAGE: &str = concat!("ghcr.io/sluice-dev/sluice:v", env!("CARGO_PKG_VERSION"));
/// The name of everything that has one of its own.
const NAME: &str = "sluice";
/// The account that repositories made for Flux name where they want to be applied with every right.
const FLUX_APPLIER: &str = "kustomize-controller";

/// What can be chosen.
pub struct Options {
    /// Where it is installed.
    pub namespace: String,
    /// What runs.
    pub image: String,
    /// The Secret that the image is pulled with.
    pub image_pull_secret: Option<String>,
    /// Whether traffic is restricted.
    pub network_policy: bool,
}

/// Every object.
pub fn all(options: &Options) -> Vec<Value> {
    let mut all = foundation(&options.namespace);
    all.extend([deployment(options), service(options)]);
    if options.network_policy {
        all.extend(network_policies(options));
    }
    all
}

/// What the controllers stand on, wherever they run: namespace, definitions, accounts and their roles.
pub fn foundation(namespace: &str) -> Vec<Value> {
    let mut all = vec![own_namespace(namespace)];
    all.extend(api::crds().into_iter().map(|crd| labelled(crd, namespace)));
    all.extend([NAME, FLUX_APPLIER].map(|name| service_account(name, namespace)));
    all.push(cluster_role(namespace));
    all.extend(cluster_role_bindings(namespace));
    all
}

/// The labels by which other tools find the parts of Flux.
fn labels(namespace: &str) -> Value {
    json!({
        "app.kubernetes.io/instance": namespace,
        "app.kubernetes.io/part-of": "flux",
        "app.kubernetes.io/component": NAME,
        "app.kubernetes.io/version": concat!("v", env!("CARGO_PKG_VERSION")),
    })
}

fn labelled(mut object: Value, namespace: &str) -> Value {
    object["metadata"]["labels"] = labels(namespace);
    object
}

fn metadata(name: &str, namespace: &str) -> Value {
    json!({"name": name, "namespace": namespace, "labels": labels(namespace)})
}

fn own_namespace(namespace: &str) -> Value {
    let mut labels = labels(namespace);
    labels["pod-security.kubernetes.io/enforce"] = "restricted".into();
    labels["pod-security.kubernetes.io/warn"] = "restricted".into();
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}})
}

fn service_account(name: &str, namespace: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(name, namespace)})
}

/// What the controllers need for themselves: their kinds, events, leases, and to act as ServiceAccounts.
fn cluster_role(namespace: &str) -> Value {
    let everything = json!(["get", "list", "watch", "create", "update", "patch", "delete"]);
    let groups = [api::names::SOURCE_GROUP, api::names::EXTENSIONS_GROUP, api::names::KUSTOMIZE_GROUP, api::names::HELM_GROUP];
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": format!("crd-controller-{}", namespace), "labels": labels(namespace)},
        "rules": [
            {"apiGroups": groups, "resources": ["*"], "verbs": everything},
            {"apiGroups": [""], "resources": ["namespaces", "secrets", "configmaps", "serviceaccounts"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
            {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"]},
            {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"]},
            {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": everything},
        ],
    })
}

/// The controller's own role, and cluster-admin for what Kustomizations without a ServiceAccount apply, as in Flux.
fn cluster_role_bindings(namespace: &str) -> [Value; 2] {
    let binding = |name: &str, role: &str, accounts: &[&str]| {
        let subject = |account: &&str| json!({"kind": "ServiceAccount", "name": account, "namespace": namespace});
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": format!("{name}-{}", namespace), "labels": labels(namespace)},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": accounts.iter().map(subject).collect::<Vec<_>>(),
        })
    };
    let own = format!("crd-controller-{}", namespace);
    [binding("crd-controller", &own, &[NAME]), binding("cluster-reconciler", "cluster-admin", &[NAME, FLUX_APPLIER])]
}

fn deployment(options: &Options) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(NAME, &options.namespace),
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": NAME}},
            // Two Pods would wait for one lease; the volume of artifacts belongs to one.
            "strategy": {"type": "Recreate"},
            "template": {
                "metadata": {"labels": {"app": NAME}, "annotations": {"prometheus.io/port": "8080", "prometheus.io/scrape": "true"}},
                "spec": pod(options),
            },
        },
    })
}

fn pod(options: &Options) -> Value {
    let mut pod = json!({
        "serviceAccountName": NAME,
        "priorityClassName": "system-cluster-critical",
        "terminationGracePeriodSeconds": 60,
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "securityContext": {
            "fsGroup": 1337,
            "runAsNonRoot": true,
            "runAsUser": 65534,
            "runAsGroup": 65534,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container(options)],
        "volumes": [{"name": "data", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}],
    });
    if let Some(secret) = &options.image_pull_secret {
        pod["imagePullSecrets"] = json!([{"name": secret}]);
    }
    pod
}

fn container(options: &Options) -> Value {
    let advertised = format!("--storage-adv-addr={NAME}.$(RUNTIME_NAMESPACE).svc.cluster.local.");
    let probe = |path: &str| json!({"httpGet": {"path": path, "port": "healthz"}});
    let port = |name: &str, port: u16| json!({"name": name, "containerPort": port, "protocol": "TCP"});
    json!({
        "name": "manager",
        "image": options.image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["run", "--storage-path=/data", advertised, "--enable-leader-election"],
        "env": [{"name": "RUNTIME_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}],
        "ports": [port("http", 9090), port("http-prom", 8080), port("healthz", 9440)],
        "livenessProbe": probe("/healthz"),
        "readinessProbe": probe("/readyz"),
        "resources": {"limits": {"cpu": "1000m", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "64Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": false,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": true,
            "runAsNonRoot": true,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "tmp", "mountPath": "/tmp"}],
    })
}

fn service(options: &Options) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(NAME, &options.namespace),
        "spec": {
            "type": "ClusterIP",
            "selector": {"app": NAME},
            "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}],
        },
    })
}

/// Everything may go out, Pods of the namespace may come in, and others reach the metrics.
fn network_policies(options: &Options) -> [Value; 2] {
    let policy = |name: &str, spec: Value| json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata(name, &options.namespace), "spec": spec});
    let egress =
        json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": [{}], "ingress": [{"from": [{"podSelector": {}}]}]});
    let scraping = json!({
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"namespaceSelector": {}}], "ports": [{"port": 8080, "protocol": "TCP"}]}],
    });
    [policy("allow-egress", egress), policy("allow-scraping", scraping)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options { namespace: "gitops".into(), image: "registry.example/sluice:1".into(), image_pull_secret: None, network_policy: true }
    }

    #[test]
    fn the_pod_fits_the_restricted_standard() {
        let pod = pod(&options());
        assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
        let container = &pod["containers"][0]["securityContext"];
        assert_eq!(container["capabilities"]["drop"], json!(["ALL"]));
        assert_eq!((&container["allowPrivilegeEscalation"], &container["runAsNonRoot"]), (&json!(false), &json!(true)));
    }

    #[test]
    fn everything_with_a_namespace_is_in_the_one_chosen() {
        let all = all(&options());
        let namespaces: Vec<&Value> = all.iter().map(|object| &object["metadata"]["namespace"]).filter(|name| !name.is_null()).collect();
        assert!(namespaces.len() >= 5 && namespaces.iter().all(|name| *name == "gitops"));
        assert_eq!(all.iter().filter(|object| object["kind"] == "CustomResourceDefinition").count(), api::crds().len());
    }
}
