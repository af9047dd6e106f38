//! A Deployment through its life: created by one, applied by another, scaled by a third.

#![allow(clippy::unwrap_used)] // a panic is how these helpers fail

use schema::Type;
use serde_json::{Value, json};
use smd::{ApplyRequest, Error, FieldSet, UpdateRequest};

const THEN: &str = "2026-01-01T00:00:00Z";
const NOW: &str = "2026-01-02T03:04:05Z";

fn place() -> Type<'static> {
    schema::builtin().type_of("apps", "v1", "Deployment").unwrap()
}

fn deployment(replicas: u32) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "strategy": {"rollingUpdate": {"maxSurge": "25%"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [
                {"name": "web", "image": "web:1", "ports": [{"containerPort": 80}]}]}}}})
}

fn apply(live: Option<&Value>, applied: &Value, manager: &str, force: bool, now: &str) -> Result<Value, Error> {
    let ignored = &FieldSet::fields(&["status"]);
    let request = ApplyRequest { live, applied, place: place(), empty: &smd::zero(place()), manager, subresource: "", force, now, ignored };
    smd::apply(request).map(|applied| applied.object)
}

fn update(live: Option<&Value>, new: &Value, manager: &str) -> Value {
    let ignored = &FieldSet::fields(&["status"]);
    smd::update(UpdateRequest { live, new, place: place(), empty: &smd::zero(place()), manager, subresource: "", now: NOW, ignored })
}

#[test]
fn an_apply_owns_leaves_keys_and_atoms() {
    let object = apply(None, &deployment(2), "flux", false, NOW).unwrap();
    assert_eq!(
        object["metadata"]["managedFields"],
        json!([{"apiVersion": "apps/v1", "fieldsType": "FieldsV1", "manager": "flux", "operation": "Apply", "time": NOW, "fieldsV1": {
            "f:metadata": {"f:labels": {"f:app": {}}},
            "f:spec": {"f:replicas": {}, "f:selector": {}, "f:strategy": {"f:rollingUpdate": {"f:maxSurge": {}}},
                "f:template": {"f:metadata": {"f:labels": {"f:app": {}}}, "f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {
                    ".": {}, "f:name": {}, "f:image": {}, "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}}}}}}}}])
    );
}

#[test]
fn a_create_owns_what_is_not_always_there() {
    let object = update(None, &deployment(2), "kubectl-create");
    let fields = &object["metadata"]["managedFields"][0]["fieldsV1"];
    assert_eq!(fields["f:metadata"], json!({"f:labels": {".": {}, "f:app": {}}}));
    assert_eq!(fields["f:spec"]["f:strategy"], json!({"f:rollingUpdate": {".": {}, "f:maxSurge": {}}}));
    assert_eq!(fields["f:spec"]["f:selector"], json!({}));
}

#[test]
fn a_field_of_another_is_a_conflict_until_forced() {
    let live = apply(None, &deployment(2), "flux", false, THEN).unwrap();
    let scaled = update(
        Some(&live),
        &{
            let mut scaled = live.clone();
            scaled["spec"]["replicas"] = json!(5);
            scaled
        },
        "kubectl",
    );
    let error = apply(Some(&scaled), &deployment(2), "flux", false, NOW).unwrap_err();
    assert_eq!(error.to_string(), "Apply failed with 1 conflict: conflict with \"kubectl\" using apps/v1: .spec.replicas");
    let forced = apply(Some(&scaled), &deployment(2), "flux", true, NOW).unwrap();
    assert_eq!(forced["spec"]["replicas"], 2);
    assert_eq!(forced["metadata"]["managedFields"].as_array().unwrap().len(), 1);
}

#[test]
fn many_conflicts_are_listed_by_manager() {
    let live = update(None, &deployment(2), "kubectl");
    let mut other = deployment(3);
    other["spec"]["template"]["spec"]["containers"][0]["image"] = json!("web:2");
    let error = apply(Some(&live), &other, "flux", false, NOW).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Apply failed with 2 conflicts: conflicts with \"kubectl\" using apps/v1:\n- .spec.replicas\n\
         - .spec.template.spec.containers[name=\"web\"].image"
    );
}

#[test]
fn an_apply_that_changes_nothing_gives_the_same_object() {
    let live = apply(None, &deployment(2), "flux", false, THEN).unwrap();
    assert_eq!(apply(Some(&live), &deployment(2), "flux", false, NOW).unwrap(), live);
}

#[test]
fn what_is_applied_no_longer_goes_unless_another_owns_it() {
    let live = apply(None, &deployment(2), "flux", false, THEN).unwrap();
    let mut part = deployment(2);
    part["spec"].as_object_mut().unwrap().remove("strategy");
    part["spec"].as_object_mut().unwrap().remove("replicas");
    let live = apply(Some(&live), &deployment(2), "other", false, THEN).unwrap();
    let kept = apply(Some(&live), &part, "flux", false, NOW).unwrap();
    assert_eq!(kept["spec"]["replicas"], 2);
    let gone = apply(Some(&kept), &part, "other", false, NOW).unwrap();
    assert_eq!(gone["spec"].get("replicas"), None);
    assert_eq!(gone["spec"].get("strategy"), None);
}

#[test]
fn an_unknown_field_is_refused_by_name() {
    let mut typo = deployment(2);
    typo["spec"]["replicsa"] = json!(1);
    let error = apply(None, &typo, "flux", false, NOW).unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.replicsa: field not declared in schema"
    );
}

#[test]
fn one_empty_entry_forgets_all_owners() {
    let live = apply(None, &deployment(2), "flux", false, THEN).unwrap();
    let mut reset = live.clone();
    reset["metadata"]["managedFields"] = json!([{}]);
    assert_eq!(update(Some(&live), &reset, "kubectl")["metadata"].get("managedFields"), None);
}

/// Prints the price of one apply; run with `--release --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn price_of_an_apply() {
    let mut object = deployment(2);
    let containers: Vec<Value> = (0..8)
        .map(|index| {
            json!({"name": format!("c{index}"), "image": "ghcr.io/x/y:1", "imagePullPolicy": "IfNotPresent",
                "env": [{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
                "ports": [{"name": "http", "containerPort": 8080}], "resources": {"limits": {"cpu": "1", "memory": "64Mi"}},
                "readinessProbe": {"httpGet": {"path": "/", "port": "http"}}, "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]})
        })
        .collect();
    object["spec"]["template"]["spec"]["containers"] = json!(containers);
    let live = apply(None, &object, "flux", false, THEN).unwrap();
    let mut changed = object.clone();
    changed["spec"]["replicas"] = json!(9);
    let rounds = 2_000u32;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        apply(Some(&live), &changed, "flux", false, NOW).unwrap();
    }
    println!("apply: bytes={} us={:.1}", object.to_string().len(), start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
}
