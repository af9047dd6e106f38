//! The end of a Kustomization: its objects go or stay as the deletion policy says, then the finalizer is removed.

use std::collections::HashSet;
use std::time::Duration;

use api::{DeletionPolicy, Kustomization, KustomizationSpec, names, reason};
use cluster::Error;
use failure::{Code, Failure, Stage};
use object::{Object, ObjectId};
use plan::Action;
use runtime::{Event, EventKind, Key, Next};

use super::announced::Announced;
use super::inventory;
use super::stage::apply_options;
use super::{Context, follow, guard, wish};
use crate::sites::Site;
use crate::{kinds, status};

/// How often the objects are looked at while their end is waited for.
const TERMINATION_POLL_INTERVAL: Duration = Duration::from_secs(2);

/// Deletes what the policy says and lets the object go. What cannot be deleted is tried again, unless the tenant's ServiceAccount
/// is gone: then nobody may delete it any more, and the objects stay.
pub async fn finalize(context: &Context, kustomization: &Kustomization, object: &Object, key: &Key) -> Next {
    if !kustomization.metadata.has_finalizer(names::FINALIZER) {
        return Next::OnChange;
    }
    match delete(context, kustomization, key).await {
        Ok(left) if left > 0 && waits(kustomization) => return Next::After(TERMINATION_POLL_INTERVAL),
        Ok(_) => {}
        Err(failure) => {
            let lost = lost_identity(context, kustomization, &failure).await;
            tell(context, object, &lost.map_or(failure.clone(), |what| failure.hint(format!("its {what} is gone, so its objects stay"))));
            if lost.is_none() {
                return Next::Backoff;
            }
        }
    }
    let client = context.cluster.controller();
    let store = &context.kustomizations;
    match status::remove_finalizer::<KustomizationSpec>(&client, store, object, names::FINALIZER, names::KUSTOMIZE_STATUS_MANAGER).await {
        Ok(()) => Next::OnChange,
        Err(_) => Next::Backoff,
    }
}

/// What it takes to act for the tenant and is gone, as when a namespace goes with all that is in it.
async fn lost_identity(context: &Context, kustomization: &Kustomization, failure: &Failure) -> Option<&'static str> {
    if kustomization.spec.kube_config.is_some() {
        return (failure.code == Code::ReferenceNotFound).then_some("kubeconfig");
    }
    let name = wish::account(context, kustomization)?;
    let found = context.cluster.controller().find(&kinds::service_accounts(), &kustomization.metadata.namespace, name).await;
    matches!(found, Ok(None)).then_some("ServiceAccount")
}

fn tell(context: &Context, object: &Object, failure: &Failure) {
    let (reason, message) = (failure.reason.to_owned(), failure.to_string());
    context.events.emit(object, Event { kind: EventKind::Warning, reason, message, metadata: Vec::new() });
}

/// The objects that go with the Kustomization.
async fn doomed(site: &Site, kustomization: &Kustomization, key: &Key) -> Result<Vec<(ObjectId, String)>, Failure> {
    let unreachable = |error: Error| Failure::retry(Stage::Apply, Code::ApiUnavailable, reason::PRUNE_FAILED, error.to_string());
    // A process that was killed may have written more than the status tells.
    follow::follow(site, &follow::kinds(kustomization, &[])).await.map_err(unreachable)?;
    let mut ids: Vec<(ObjectId, String)> = inventory::entries(kustomization).collect();
    let known: HashSet<ObjectId> = ids.iter().map(|(id, _)| id.clone()).collect();
    let announced = Announced::of(kustomization);
    let lost = site.index.owned(key).into_iter().filter(|id| announced.names(id) && !known.contains(id));
    ids.extend(lost.map(|id| (id, String::new())));
    Ok(ids)
}

fn deletes(kustomization: &Kustomization) -> bool {
    let spec = &kustomization.spec;
    let by_policy = match spec.deletion_policy.unwrap_or_default() {
        DeletionPolicy::MirrorPrune => spec.prune,
        DeletionPolicy::Delete | DeletionPolicy::WaitForTermination => true,
        DeletionPolicy::Orphan => false,
    };
    by_policy && !spec.suspend
}

fn waits(kustomization: &Kustomization) -> bool {
    let is_waiting = kustomization.spec.deletion_policy == Some(DeletionPolicy::WaitForTermination);
    let since = kustomization.metadata.deletion_timestamp.map(|time| jiff::Timestamp::now().duration_since(time.get()).unsigned_abs());
    is_waiting && since.is_some_and(|since| since < kustomization.spec.timeout())
}

/// Asks for the deletion of what the policy says; gives how many are still there. A suspended Kustomization leaves its objects.
async fn delete(context: &Context, kustomization: &Kustomization, key: &Key) -> Result<usize, Failure> {
    if !deletes(kustomization) {
        return Ok(0);
    }
    let failure = |code, message| Failure::retry(Stage::Apply, code, reason::PRUNE_FAILED, message);
    let (site, client) = wish::tenant(context, kustomization, key).await?;
    let ids = doomed(&site, kustomization, key).await?;
    let stale = guard::look(&site.cluster, &client, kustomization, &ids).await;
    let stale = stale.map_err(|(id, code, why)| failure(code, format!("{id}: {why}")))?;
    let options = plan::Options {
        owner: (key.namespace.clone(), key.name.clone()),
        prune: true,
        budget: plan::PruneBudget::Off,
        is_confirmed: true,
        ..plan::Options::default()
    };
    let mut entries = plan::plan(&[], &stale, &options).prune;
    entries.sort_by_key(|entry| std::cmp::Reverse(plan::stage_of(&entry.id.group, &entry.id.kind, &[])));
    let applied = apply::carry_out(&client, site.cluster.mapper(), &entries, &apply_options(&context.options)).await;
    let failed: Vec<String> =
        applied.iter().filter_map(|one| one.result.as_ref().err().map(|(_, why)| format!("{}: {why}", one.id))).collect();
    if !failed.is_empty() {
        return Err(failure(Code::PruneFailed, failed.join("\n")));
    }
    applied.iter().for_each(|one| site.index.forget(&one.id, key));
    Ok(entries.iter().filter(|entry| entry.action == Action::Delete).count())
}
