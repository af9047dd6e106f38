//! Runs cases: most of them beside each other, those that measure time or disturb the server alone afterwards.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use futures::{StreamExt as _, stream};

use crate::cases::{self, Case, Upheaval};
use crate::{Target, World};

/// How many cases run beside each other. Most of their time they wait.
const CONCURRENCY: usize = 8;
/// Longest time of one case, so that one that hangs is named.
const CASE_MAX: Duration = Duration::from_secs(180);
/// Only cases whose names contain this text run, if it is set.
const ONLY_VARIABLE: &str = "SLUICE_ACCEPTANCE_ONLY";

/// Runs every case and gives a line for each that failed.
pub async fn run(target: Target) -> Vec<String> {
    match try_run(target).await {
        Ok(failed) => failed,
        Err(error) => vec![format!("the API server: {error:#}")],
    }
}

async fn try_run(target: Target) -> anyhow::Result<Vec<String>> {
    target.install().await?;
    let only = std::env::var(ONLY_VARIABLE).unwrap_or_default();
    let target = Arc::new(target);
    let (alone, beside): (Vec<&Case>, Vec<&Case>) =
        cases::ALL.iter().filter(|case| case.name.contains(&only)).partition(|case| case.is_alone);
    let mut failed = concurrently(&target, beside, CONCURRENCY).await;
    failed.extend(concurrently(&target, alone, 1).await);
    let upheavals: Vec<&Upheaval> = cases::UPHEAVALS.iter().filter(|case| case.name.contains(&only)).collect();
    if upheavals.is_empty() {
        return Ok(failed);
    }
    let target = Arc::into_inner(target).context("a case has not given the target back")?;
    let mut target = target.durable().await?;
    target.install().await?;
    failed.extend(upheave(&mut target, &upheavals).await);
    Ok(failed)
}

async fn concurrently(target: &Arc<Target>, cases: Vec<&'static Case>, at_a_time: usize) -> Vec<String> {
    let tasks = stream::iter(cases).map(|case| {
        let (target, began) = (target.clone(), Instant::now());
        let task = tokio::spawn(async move { one(&target, case).await });
        async move {
            let result = task.await.unwrap_or_else(|panic| Err(anyhow!("panicked: {panic}")));
            told(case.name, began, result)
        }
    });
    tasks.buffer_unordered(at_a_time).filter_map(std::future::ready).collect().await
}

async fn one(target: &Target, case: &Case) -> anyhow::Result<()> {
    let world = World::start(target, &case.name.replace('_', "-"), case.controllers).await?;
    let result = tokio::time::timeout(CASE_MAX, (case.run)(&world)).await;
    world.finish().await;
    result.unwrap_or_else(|_| Err(anyhow!("not done after {CASE_MAX:?}")))
}

async fn upheave(target: &mut Target, upheavals: &[&'static Upheaval]) -> Vec<String> {
    let mut failed = Vec::new();
    for case in upheavals {
        let began = Instant::now();
        let result = tokio::time::timeout(CASE_MAX, (case.run)(target)).await;
        let result = result.unwrap_or_else(|_| Err(anyhow!("not done after {CASE_MAX:?}")));
        failed.extend(told(case.name, began, result));
    }
    failed
}

/// Prints how a case went, and gives the line of one that failed.
fn told(name: &str, began: Instant, result: anyhow::Result<()>) -> Option<String> {
    let seconds = began.elapsed().as_secs_f64();
    match result {
        Ok(()) => {
            println!("case {name}: ok ({seconds:.1} s)");
            None
        }
        Err(error) => {
            println!("case {name}: FAILED ({seconds:.1} s)");
            Some(format!("{name}: {error:#}"))
        }
    }
}
