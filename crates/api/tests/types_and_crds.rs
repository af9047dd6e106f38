//! Types and CRDs say the same: an object with every field of a schema reads into its type and prints back unchanged, and the
//! committed files are those that the types give.
#![allow(clippy::unwrap_used)] // A test may fail loudly anywhere, helpers included.

use api::{Resource, Spec};
use object::{Map, Value};
use serde_json::json;
use std::path::Path;

/// An object with every field that a schema knows. The text is a duration, so that it fits every field of text.
fn full(schema: &Value) -> Value {
    if let Some(words) = schema["enum"].as_array() {
        return words.last().unwrap().clone();
    }
    match schema["type"].as_str() {
        Some("boolean") => json!(true),
        Some("integer") => json!(7),
        Some("string") if schema["format"] == "date-time" => json!("2026-01-31T10:00:00Z"),
        Some("string") => json!("1m0s"),
        Some("array") => json!([full(&schema["items"])]),
        Some("object") if schema.get("additionalProperties").is_some() => json!({"key": full(&schema["additionalProperties"])}),
        Some("object") => fields(schema).into(),
        _ => json!({"any": [1, {"shape": null}]}),
    }
}

fn fields(schema: &Value) -> Map<String, Value> {
    schema["properties"].as_object().unwrap().iter().map(|(name, field)| (name.clone(), full(field))).collect()
}

fn check<S: Spec>() {
    let crd = api::crd::<S>();
    let schema = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"];
    let definition = S::DEFINITION;
    let object = json!({
        "apiVersion": definition.api_version(),
        "kind": definition.kind,
        "metadata": {"name": "a", "namespace": "b", "generation": 3, "finalizers": ["c"], "labels": {"d": "e"}},
        "spec": full(&schema["spec"]),
        "status": full(&schema["status"]),
    });
    let read = Resource::<S>::from_value(&object).unwrap();
    assert_eq!(read.to_value(), object, "{}", definition.kind);
}

#[test]
fn every_field_of_a_schema_is_a_field_of_the_type() {
    check::<api::GitRepositorySpec>();
    check::<api::OCIRepositorySpec>();
    check::<api::BucketSpec>();
    check::<api::HelmRepositorySpec>();
    check::<api::HelmChartSpec>();
    check::<api::ExternalArtifactSpec>();
    check::<api::ArtifactGeneratorSpec>();
    check::<api::KustomizationSpec>();
    check::<api::HelmReleaseSpec>();
}

#[test]
fn committed_definitions_are_those_of_the_types() {
    for crd in api::crds() {
        let name = crd["metadata"]["name"].as_str().unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("crds/{name}.yaml"));
        let committed = yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(committed, crd, "{name} differs: run `cargo xtask gen`");
    }
}

#[test]
fn an_object_of_another_kind_is_refused() {
    let object = json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "Bucket", "metadata": {}, "spec": {}});
    let error = api::GitRepository::from_value(&object).unwrap_err().to_string();
    assert!(error.contains("expected an object of source.toolkit.fluxcd.io/v1 GitRepository"), "{error}");
}

#[test]
fn what_the_server_has_not_filled_in_reads_as_its_default() {
    let object = json!({
        "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "OCIRepository", "metadata": {"name": "a", "managedFields": []},
        "spec": {"url": "oci://example.com/a", "interval": "1m", "unknown": 1, "verify": {}},
    });
    let repository = api::OCIRepository::from_value(&object).unwrap();
    assert_eq!(repository.spec.timeout().as_secs(), 60);
    assert_eq!(repository.spec.provider, api::RegistryProvider::Generic);
    assert_eq!(repository.spec.verify.unwrap().provider, api::VerificationProvider::Cosign);
}
