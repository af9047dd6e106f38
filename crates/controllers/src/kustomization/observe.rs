//! `observe`: how far the objects are. A wait is a record, not a worker: the pass ends and a watch starts the next one.

use std::time::Duration;

use api::{Kustomization, ObjectReference, reason};
use failure::{Code, Failure, Stage};
use health::{Health, Judge, Status};
use object::{Gvk, ObjectId};

use super::outcome::{HealthState, Outcome};
use super::wish::Wish;

/// Objects that we do not watch are looked at this often while they are waited for.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);

/// Judges everything that the spec wants to be healthy. Nothing is judged while applying failed.
pub async fn observe(kustomization: &Kustomization, wish: &Wish, outcome: &Outcome) -> HealthState {
    let spec = &kustomization.spec;
    if outcome.failure.is_some() || (!spec.wait && spec.health_checks.is_empty()) {
        return HealthState::NotChecked;
    }
    let judge = match Judge::new(&spec.health_check_exprs) {
        Ok(judge) => judge,
        Err(error) => {
            let failure = Failure::stalled(Stage::Observe, Code::InvalidExpression, reason::INVALID_CEL_EXPRESSION, error.to_string());
            return HealthState::Failed(failure);
        }
    };
    let looked_at = match spec.wait {
        true => applied(kustomization, wish, outcome, &judge).await,
        false => listed(kustomization, wish, outcome, &judge).await,
    };
    verdict(looked_at)
}

async fn applied(kustomization: &Kustomization, wish: &Wish, outcome: &Outcome, judge: &Judge) -> Vec<(ObjectId, Health)> {
    let mut found = Vec::new();
    for item in outcome.items.iter().filter(|item| !item.is_ignored && !is_own(kustomization, &item.id)) {
        let has_rule = kustomization.spec.health_check_exprs.iter().any(|rule| {
            Gvk::new(&rule.api_version, &rule.kind).group == item.id.group && (rule.kind.is_empty() || rule.kind == item.id.kind)
        });
        let health = match has_rule {
            true => asked(wish, &item.id, judge).await,
            false => watched(wish, &item.id),
        };
        found.push((item.id.clone(), if item.is_passing { or_passed(health) } else { health }));
    }
    found
}

/// Nothing waits for itself.
fn is_own(kustomization: &Kustomization, id: &ObjectId) -> bool {
    let own = &kustomization.metadata;
    id.kind == "Kustomization" && id.name == own.name && id.namespace == own.namespace
}

/// A Job that goes when it is finished is finished when it is gone.
fn or_passed(health: Health) -> Health {
    if health.status == Status::NotFound { Health::current("Job is finished and gone") } else { health }
}

fn watched(wish: &Wish, id: &ObjectId) -> Health {
    match wish.site.index.live(id) {
        Some(live) => live.health.unwrap_or_else(|| Health::in_progress("", "not seen yet")),
        None => Health::not_found(),
    }
}

async fn listed(kustomization: &Kustomization, wish: &Wish, outcome: &Outcome, judge: &Judge) -> Vec<(ObjectId, Health)> {
    let identities = kustomization.spec.health_checks.iter().map(|reference| identity(reference, &kustomization.metadata.namespace));
    let is_passing = |id: &ObjectId| outcome.items.iter().any(|item| item.is_passing && item.id == *id);
    let mut found = Vec::new();
    for id in identities.filter(|id| !is_own(kustomization, id)) {
        let health = asked(wish, &id, judge).await;
        let health = if is_passing(&id) { or_passed(health) } else { health };
        found.push((id, health));
    }
    found
}

/// An empty `apiVersion` means `apps/v1`, and an empty namespace ours.
fn identity(reference: &ObjectReference, own_namespace: &str) -> ObjectId {
    let api_version = if reference.api_version.is_empty() { "apps/v1" } else { &reference.api_version };
    let namespace = if reference.namespace.is_empty() { own_namespace } else { &reference.namespace };
    let group = Gvk::new(api_version, &reference.kind).group;
    ObjectId { group, kind: reference.kind.clone(), namespace: namespace.into(), name: reference.name.clone() }
}

async fn asked(wish: &Wish, id: &ObjectId, judge: &Judge) -> Health {
    let found = async {
        let resource = wish.site.cluster.mapper().resource_of_kind(&id.group, &id.kind).await?;
        wish.client.find(&resource, &id.namespace, &id.name).await
    };
    match found.await {
        Ok(Some(object)) => judge.health(&object, jiff::Timestamp::now()),
        Ok(None) => Health::not_found(),
        Err(error) => Health::unknown(error.to_string()),
    }
}

fn verdict(found: Vec<(ObjectId, Health)>) -> HealthState {
    let failed: Vec<&(ObjectId, Health)> = found.iter().filter(|(_, health)| health.status == Status::Failed).collect();
    if !failed.is_empty() {
        let lines: Vec<String> = failed.iter().map(|(id, health)| format!("{id} status: 'Failed': {}", health.message)).collect();
        let message = format!("failed early due to stalled resources: [{}]", lines.join(", "));
        return HealthState::Failed(Failure::retry(Stage::Observe, Code::HealthFailed, reason::HEALTH_CHECK_FAILED, message));
    }
    let objects: Vec<(ObjectId, String)> = found
        .into_iter()
        .filter(|(_, health)| !health.is_current())
        .map(|(id, health)| (id, format!("{}: {}", health.status, health.message)))
        .collect();
    if objects.is_empty() { HealthState::Healthy } else { HealthState::Waiting { objects, look_again: LOOK_INTERVAL } }
}
