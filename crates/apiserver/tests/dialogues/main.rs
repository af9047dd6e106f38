//! Dialogues: the same requests to a real kube-apiserver and to the embedded one, and the same answers.
//!
//! A script in `crates/apiserver/dialogues` is one topic: steps with method, path, body and user, each in a namespace of
//! its own. What differs by chance (uids, times, revisions, drawn addresses) is replaced; what differs and is accepted is
//! named in the script with its reason, and listed in docs/spec/embedded-apiserver.md. Begin with `script.rs`.
//! `DIALOGUE=name` runs one script; without Go only the embedded server is asked, and the test says SKIPPED.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not marked as tests themselves")]

mod ask;
mod difference;
mod normal;
mod script;

use apiserver::{ApiServer, Authorization, Options};
use futures::future::join_all;
use kube::Client;
use serde_json::Value;
use testing::kube::KubeApiServer;

use ask::Talk;
use script::{Script, Step};

#[tokio::test(flavor = "multi_thread")]
async fn both_servers_answer_alike() {
    let server = ApiServer::open(Options { authorization: Authorization::Rbac, ..Options::default() }).unwrap();
    let embedded = Client::new(server.service(), "default");
    let started = tokio::task::spawn_blocking(|| KubeApiServer::start_or_skip("both_servers_answer_alike")).await.unwrap();
    let real = match &started {
        Some(real) => Some(real.client().await.unwrap()),
        None => None,
    };
    let found = join_all(script::all().iter().map(|script| hold(script, &embedded, real.as_ref()))).await;
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
}

/// Holds one dialogue with both servers, or with the one there is. Gives what differs.
async fn hold(script: &Script, embedded: &Client, real: Option<&Client>) -> Vec<String> {
    let mut ours = Talk::new(embedded.clone(), &script.name);
    let mut theirs = real.map(|real| Talk::new(real.clone(), &script.name));
    let mut found = Vec::new();
    for (at, step) in script.steps.iter().enumerate() {
        let answer = ours.say(step).await;
        let expected = match &mut theirs {
            Some(theirs) => theirs.say(step).await,
            None => continue,
        };
        let differences = compare(step, &expected, &answer);
        found.extend(differences.into_iter().map(|difference| format!("{} step {at}: {}: {difference}", script.name, step.request)));
    }
    found
}

/// What differs in the parts of an answer that the step shows, save what it accepts.
fn compare(step: &Step, expected: &Value, answer: &Value) -> Vec<String> {
    let differences = difference::between(&step.shown(expected), &step.shown(answer));
    let (accepted, found): (Vec<_>, Vec<_>) = differences.into_iter().partition(|difference| step.accepts(&difference.path));
    let mut told: Vec<String> = found.iter().map(ToString::to_string).collect();
    if !step.accepted.is_empty() && accepted.is_empty() {
        told.push("nothing of what the script accepts differs any more: take it out".into());
    }
    told
}
