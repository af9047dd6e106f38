//! Fields of built-in kinds that cannot change, with kube-apiserver's words.

use serde_json::Value;

use crate::status::Cause;

/// `field is immutable` at a path.
const FIELDS: [(&str, &[&str]); 9] = [
    ("apps/deployments", &["spec.selector"]),
    ("apps/daemonsets", &["spec.selector"]),
    ("apps/replicasets", &["spec.selector"]),
    ("batch/jobs", &["spec.completions", "spec.selector", "spec.template", "spec.completionMode"]),
    ("secrets", &["type"]),
    ("networking.k8s.io/ingressclasses", &["spec.controller"]),
    ("storage.k8s.io/storageclasses", &["reclaimPolicy", "volumeBindingMode"]),
    ("scheduling.k8s.io/priorityclasses", &["preemptionPolicy"]),
    ("apiextensions.k8s.io/customresourcedefinitions", &["spec.group", "spec.scope", "spec.names.plural", "spec.names.kind"]),
];

const STATEFUL_SET_MUTABLE: [&str; 7] = [
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
];
const STATEFUL_SET: &str = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const CLAIM: &str = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
const POD: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
const FROZEN: &str = "field is immutable when `immutable` is set";

/// What changed that may not.
pub fn check(collection: &str, old: &Value, new: &Value) -> Vec<Cause> {
    let listed = FIELDS.iter().filter(|(known, _)| *known == collection).flat_map(|(_, paths)| paths.iter());
    let mut causes: Vec<Cause> = listed.filter(|path| at(old, path) != at(new, path)).map(|path| immutable(new, path)).collect();
    match collection {
        "apps/statefulsets" if differs_beside(old, new, &STATEFUL_SET_MUTABLE) => causes.push(Cause::forbidden("spec", STATEFUL_SET)),
        "persistentvolumeclaims" if differs_beside(old, new, &["resources", "volumeAttributesClassName", "volumeName"]) => {
            causes.push(Cause::forbidden("spec", CLAIM));
        }
        "pods" if differs_beside(old, new, &POD_MUTABLE) || containers_differ(old, new) => causes.push(Cause::forbidden("spec", POD)),
        "services" => causes.extend(service(old, new)),
        "rbac.authorization.k8s.io/rolebindings" | "rbac.authorization.k8s.io/clusterrolebindings" if old["roleRef"] != new["roleRef"] => {
            causes.push(Cause::invalid("roleRef", &new["roleRef"], "cannot change roleRef"));
        }
        "configmaps" | "secrets" if old["immutable"] == true => causes.extend(frozen(old, new)),
        "storage.k8s.io/storageclasses" => causes.extend(storage_class(old, new)),
        "scheduling.k8s.io/priorityclasses" if old["value"] != new["value"] => {
            causes.push(Cause::forbidden("value", "may not be changed in an update."));
        }
        _ => {}
    }
    causes
}

const POD_MUTABLE: [&str; 8] = [
    "containers",
    "initContainers",
    "ephemeralContainers",
    "activeDeadlineSeconds",
    "tolerations",
    "terminationGracePeriodSeconds",
    "nodeName",
    "schedulingGates",
];

fn at<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(object, |value, key| value.get(key))
}

fn immutable(new: &Value, path: &str) -> Cause {
    Cause::invalid(path, at(new, path).unwrap_or(&Value::Null), "field is immutable")
}

/// Whether the specs differ in anything but these fields.
fn differs_beside(old: &Value, new: &Value, mutable: &[&str]) -> bool {
    let fixed = |object: &Value| -> Vec<(String, Value)> {
        let fields = object["spec"].as_object().into_iter().flatten();
        fields.filter(|(key, _)| !mutable.contains(&key.as_str())).map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    fixed(old) != fixed(new)
}

fn containers_differ(old: &Value, new: &Value) -> bool {
    let fixed = |object: &Value, list: &str| -> Vec<Value> {
        let containers = object["spec"][list].as_array().into_iter().flatten().cloned();
        containers
            .map(|mut container| {
                container["image"] = Value::Null;
                container
            })
            .collect()
    };
    ["containers", "initContainers"].iter().any(|list| fixed(old, list) != fixed(new, list))
}

fn service(old: &Value, new: &Value) -> Option<Cause> {
    let (was, is) = (&old["spec"]["clusterIP"], &new["spec"]["clusterIP"]);
    let leaves = old["spec"]["type"] == "ExternalName" || new["spec"]["type"] == "ExternalName" || was.is_null();
    (was != is && !leaves).then(|| Cause::invalid("spec.clusterIPs[0]", &new["spec"]["clusterIPs"], "may not change once set"))
}

fn frozen(old: &Value, new: &Value) -> Vec<Cause> {
    let thawed = (new["immutable"] != true).then(|| Cause::forbidden("immutable", FROZEN));
    let changed = ["data", "binaryData"].into_iter().filter(|field| old[*field] != new[*field]);
    thawed.into_iter().chain(changed.map(|field| Cause::forbidden(field, FROZEN))).collect()
}

fn storage_class(old: &Value, new: &Value) -> Vec<Cause> {
    let changed = ["parameters", "provisioner"].into_iter().filter(|field| old[*field] != new[*field]);
    changed.map(|field| Cause::forbidden(field, &format!("updates to {field} are forbidden."))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn messages(collection: &str, old: Value, new: Value) -> Vec<String> {
        check(collection, &old, &new).into_iter().map(|cause| format!("{}: {}", cause.field, cause.message)).collect()
    }

    #[test]
    fn selectors_and_roles_stay() {
        let selector = |app: &str| json!({"spec": {"selector": {"matchLabels": {"app": app}}}});
        assert_eq!(
            messages("apps/deployments", selector("a"), selector("b")),
            [r#"spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable"#]
        );
        assert!(messages("apps/deployments", selector("a"), selector("a")).is_empty());
        let binding = |name: &str| json!({"roleRef": {"name": name}});
        assert_eq!(
            messages("rbac.authorization.k8s.io/rolebindings", binding("a"), binding("b")),
            [r#"roleRef: Invalid value: {"name":"b"}: cannot change roleRef"#]
        );
    }

    #[test]
    fn a_stateful_set_may_change_only_some_fields() {
        assert!(messages("apps/statefulsets", json!({"spec": {"replicas": 1}}), json!({"spec": {"replicas": 2}})).is_empty());
        assert_eq!(messages("apps/statefulsets", json!({"spec": {"serviceName": "a"}}), json!({"spec": {"serviceName": "b"}})).len(), 1);
    }

    #[test]
    fn a_frozen_secret_keeps_its_data() {
        let secret = |value: &str| json!({"immutable": true, "data": {"a": value}});
        assert_eq!(messages("secrets", secret("x"), secret("y")), ["data: Forbidden: field is immutable when `immutable` is set"]);
    }
}
