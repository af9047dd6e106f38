//! Whole builds, from files to objects.

use build::{Spec, SubstituteStrategy, Variables, build};
use kustomize::MemoryFiles;
use object::Object;
use std::collections::BTreeMap;

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas:=1}
  template:
    spec:
      containers:
      - name: web
        image: app:1
        ports:
        - containerPort: 80
";

fn spec() -> Spec {
    Spec { name: "apps".to_owned(), namespace: "flux-system".to_owned(), ..Spec::default() }
}

fn files(entries: &[(&str, &str)]) -> MemoryFiles {
    entries.iter().copied().collect()
}

fn one(files: &MemoryFiles, path: &str, spec: &Spec, variables: &Variables) -> Object {
    build(files, path, spec, variables).expect("the case builds").objects.remove(0)
}

#[test]
fn plain_manifests_become_owned_objects() {
    let spec = Spec {
        target_namespace: Some("team".to_owned()),
        name_prefix: Some("blue-".to_owned()),
        common_labels: BTreeMap::from([("tier".to_owned(), "front".to_owned())]),
        ..spec()
    };
    let variables = Variables::from([("replicas".to_owned(), "3\n".to_owned())]);
    let object = one(&files(&[("apps/web.yaml", DEPLOYMENT)]), "./apps", &spec, &variables);
    assert_eq!((object.namespace(), object.name()), ("team", "blue-web"));
    assert_eq!(object.get_in(&["spec", "replicas"]), Some(&3.into()));
    assert_eq!(object.label("kustomize.toolkit.fluxcd.io/name"), Some("apps"));
    assert_eq!(object.label("kustomize.toolkit.fluxcd.io/namespace"), Some("flux-system"));
    assert_eq!(object.label("tier"), Some("front"));
    let ports = &object.as_map()["spec"]["template"]["spec"]["containers"][0]["ports"][0];
    assert_eq!(ports["protocol"], "TCP");
}

#[test]
fn defaults_take_hold_when_asked_for() {
    let spec = Spec { substitute_strategy: SubstituteStrategy::Always, ..spec() };
    let object = one(&files(&[("web.yaml", DEPLOYMENT)]), "", &spec, &Variables::new());
    assert_eq!(object.get_in(&["spec", "replicas"]), Some(&1.into()));
}

#[test]
fn an_empty_directory_builds_to_nothing() {
    let built = build(&files(&[("apps/README.md", "")]), "apps", &spec(), &Variables::new()).unwrap();
    assert!(built.objects.is_empty());
}

#[test]
fn the_digest_follows_the_manifests_not_the_labels() {
    let digest = |spec: &Spec, replicas: &str| {
        let variables = Variables::from([("replicas".to_owned(), replicas.to_owned())]);
        build(&files(&[("web.yaml", DEPLOYMENT)]), "", spec, &variables).unwrap().digest
    };
    let labelled = Spec { common_labels: BTreeMap::from([("a".to_owned(), "b".to_owned())]), ..spec() };
    assert_eq!(digest(&spec(), "2"), digest(&labelled, "2"));
    assert_ne!(digest(&spec(), "2"), digest(&spec(), "3"));
    assert!(digest(&spec(), "2").starts_with("sha256:"));
}

#[test]
fn faults_name_what_they_are_about() {
    let refused = |entries: &[(&str, &str)], path: &str, spec: &Spec| {
        let variables = Variables::from([("x".to_owned(), "y".to_owned())]);
        build(&files(entries), path, spec, &variables).unwrap_err().to_string()
    };
    assert_eq!(refused(&[("a/b", "")], "gone", &spec()), "kustomization path not found: stat gone: no such file or directory");
    let unset = DEPLOYMENT.replace("${replicas:=1}", "${replicas}");
    assert_eq!(
        refused(&[("web.yaml", &unset)], "", &spec()),
        "post build failed for 'web': envsubst error: variable substitution failed: variable not set (strict mode): \"replicas\""
    );
    let outside = Spec { components: vec!["https://example.com/x".to_owned()], ..spec() };
    assert_eq!(refused(&[("web.yaml", DEPLOYMENT)], "", &outside), "component path 'https://example.com/x' must be local and relative");
}

#[test]
fn the_kustomization_file_is_read_as_flux_reads_it() {
    let kustomization =
        "Resources: [web.yaml]\nunknown: field\nnamePrefix: 5\nopenapi: {path: schema.json}\npatches:\n- path: patch.yaml\n";
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: sidecar}]}}}\n";
    let schema = r#"{"definitions": {"com.example.v1.Widget": {"x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Widget"}]}}}"#;
    let entries = [("kustomization.yaml", kustomization), ("web.yaml", DEPLOYMENT), ("patch.yaml", patch), ("schema.json", schema)];
    let object = one(&files(&entries), "", &spec(), &Variables::new());
    assert_eq!(object.name(), "5web");
    let containers = &object.as_map()["spec"]["template"]["spec"]["containers"];
    assert_eq!(containers.as_array().map(Vec::len), Some(2), "the built-in merge keys count beside those of a document");
}
