//! `sluice build kustomization` without a cluster: what it prints and what it refuses, flag by flag.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::{Command, Output};

const KUSTOMIZATION: &str = "
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: flux-system}
spec:
  interval: 1m
  prune: true
  path: ./app
  targetNamespace: shop
  sourceRef: {kind: GitRepository, name: fleet}
  postBuild: {substitute: {color: blue}, substituteFrom: [{kind: Secret, name: nowhere}]}
";

/// A folder with the Kustomization `web` in `ks.yaml`, and these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files.iter().chain(&[("ks.yaml", KUSTOMIZATION)]) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, flags: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.current_dir(folder).env("XDG_RUNTIME_DIR", folder).env_remove("KUBECONFIG").env_remove("FLUX_SYSTEM_NAMESPACE");
    let before = "build ks web --kustomization-file ks.yaml --dry-run";
    command.args(before.split(' ')).args(flags.split(' ')).output().unwrap()
}

fn built(folder: &Path, flags: &str) -> String {
    let output = run(folder, flags);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(folder: &Path, flags: &str) -> String {
    let output = run(folder, flags);
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

fn config_map(name: &str, color: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{color: '{color}'}}\n")
}

/// Name lines of what was built.
fn names(printed: &str) -> Vec<&str> {
    printed.lines().filter_map(|line| line.strip_prefix("  name: ")).collect()
}

#[test]
fn objects_are_printed_as_written_each_with_its_end() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\nstatus: {loadBalancer: {}}\n";
    let folder = folder(&[("app/a.yaml", &config_map("settings", "${color}")), ("app/b.yaml", service)]);
    let labels = "  labels:\n    kustomize.toolkit.fluxcd.io/name: web\n    kustomize.toolkit.fluxcd.io/namespace: flux-system\n";
    let expected = format!(
        "apiVersion: v1\ndata:\n  color: blue\nkind: ConfigMap\nmetadata:\n{labels}  name: settings\n  namespace: shop\n---\n\
         apiVersion: v1\nkind: Service\nmetadata:\n{labels}  name: web\n  namespace: shop\nspec:\n  ports:\n  - port: 80\n\
         status:\n  loadBalancer: {{}}\n---\n"
    );
    assert_eq!(built(folder.path(), "--path app"), expected);
    assert_eq!(built(folder.path(), "--path ./app/../app/ --in-memory-build"), expected);
    assert!(!folder.path().join("app/kustomization.yaml").exists(), "the directory stays as it is");
}

#[test]
fn ciphertext_is_masked_and_plain_text_is_not() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {key: 'ENC[AES256_GCM,data:x]'}\nsops: {mac: 'ENC[AES256_GCM,data:y]'}\n";
    let plain = "apiVersion: v1\nkind: Secret\nmetadata: {name: b}\nstringData: {key: open}\n";
    let printed = built(folder(&[("app/a.yaml", secret), ("app/b.yaml", plain)]).path(), "--path app");
    assert!(printed.contains("stringData:\n  key: '**SOPS**'\n") && printed.contains("stringData:\n  key: open\n"), "{printed}");
    assert!(!printed.contains("sops") && !printed.contains("ENC["), "{printed}");
}

#[test]
fn a_variable_without_a_value_is_empty_unless_asked_otherwise() {
    let folder = folder(&[("app/a.yaml", &config_map("settings", "x${gone}"))]);
    assert!(built(folder.path(), "--path app").contains("color: x\n"));
    let told = refused(folder.path(), "--path app --strict-substitute");
    assert!(told.contains("post build failed for 'settings'") && told.contains("variable not set (strict mode): \"gone\""), "{told}");
}

#[test]
fn ignored_files_are_left_out() {
    let maps = ["a", "b", "c"].map(|name| (format!("app/{name}.yaml"), config_map(name, "x")));
    let mut files: Vec<(&str, &str)> = maps.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("app/.sourceignore", "a.yaml\n"));
    assert_eq!(names(&built(folder(&files).path(), "--path app")), ["b", "c"]);
    assert_eq!(names(&built(folder(&files).path(), "--path app --ignore-paths c.yaml,!a.yaml")), ["a", "b"]);
    files.push(("app/kustomization.yaml", "resources: [a.yaml, b.yaml, c.yaml]\n"));
    assert_eq!(names(&built(folder(&files).path(), "--path app --ignore-paths /c.yaml")), ["b"], "entries of a kustomization too");
}

#[test]
fn kustomizations_among_the_objects_are_built_where_their_sources_are_given() {
    let inner = KUSTOMIZATION.replace("name: web", "name: inner").replace("./app", "./inner");
    let folder = folder(&[("app/ks.yaml", &inner), ("inner/a.yaml", &config_map("settings", "${color}"))]);
    assert_eq!(names(&built(folder.path(), "--path app")), ["inner"]);
    let printed = built(folder.path(), "--path app --recursive --local-sources GitRepository/shop/fleet=.");
    assert_eq!(names(&printed), ["inner", "settings"]);
    assert!(printed.contains("kustomize.toolkit.fluxcd.io/name: inner\n") && printed.contains("color: blue\n"), "{printed}");
    let told = refused(folder.path(), "--path app --recursive");
    assert!(told.contains("cannot get local path for GitRepository/shop/fleet of kustomization inner"), "{told}");
    assert!(told.contains("--local-sources GitRepository/shop/fleet=DIR"), "{told}");
}

#[test]
fn a_kustomization_of_another_namespace_is_not_taken() {
    let folder = folder(&[("app/a.yaml", &config_map("settings", "x"))]);
    let told = refused(folder.path(), "--path app --namespace apps");
    assert!(told.contains("`ks.yaml` holds no Kustomization apps/web") && told.contains("add `--namespace flux-system`"), "{told}");
    assert!(refused(folder.path(), "--path nowhere").contains("invalid resource path \"nowhere\""));
}
