//! What managed fields tell: which fields are ours, and whether somebody owns fields that we take over.

use object::{Map, Object, Value};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::Options;

/// Where kubectl and earlier versions of Flux kept notes of their own.
const LEFTOVERS: [(&str, &str); 4] = [
    ("annotations", "kubectl.kubernetes.io/last-applied-configuration"),
    ("annotations", "kustomize.toolkit.fluxcd.io/checksum"),
    ("annotations", "fluxcd.io/sync-checksum"),
    ("labels", "fluxcd.io/sync-gc-mark"),
];

/// Who owns what of a live object, as far as we care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// A digest of the fields that we own by apply. It changes when somebody changes or removes one of them.
    pub ours: [u8; 16],
    /// A manager that we do not tolerate owns fields, and the object does not ask us to leave them (`ssa: Merge`).
    pub is_contested: bool,
}

/// Reads the managed fields of an object or of its metadata.
pub fn ownership(object: &Object, options: &Options) -> Ownership {
    let mut ours = [0; 16];
    let mut is_contested = false;
    for entry in entries(object) {
        if is_ours(entry, options) {
            let digest = Sha256::digest(entry["fieldsV1"].to_string().as_bytes());
            ours.copy_from_slice(&digest[..16]);
        } else {
            is_contested |= is_disallowed(entry, options);
        }
    }
    Ownership { ours, is_contested: is_contested && !is_merged(object) }
}

/// Whether fields that others added are to stay theirs.
pub(crate) fn is_merged(object: &Object) -> bool {
    plan::ssa_mode(object) == "Merge"
}

/// The JSON patch that gives the fields of managers which we do not tolerate to us, so that our next apply removes what
/// we do not declare, and takes away what other tools left. None if there is neither.
pub(crate) fn takeover(live: &Object, wanted: &Object, options: &Options) -> Option<Value> {
    let mut patch: Vec<Value> = leftovers(live, wanted).map(|path| json!({"op": "remove", "path": path})).collect();
    patch.extend(managers_taken_over(live, options));
    if patch.is_empty() {
        return None;
    }
    patch.push(json!({"op": "replace", "path": "/metadata/resourceVersion", "value": live.resource_version()}));
    Some(Value::Array(patch))
}

/// What kubectl and earlier versions of Flux wrote for themselves and the wanted object does not ask for, as JSON pointers.
pub(crate) fn leftovers<'a>(live: &'a Object, wanted: &'a Object) -> impl Iterator<Item = String> + 'a {
    let is_left = |&&(field, key): &&(&str, &str)| {
        let has = |object: &Object| object.get_in(&["metadata", field, key]).is_some();
        has(live) && !has(wanted)
    };
    LEFTOVERS.iter().filter(is_left).map(|(field, key)| format!("/metadata/{field}/{}", key.replace('/', "~1")))
}

fn managers_taken_over(live: &Object, options: &Options) -> Option<Value> {
    let (taken, kept): (Vec<&Value>, Vec<&Value>) = entries(live).partition(|entry| is_disallowed(entry, options));
    if taken.is_empty() {
        return None;
    }
    let mut fields = Value::Object(Map::new());
    let ours = kept.iter().find(|entry| is_ours(entry, options));
    taken.iter().chain(ours).for_each(|entry| unite(&mut fields, &entry["fieldsV1"]));
    let mut managers: Vec<Value> = kept.iter().filter(|entry| !is_ours(entry, options)).map(|entry| (*entry).clone()).collect();
    managers.push(json!({
        "manager": options.manager, "operation": "Apply", "apiVersion": live.api_version(), "fieldsType": "FieldsV1", "fieldsV1": fields,
    }));
    Some(json!({"op": "replace", "path": "/metadata/managedFields", "value": managers}))
}

fn entries(object: &Object) -> impl Iterator<Item = &Value> {
    object.get_in(&["metadata", "managedFields"]).and_then(Value::as_array).into_iter().flatten()
}

fn is_ours(entry: &Value, options: &Options) -> bool {
    entry["manager"] == options.manager.as_str() && entry["operation"] == "Apply" && is_main(entry)
}

