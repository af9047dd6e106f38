//! Stores an artifact and tells about it: status, conditions, events.

use std::time::SystemTime;

use api::condition::{ARTIFACT_IN_STORAGE, FETCH_FAILED, INCLUDE_UNAVAILABLE, READY, RECONCILING, STALLED};
use api::{Artifact, Condition, ConditionStatus, Resource as Typed, Time, names, reason};
use artifact::{Home, StoreError, Stored};
use cluster::Error;
use failure::{Class, Code, Failure, Stage, with_causes};
use object::Object;
use runtime::{Event, EventKind};

use super::contract::{Content, Context, NewArtifact, Parts, Source, SourceStatus};
use crate::status;

/// Puts content into the store and describes it. Older files of the object are collected.
pub async fn store(context: &Context, kind: &str, namespace: &str, name: &str, new: &NewArtifact) -> Result<Artifact, Failure> {
    let failed =
        |error: StoreError| Failure::retry(Stage::Fetch, Code::StorageFailed, reason::ARCHIVE_OPERATION_FAILED, with_causes(&error));
    let home = Home::new(kind, namespace, name).map_err(failed)?;
    let (store, file) = (context.sources.artifacts().clone(), new.file.clone());
    let content = match &new.content {
        Content::Tree(tree) => Content::Tree(tree.clone()),
        Content::Bytes(bytes) => Content::Bytes(bytes.clone()),
    };
    let stored = tokio::task::spawn_blocking(move || {
        let stored = match content {
            Content::Tree(tree) => store.put_tree(&home, &file, &tree),
            Content::Bytes(bytes) => store.put(&home, &file, &bytes),
        }?;
        store.collect(&home, &file, SystemTime::now())?;
        Ok(stored)
    });
    let stored: Result<Stored, StoreError> = stored.await.map_err(|panic| {
        Failure::retry(Stage::Fetch, Code::Internal, reason::ARCHIVE_OPERATION_FAILED, format!("internal: storing broke off: {panic}"))
    })?;
    let stored = stored.map_err(failed)?;
    Ok(Artifact {
        digest: stored.digest.to_string(),
        last_update_time: Time::from(jiff::Timestamp::now()),
        url: format!("http://{}/{}", context.advertised, stored.path),
        path: stored.path,
        revision: new.revision.clone(),
        metadata: new.metadata.clone(),
        size: i64::try_from(stored.size_bytes).unwrap_or(i64::MAX),
    })
}

/// Stores content for a source that is not fetched by a controller, and tells about it.
pub async fn publish<S: Source>(context: &Context, object: &Object, new: NewArtifact) -> Result<(), Failure> {
    let invalid = |message: String| Failure::retry(Stage::Report, Code::Internal, reason::FAILED, message);
    let typed = Typed::<S>::try_from(object).map_err(|error| invalid(error.to_string()))?;
    let artifact = store(context, S::DEFINITION.kind, object.namespace(), object.name(), &new).await?;
    report(context, &typed, object, &Ok(Some((artifact, new)))).await.map_err(|error| invalid(error.to_string()))
}

/// Writes the status if it differs, and emits an event where something is new.
pub async fn report<S: Source>(
    context: &Context,
    before: &Typed<S>,
    object: &Object,
    result: &Result<Option<(Artifact, NewArtifact)>, Failure>,
) -> Result<(), Error> {
    let mut after = before.status.clone();
    if let Ok(Some((_, new))) = result {
        before.spec.observe(&mut after, new);
    }
    describe(before, &mut after, result);
    let store = context.sources.store(S::DEFINITION.kind).expect("there is a store for every kind");
    status::write::<S>(&context.cluster.controller(), store, object, &after, names::SOURCE_MANAGER).await?;
    let before_ready = before.status.clone().parts().conditions.get(READY).map(|ready| ready.message.clone());
    emit(context, object, before_ready, result);
    Ok(())
}

fn describe<S: Source>(before: &Typed<S>, after: &mut S::Status, result: &Result<Option<(Artifact, NewArtifact)>, Failure>) {
    let (generation, now) = (before.metadata.generation, Time::from(jiff::Timestamp::now()));
    let Parts { artifact, conditions, observed_generation, last_handled_reconcile_at } = after.parts();
    let mut set =
        |r#type, state, word: &str, message: String| conditions.set(Condition::new(r#type, state, word, message), generation, now);
    match result {
        Ok(found) => {
            if let Some((stored, _)) = found {
                *artifact = Some(stored.clone());
            }
            let known = artifact.as_ref().map(|artifact| artifact.revision.clone()).unwrap_or_default();
            let message = format!("stored artifact for {} '{known}'", S::REVISION);
            set(READY, ConditionStatus::True, reason::SUCCEEDED, message.clone());
            set(ARTIFACT_IN_STORAGE, ConditionStatus::True, reason::SUCCEEDED, message);
            [FETCH_FAILED, INCLUDE_UNAVAILABLE, RECONCILING, STALLED].into_iter().for_each(|r#type| conditions.remove(r#type));
        }
        Err(failure) => {
            set(READY, ConditionStatus::False, failure.reason, failure.to_string());
            set(S::failure_condition(failure), ConditionStatus::True, failure.reason, failure.to_string());
            [FETCH_FAILED, INCLUDE_UNAVAILABLE]
                .into_iter()
                .filter(|r#type| *r#type != S::failure_condition(failure))
                .for_each(|r#type| conditions.remove(r#type));
            if failure.class == Class::Stalled {
                conditions.set_stalled(failure.reason, failure.to_string(), generation, now);
            }
        }
    }
    *observed_generation = generation;
    if let Some(requested) = before.metadata.requested_at() {
        *last_handled_reconcile_at = requested.to_owned();
    }
}

fn emit(context: &Context, object: &Object, before: Option<String>, result: &Result<Option<(Artifact, NewArtifact)>, Failure>) {
    let event = |kind, reason: &str, message: String, metadata| Event { kind, reason: reason.to_owned(), message, metadata };
    let event = match result {
        Ok(Some((artifact, new))) => {
            let metadata = vec![
                (format!("{}/revision", names::SOURCE_GROUP), artifact.revision.clone()),
                (format!("{}/digest", names::SOURCE_GROUP), artifact.digest.clone()),
            ];
            event(EventKind::Normal, "NewArtifact", new.news.clone(), metadata)
        }
        Err(failure) if before.as_deref() != Some(failure.to_string().as_str()) => {
            event(EventKind::Warning, failure.reason, failure.to_string(), Vec::new())
        }
        _ => return,
    };
    context.events.emit(object, event);
}
