//! Every case on one API server: `SLUICE_ACCEPTANCE` says `embedded` (the default) or `real`.

use acceptance::{Target, run};
use testing::kube::KubeApiServer;

#[tokio::test(flavor = "multi_thread")]
async fn every_case_holds() {
    let Some(target) = target().await else { return };
    let failed = run(target).await;
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}

/// The server that was asked for; none where it cannot be had, which is printed as a skip (under CI it fails).
async fn target() -> Option<Target> {
    if std::env::var("SLUICE_ACCEPTANCE").is_ok_and(|server| server == "real") {
        let started = tokio::task::spawn_blocking(|| KubeApiServer::start_or_skip("every_case_holds")).await;
        return Some(Target::Real(Box::new(started.expect("starting does not panic")?)));
    }
    Some(Target::embedded().await.expect("the embedded API server opens in memory"))
}
