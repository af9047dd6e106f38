//! `report`: what a pass found becomes status, conditions and events. The only place that writes conditions.

use std::collections::BTreeMap;
use std::time::Duration;

use api::condition::{HEALTHY, READY, RECONCILING, STALLED};
use api::{Condition, ConditionStatus, Kustomization, KustomizationSpec, KustomizationStatus, Time, names, reason};
use cluster::Error;
use failure::{Class, Code, Failure, Stage};
use object::Object;
use plan::Action;
use runtime::{Event, EventKind, Key};

use super::memory::Memories;
use super::outcome::{HealthState, Outcome};
use super::{Context, inventory};
use crate::status;

/// A wait for health shows in the status once it has lasted this long; most are over before.
const WAIT_SHOWN_AFTER: Duration = Duration::from_secs(3);

/// Writes the status if it differs, and emits the events of what changed.
pub async fn report(
    context: &Context,
    memories: &Memories,
    before: &Kustomization,
    key: &Key,
    result: &Result<Outcome, Failure>,
    took: Duration,
) -> Result<(), Error> {
    let Some(object) = context.kustomizations.get(key) else { return Ok(()) };
    let now = Time::from(jiff::Timestamp::now());
    let waited = memories.waiting_since(key).map(|since| since.elapsed()).unwrap_or_default();
    let verdict = verdict(before, result, waited);
    let after = status(before, result, &verdict, now, took);
    emit_changes(context, &object, result);
    if matches!(verdict, Verdict::Waiting(_)) && waited < WAIT_SHOWN_AFTER {
        return Ok(());
    }
    status::write::<KustomizationSpec>(
        &context.cluster.controller(),
        &context.kustomizations,
        &object,
        &after,
        names::KUSTOMIZE_STATUS_MANAGER,
    )
    .await?;
    emit(context, &object, before, &after, result, took);
    Ok(())
}

/// How a pass ended, health included.
enum Verdict<'a> {
    Applied(&'a Outcome),
    Waiting(&'a Outcome),
    Failed(Failure),
}

fn verdict<'a>(kustomization: &Kustomization, result: &'a Result<Outcome, Failure>, waited: Duration) -> Verdict<'a> {
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(failure) => return Verdict::Failed(failure.clone()),
    };
    match (&outcome.failure, &outcome.health) {
        (Some(failure), _) => Verdict::Failed(failure.clone()),
        (None, HealthState::Failed(failure)) => Verdict::Failed(failure.clone()),
        (None, HealthState::Waiting { objects, .. }) if waited >= kustomization.spec.timeout() => {
            let names: Vec<String> = objects.iter().map(|(id, state)| format!("{id} status: '{state}'")).collect();
            let message = format!(
                "health check failed after {}s: timeout waiting for: [{}]",
                kustomization.spec.timeout().as_secs(),
                names.join(", ")
            );
            Verdict::Failed(Failure::retry(Stage::Observe, Code::HealthTimeout, reason::HEALTH_CHECK_FAILED, message))
        }
        (None, HealthState::Waiting { .. }) => Verdict::Waiting(outcome),
        (None, _) => Verdict::Applied(outcome),
    }
}

fn status(
    before: &Kustomization,
    result: &Result<Outcome, Failure>,
    verdict: &Verdict<'_>,
    now: Time,
    took: Duration,
) -> KustomizationStatus {
    let mut status = before.status.clone();
    let generation = before.metadata.generation;
    if let Ok(outcome) = result {
        status.last_attempted_revision = outcome.revision.clone();
        status.inventory = Some(inventory::after(before, outcome));
    }
    conditions(&mut status, before, verdict, generation, now);
    if let Verdict::Applied(outcome) = verdict {
        status.last_applied_revision = outcome.revision.clone();
        status.last_applied_origin_revision = outcome.origin_revision.clone();
    }
    if !matches!(verdict, Verdict::Waiting(_)) {
        status.observed_generation = generation;
        if let Some(requested) = before.metadata.requested_at() {
            status.last_handled_reconcile_at = requested.to_owned();
        }
    }
    record(&mut status, before, result, verdict, now, took);
    status
}

