//! Whole commands against a running `sluice up`: exit code, standard output, standard error.

#![allow(clippy::unwrap_used)]

mod world;

use world::{Ran, World};

const FLEET: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: apps}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: apps}
data: {color: blue}
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: apps}
stringData: {token: hunter2}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: apps}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'registry.example/web:1'}]}
";

#[track_caller]
fn check(ran: &Ran, code: i32, stdout: &str, stderr: &str) {
    let expected = Ran { code: Some(code), stdout: stdout.into(), stderr: stderr.into() };
    assert_eq!(*ran, expected);
}

#[test]
fn objects_are_listed_drawn_rested_and_reconciled() {
    let world = World::start(FLEET);
    check(
        &world.run("get kustomizations"),
        0,
        "NAME       \tREVISION              \tSUSPENDED\tREADY\tMESSAGE\n\
         flux-system\tlatest@sha256:<digest>\tFalse    \tTrue \tApplied revision: latest@sha256:<digest>\n",
        "",
    );
    assert!(world.run("get all -A --no-header").stdout.starts_with("flux-system\tgitrepository/flux-system\tlatest@"));
    check(&world.run("get hr"), 1, "", "error: no HelmRelease objects found in \"flux-system\" namespace\n");
    check(&world.run("get ks nope"), 1, "", "error: Kustomization object 'nope' not found in \"flux-system\" namespace\n");
    assert!(
        world.run("get ks flux-system -o yaml").stdout.starts_with("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n")
    );

    let tree = world.run("tree kustomization flux-system").stdout;
    assert!(tree.starts_with("Kustomization/flux-system/flux-system [Current]\n├── Namespace/apps [Current]\n"), "{tree}");
    assert!(tree.contains("── Deployment/apps/web ["), "{tree}");
    check(&world.run("tree flux-system --compact"), 0, "Kustomization/flux-system/flux-system [Current]\n", "");
    assert!(world.run("events --for Kustomization/flux-system").stdout.contains("ReconciliationSucceeded"));
    assert_eq!(world.run("events --types Warning").stdout, "");

    check(
        &world.run("reconcile kustomization flux-system --with-source --timeout 60s"),
        0,
        "",
        "✔ GitRepository follows its directory by itself: revision latest@sha256:<digest>\n\
         ► annotating Kustomization flux-system in flux-system namespace\n✔ Kustomization annotated\n\
         ◎ waiting for Kustomization reconciliation\n✔ applied revision latest@sha256:<digest>\n",
    );
    check(
        &world.run("suspend ks flux-system nope"),
        1,
        "",
        "✗ Kustomization object 'nope' not found in \"flux-system\" namespace\n\
         ► suspending kustomization flux-system in flux-system namespace\n✔ kustomization suspended\n",
    );
    let refused = "✗ Kustomization/flux-system/flux-system is suspended\n  hint: `sluice resume` it first\n";
    check(&world.run("reconcile ks flux-system"), 1, "", refused);
    assert_eq!(world.run("resume ks --all --wait --timeout 60s").code, Some(0));

    world.change(&FLEET.replace("kind: Secret", "kind: Secrets"));
    world.wait_for("get ks flux-system", "\tFalse    \tFalse");
    let failed = world.run("reconcile ks flux-system --timeout 60s");
    assert_eq!(failed.code, Some(1));
    assert!(failed.stderr.contains("✗ Kustomization reconciliation failed: '") && failed.stderr.contains("[SL4001]"), "{}", failed.stderr);
}

#[test]
fn local_files_are_compared_and_built() {
    let world = World::start(FLEET);
    check(&world.run("diff kustomization flux-system --path fleet"), 0, "", "");

    let changed = FLEET.replace("blue", "red").replace("hunter2", "hunter3").replace("name: web, namespace", "name: site, namespace");
    world.folder("changed", &changed);
    let shown = "► ConfigMap/apps/settings drifted\n\ndata.color\n± value change\n- blue\n+ red\n\n\
                 ► Secret/apps/token drifted\n\ndata.token\n± value change\n- *** (before)\n+ *** (after)\n\n\
                 ► Deployment/apps/site created\n► Deployment/apps/web deleted\n";
    check(&world.run("diff ks flux-system --path changed"), 1, shown, "");

    world.folder("refused", &FLEET.replace("apps/v1", "nope/v1"));
    let refused = world.run("diff ks flux-system --path refused");
    let words = "✗ Deployment/apps/web: the cluster does not know the kind Deployment of nope/v1 [SL4001]\n";
    check(&refused, 2, "", words);
    assert_eq!(world.run("diff ks flux-system --path nowhere").code, Some(2));
    let built = world.run("build ks flux-system --path changed");
    assert!(built.code == Some(0) && built.stdout.contains("kustomize.toolkit.fluxcd.io/name: flux-system"), "{built:?}");
}

#[test]
fn an_installation_gets_ready() {
    let world = World::start(FLEET);
    let words = "► installing in gitops namespace\n✔ manifests applied\n◎ waiting for definitions and Deployment\n✔ install finished\n";
    check(&world.run("install -n gitops --timeout 60s"), 0, "", words);
    assert!(world.run("install --export -n gitops").stdout.starts_with("apiVersion: v1\nkind: Namespace\n"));
}
