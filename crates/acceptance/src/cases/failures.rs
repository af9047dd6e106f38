//! Each failure is told by its code, in the condition and in an event.

use anyhow::Context as _;
use failure::Code;
use serde_json::{Value, json};

use super::config_map;
use super::stages::custom;
use crate::World;

/// A kubeconfig that runs a program for its credentials.
const PROGRAM: &str = "{apiVersion: v1, kind: Config, users: [{name: u, user: {exec: {command: sh}}}]}";

/// A failure of a Kustomization: the file under its path, and what its spec says beside.
struct Broken {
    code: Code,
    file: String,
    spec: Value,
}

fn broken() -> Vec<Broken> {
    let good = || config_map("good", "first");
    let case = |code, file: String, spec| Broken { code, file, spec };
    vec![
        case(Code::SourceNotFound, good(), json!({"sourceRef": {"name": "absent"}})),
        case(Code::SourceNotReady, good(), json!({"sourceRef": {"name": "empty"}})),
        case(Code::DependencyNotReady, good(), json!({"dependsOn": [{"name": "absent"}]})),
        case(Code::InvalidExpression, good(), json!({"dependsOn": [{"name": "sl1003", "readyExpr": "self."}]})),
        case(Code::ReferenceNotFound, good(), json!({"postBuild": {"substituteFrom": [{"kind": "Secret", "name": "absent"}]}})),
        case(Code::FeatureDisabled, good(), json!({"kubeConfig": {"configMapRef": {"name": "absent"}}})),
        case(Code::KubeconfigUnusable, good(), json!({"kubeConfig": {"secretRef": {"name": "kubeconfig"}}})),
        case(Code::PathNotFound, good(), json!({"path": "./absent"})),
        case(Code::InvalidYaml, "a: [\n".into(), json!({})),
        case(Code::BuildFailed, good(), json!({"components": ["absent"]})),
        case(Code::SubstitutionFailed, config_map("good", "${absent}"), json!({"postBuild": {"substitute": {"other": "value"}}})),
        case(Code::EncryptedSecret, secret(), json!({})),
        case(Code::UnknownKind, custom("Unheard", "one"), json!({})),
        case(Code::Forbidden, good(), json!({"serviceAccountName": "absent"})),
        case(Code::Rejected, config_map("Not_a_name", "first"), json!({})),
        case(Code::NamespaceMissing, good(), json!({"targetNamespace": "absent-namespace"})),
    ]
}

fn secret() -> String {
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: good\ndata: {}\nsops:\n  mac: x\n".into()
}

pub(super) async fn each_failure_of_a_kustomization_names_its_code(world: &World) -> anyhow::Result<()> {
    let cases: Vec<(String, Broken)> = broken().into_iter().map(|broken| (broken.code.as_str().to_lowercase(), broken)).collect();
    let files: Vec<(String, &str)> = cases.iter().map(|(name, broken)| (format!("{name}/one.yaml"), broken.file.as_str())).collect();
    world.publish(&files.iter().map(|(path, text)| (path.as_str(), *text)).collect::<Vec<_>>()).await?;
    world.git("empty", "http://127.0.0.1:1/app", json!({})).await?;
    world.make("Secret", "kubeconfig", json!({"stringData": {"value": PROGRAM}})).await?;
    for (name, broken) in &cases {
        let mut spec = json!({"path": format!("./{name}")});
        object::merge_patch(&mut spec, &broken.spec);
        world.kustomization(name, spec).await?;
    }
    for (name, broken) in &cases {
        world.failed(name, &format!("[{}]", broken.code)).await?;
        world.event("Kustomization", name, &format!("[{}]", broken.code)).await.with_context(|| name.clone())?;
    }
    Ok(())
}

pub(super) async fn each_failure_of_a_source_names_its_code(world: &World) -> anyhow::Result<()> {
    let upstream = crate::Upstream::start(&[("one.yaml", "a: 1\n")]).await?;
    let cases = [
        (Code::Unreachable, "http://127.0.0.1:1/app".to_owned(), json!({})),
        (Code::RefNotFound, upstream.url(), json!({"ref": {"branch": "absent"}})),
        (Code::EmptySource, upstream.url(), json!({"ignore": "/*"})),
        (Code::ReferenceNotFound, upstream.url(), json!({"secretRef": {"name": "absent"}})),
        (Code::SourceNotFound, upstream.url(), json!({"include": [{"repository": {"name": "absent"}}]})),
        (Code::FeatureDisabled, upstream.url(), json!({"verify": {"mode": "HEAD", "secretRef": {"name": "absent"}}})),
        (Code::InvalidUrl, "https://".to_owned(), json!({})),
        (Code::InvalidUrl, "http://169.254.169.254/app".to_owned(), json!({})),
    ];
    for (at, (_, url, spec)) in cases.iter().enumerate() {
        world.git(&format!("source-{at}"), url, spec.clone()).await?;
    }
    for (at, (code, _, _)) in cases.iter().enumerate() {
        let name = format!("source-{at}");
        world.condition("GitRepository", &name, "False", &format!("[{code}]")).await?;
        world.event("GitRepository", &name, &format!("[{code}]")).await?;
    }
    Ok(())
}

pub(super) async fn a_long_failure_keeps_its_code_in_the_event(world: &World) -> anyhow::Result<()> {
    let bad = |at: usize| config_map(&format!("one-{at}\n  labels:\n    long: {}", "x".repeat(20_000)), "first");
    world.publish(&[("all.yaml", &(0..12).map(bad).collect::<Vec<_>>().join("---\n"))]).await?;
    world.kustomization("app", json!({})).await?;
    world.failed("app", "[SL4004]").await?;
    world.event("Kustomization", "app", "[SL4004]").await
}
