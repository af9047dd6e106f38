//! The values of Secrets stand in Secrets and nowhere else, whatever goes wrong with them.

use std::path::Path;

use anyhow::ensure;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::{Sluice, Upstream, World};

/// Stands in every Secret, and is looked for everywhere else.
const CANARY: &str = "s3cret-canary";

pub(super) async fn the_values_of_secrets_are_told_nowhere(world: &World) -> anyhow::Result<()> {
    let storage = tempfile::tempdir()?;
    let log = storage.path().join("log");
    let _sluice = Sluice::start_with_log(&world.kubeconfig, &world.namespace, storage.path(), &log).await?;
    let upstream = Upstream::start(&borrowed(&files("first"))).await?;
    world.make("Secret", "login", json!({"stringData": {"username": "git", "password": CANARY}})).await?;
    world.git("repository", &upstream.url(), json!({"secretRef": {"name": "login"}})).await?;
    world.git("away", "http://127.0.0.1:1/app", json!({"secretRef": {"name": "login"}})).await?;
    for (name, _) in FAILURES {
        let spec = json!({
            "path": format!("./{name}"), "sourceRef": {"name": "repository"},
            "postBuild": {"substituteFrom": [{"kind": "Secret", "name": "login"}]},
        });
        world.kustomization(name, spec).await?;
    }
    world.ready("immutable").await?;
    world.condition("GitRepository", "away", "False", "SL2001").await?;
    upstream.push(&borrowed(&files("second")))?;
    world.reconcile("GitRepository", "repository").await?;
    for (name, code) in FAILURES {
        world.failed(name, code).await?;
        world.event("Kustomization", name, code).await?;
    }
    nowhere(world, &log).await
}

/// Kustomizations that fail at their second commit, each in its own folder, and the code of the failure.
const FAILURES: [(&str, &str); 5] =
    [("immutable", "SL4003"), ("no-base64", "SL4004"), ("no-text", "SL4004"), ("no-yaml", "SL3002"), ("no-closing", "SL3004")];

fn files(round: &str) -> Vec<(String, String)> {
    let broken = round == "second";
    let secret = |name: &str, content: &str| format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n{content}\n");
    let either = |good: &str, bad: &str| if broken { bad.to_owned() } else { good.to_owned() };
    let good = format!("stringData:\n  key: {CANARY}");
    vec![
        ("immutable/one.yaml".into(), secret("immutable", &format!("immutable: true\nstringData:\n  key: {CANARY}-{round}-${{password}}"))),
        ("no-base64/one.yaml".into(), secret("no-base64", &either(&good, &format!("data:\n  key: '{CANARY}!'")))),
        ("no-text/one.yaml".into(), secret("no-text", &either(&good, &format!("stringData:\n  key: [{CANARY}]")))),
        ("no-yaml/one.yaml".into(), secret("no-yaml", &either(&good, &format!("stringData:\n  key: {CANARY}: {CANARY}")))),
        ("no-closing/one.yaml".into(), secret("no-closing", &either(&good, &format!("stringData:\n  key: {CANARY}${{")))),
    ]
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

/// Looks through what is told: objects other than Secrets, their events, and the log.
async fn nowhere(world: &World, log: &Path) -> anyhow::Result<()> {
    let mut told = vec![("the log".to_owned(), std::fs::read_to_string(log)?)];
    ensure!(told[0].1.contains("no-base64"), "the log tells of what failed");
    for kind in ["Kustomization", "GitRepository", "Event", "ConfigMap"] {
        told.extend(world.list(kind).await?.into_iter().map(|object| (object.id().to_string(), object.into_value().to_string())));
    }
    let forms = [CANARY.to_owned(), BASE64_STANDARD.encode(CANARY), BASE64_STANDARD.encode(format!("git:{CANARY}"))];
    for (who, text) in told {
        let found = text.lines().find(|line| forms.iter().any(|form| line.contains(form.trim_end_matches('='))));
        ensure!(found.is_none(), "{who} tells a value of a Secret: {}", found.unwrap_or_default());
    }
    Ok(())
}