fn is_main(entry: &Value) -> bool {
    entry.get("subresource").and_then(Value::as_str).unwrap_or_default().is_empty()
}

/// Managers whose fields Flux takes over: `kubectl*`, `before-first-apply`, an update under our own name, and those named.
fn is_disallowed(entry: &Value, options: &Options) -> bool {
    let manager = entry["manager"].as_str().unwrap_or_default();
    let is_update = entry["operation"] == "Update";
    is_main(entry)
        && (manager.starts_with("kubectl")
            || manager == "before-first-apply"
            || (is_update && manager == options.manager)
            || options.override_managers.iter().any(|name| name == manager))
}

/// The union of two field sets: both are trees of mappings.
fn unite(into: &mut Value, from: &Value) {
    let Some(from) = from.as_object() else { return };
    let Some(into) = into.as_object_mut() else { return };
    for (key, value) in from {
        unite(into.entry(key.clone()).or_insert_with(|| Value::Object(Map::new())), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(managers: Value) -> Object {
        Object::new(json!({"apiVersion": "v1", "kind": "A", "metadata": {"resourceVersion": "7", "managedFields": managers}})).unwrap()
    }

    fn entry(manager: &str, operation: &str, fields: Value) -> Value {
        json!({"manager": manager, "operation": operation, "fieldsV1": fields})
    }

    #[test]
    fn a_field_taken_from_us_changes_what_is_ours() {
        let options = Options::default();
        let before = ownership(&live(json!([entry("kustomize-controller", "Apply", json!({"f:a": {}, "f:b": {}}))])), &options);
        let after = ownership(
            &live(json!(
                [entry("kustomize-controller", "Apply", json!({"f:a": {}})), entry("kubectl-edit", "Update", json!({"f:b": {}})),]
            )),
            &options,
        );
        assert_ne!(before.ours, after.ours);
        assert!(after.is_contested && !before.is_contested);
    }

    #[test]
    fn an_object_that_asks_for_merge_is_not_contested() {
        let mut object = live(json!([entry("kubectl-edit", "Update", json!({"f:b": {}}))]));
        object.metadata_mut().insert("annotations".into(), json!({"kustomize.toolkit.fluxcd.io/ssa": "merge"}));
        assert!(!ownership(&object, &Options::default()).is_contested);
    }

    #[test]
    fn status_writers_and_other_controllers_are_tolerated() {
        let mut status = entry("kube-controller-manager", "Update", json!({"f:status": {}}));
        status["subresource"] = "status".into();
        let seen = ownership(&live(json!([status, entry("hpa", "Update", json!({"f:spec": {"f:replicas": {}}}))])), &Options::default());
        assert!(!seen.is_contested);
    }

    #[test]
    fn fields_of_kubectl_become_ours() {
        let object = live(json!([
            entry("kustomize-controller", "Apply", json!({"f:spec": {"f:a": {}}})),
            entry("kubectl-edit", "Update", json!({"f:spec": {"f:b": {}}})),
            entry("hpa", "Update", json!({"f:spec": {"f:c": {}}})),
        ]));
        let wanted = live(json!([]));
        let patch = takeover(&object, &wanted, &Options::default()).unwrap();
        let managers = patch[0]["value"].as_array().unwrap();
        assert_eq!(managers.len(), 2);
        assert_eq!(managers[1]["fieldsV1"], json!({"f:spec": {"f:a": {}, "f:b": {}}}));
        assert!(takeover(&live(json!([entry("hpa", "Update", json!({}))])), &wanted, &Options::default()).is_none());
    }

    #[test]
    fn notes_of_other_tools_are_taken_away_unless_they_are_wanted() {
        let mut object = live(json!([]));
        let checksum = "fluxcd.io/sync-checksum";
        object.metadata_mut().insert("annotations".into(), json!({checksum: "1", "mine": "2"}));
        let patch = takeover(&object, &live(json!([])), &Options::default()).unwrap();
        assert_eq!(patch[0], json!({"op": "remove", "path": "/metadata/annotations/fluxcd.io~1sync-checksum"}));
        assert_eq!(takeover(&object, &object, &Options::default()), None);
    }
}
