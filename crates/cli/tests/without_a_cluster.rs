//! Whole commands where no cluster is.

#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

const KUSTOMIZATION: &str = "
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web}
spec:
  interval: 1m
  prune: true
  targetNamespace: shop
  sourceRef: {kind: GitRepository, name: fleet}
  postBuild: {substitute: {color: blue}, substituteFrom: [{kind: Secret, name: nowhere}]}
";

fn run(folder: &std::path::Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.current_dir(folder).env("XDG_RUNTIME_DIR", folder).env_remove("KUBECONFIG").env_remove("FLUX_SYSTEM_NAMESPACE");
    command.args(arguments.split(' ')).output().unwrap()
}

#[test]
fn a_dry_build_needs_none() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ks.yaml"), KUSTOMIZATION).unwrap();
    std::fs::create_dir(folder.path().join("app")).unwrap();
    let settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: '${color}'}\n";
    std::fs::write(folder.path().join("app/settings.yaml"), settings).unwrap();
    let built = run(folder.path(), "build kustomization web --path app --kustomization-file ks.yaml --dry-run");
    assert_eq!(String::from_utf8_lossy(&built.stderr), "");
    let expected = "apiVersion: v1\ndata:\n  color: blue\nkind: ConfigMap\nmetadata:\n  labels:\n    \
                    kustomize.toolkit.fluxcd.io/name: web\n    kustomize.toolkit.fluxcd.io/namespace: flux-system\n  name: settings\n  namespace: shop\n---\n";
    assert_eq!(String::from_utf8_lossy(&built.stdout), expected);
}

#[test]
fn a_cluster_that_is_away_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]\n\
                      contexts: [{name: a, context: {cluster: a, user: a}}]\nusers: [{name: a, user: {}}]\n";
    std::fs::write(folder.path().join("kubeconfig"), kubeconfig).unwrap();
    let asked = run(folder.path(), "get ks --kubeconfig kubeconfig");
    assert_eq!(asked.status.code(), Some(1));
    let told = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert!(told.starts_with("error: cannot reach the cluster of `kubeconfig`\n  hint: start one with `sluice up`"), "{told}");
    assert!(told.contains("the API server does not answer"), "{told}");
}

#[test]
fn an_unknown_kind_is_answered_with_those_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let asked = run(folder.path(), "get pods");
    assert_eq!(asked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&asked.stderr).starts_with("error: `pods` is no kind\nKinds:\n"));
}