fn conditions(status: &mut KustomizationStatus, before: &Kustomization, verdict: &Verdict<'_>, generation: i64, now: Time) {
    let conditions = &mut status.conditions;
    let mut set = |r#type: &str, state, reason: &str, message: String| {
        conditions.set(Condition::new(r#type, state, reason, message), generation, now)
    };
    let is_checked = before.spec.wait || !before.spec.health_checks.is_empty();
    match verdict {
        Verdict::Applied(outcome) => {
            let message = format!("Applied revision: {}", outcome.revision);
            set(READY, ConditionStatus::True, reason::RECONCILIATION_SUCCEEDED, message);
            match is_checked {
                true => set(HEALTHY, ConditionStatus::True, reason::SUCCEEDED, "Health check passed".into()),
                false => conditions.remove(HEALTHY),
            }
            conditions.remove(RECONCILING);
            conditions.remove(STALLED);
        }
        Verdict::Waiting(outcome) => {
            let message =
                format!("Running health checks for revision {} with a timeout of {}s", outcome.revision, before.spec.timeout().as_secs());
            set(READY, ConditionStatus::Unknown, reason::PROGRESSING, "Reconciliation in progress".into());
            set(HEALTHY, ConditionStatus::Unknown, reason::PROGRESSING, message.clone());
            conditions.set_reconciling(reason::PROGRESSING, message, generation, now);
        }
        Verdict::Failed(failure) => {
            set(READY, ConditionStatus::False, failure.reason, failure.to_string());
            if failure.stage == Stage::Observe {
                set(HEALTHY, ConditionStatus::False, failure.reason, failure.to_string());
            }
            match failure.class {
                Class::Stalled => conditions.set_stalled(failure.reason, failure.to_string(), generation, now),
                _ => conditions.remove(RECONCILING),
            }
        }
    }
}

/// History counts results, not intervals: a pass that changed nothing is not written down.
fn record(
    status: &mut KustomizationStatus,
    before: &Kustomization,
    result: &Result<Outcome, Failure>,
    verdict: &Verdict<'_>,
    now: Time,
    took: Duration,
) {
    let Ok(outcome) = result else { return };
    let word = match verdict {
        Verdict::Applied(_) => reason::RECONCILIATION_SUCCEEDED,
        Verdict::Failed(failure) => failure.reason,
        Verdict::Waiting(_) => return,
    };
    let mut metadata = BTreeMap::from([("revision".to_owned(), outcome.revision.clone())]);
    if !outcome.origin_revision.is_empty() {
        metadata.insert("originRevision".to_owned(), outcome.origin_revision.clone());
    }
    let is_known = before.status.history.latest().is_some_and(|latest| {
        latest.digest == outcome.build_digest && latest.last_reconciled_status == word && latest.metadata == metadata
    });
    let was_asked = before.metadata.requested_at().is_some_and(|at| at != before.status.last_handled_reconcile_at);
    if !is_known || was_asked || !outcome.changes.is_empty() {
        let took = api::Duration::from_secs(took.as_secs());
        status.history.record(&outcome.build_digest, word, now, took, metadata);
    }
}

/// Tells what was applied and deleted, however the pass goes on.
fn emit_changes(context: &Context, object: &Object, result: &Result<Outcome, Failure>) {
    let Ok(outcome) = result else { return };
    if outcome.changes.is_empty() {
        return;
    }
    let emit = |kind, reason: &str, message| {
        let metadata = vec![revision_of(outcome)];
        context.events.emit(object, Event { kind, reason: reason.to_owned(), message, metadata });
    };
    emit(EventKind::Normal, reason::PROGRESSING, change_set(outcome));
    if !outcome.left_out.is_empty() {
        let message = format!("left out, because the kind does not know it:\n{}", outcome.left_out.join("\n"));
        emit(EventKind::Warning, reason::UNKNOWN_FIELDS, message);
    }
}

fn revision_of(outcome: &Outcome) -> (String, String) {
    (format!("{}/revision", names::KUSTOMIZE_GROUP), outcome.revision.clone())
}

fn emit(
    context: &Context,
    object: &Object,
    before: &Kustomization,
    after: &KustomizationStatus,
    result: &Result<Outcome, Failure>,
    took: Duration,
) {
    let ready = |status: &KustomizationStatus| {
        status.conditions.get(READY).map(|ready| (ready.status, ready.reason.clone(), ready.message.clone()))
    };
    let metadata: Vec<(String, String)> = result.iter().map(revision_of).collect();
    let emit = |kind, reason: &str, message: String| {
        context.events.emit(object, Event { kind, reason: reason.to_owned(), message, metadata: metadata.clone() });
    };
    let Some((state, word, message)) = ready(after).filter(|now| ready(&before.status).as_ref() != Some(now)) else { return };
    match state {
        ConditionStatus::True => {
            emit(EventKind::Normal, &word, format!("Reconciliation finished in {:.3}s, {message}", took.as_secs_f64()))
        }
        ConditionStatus::False if word == reason::DEPENDENCY_NOT_READY => emit(EventKind::Normal, &word, message),
        ConditionStatus::False => emit(EventKind::Warning, &word, message),
        ConditionStatus::Unknown => {}
    }
}

/// One line for each object: `Deployment/shop/web created`.
fn change_set(outcome: &Outcome) -> String {
    let word = |action: &Action| match action {
        Action::Create => "created",
        Action::Delete => "deleted",
        _ => "configured",
    };
    outcome.changes.iter().map(|(id, action)| format!("{id} {}", word(action))).collect::<Vec<_>>().join("\n")
}
