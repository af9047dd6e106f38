//! The controller of any source: look upstream, fetch what is new, store it, tell.

use std::path::Path;

use api::{Artifact, Resource as Typed, names, reason};
use artifact::{Digest, Home};
use failure::{Class, Code, Failure, Stage};
use object::Object;
use runtime::{Key, Next, Reconcile, jitter};

use super::contract::{Content, Context, Fetched, NewArtifact, Source, SourceStatus};
use super::{DIRECTORY_ANNOTATION, report};
use crate::status;

/// Reconciles the objects of one kind of source.
pub struct Controller<S: Source> {
    context: Context,
    kind: std::marker::PhantomData<fn() -> S>,
}

impl<S: Source> Controller<S> {
    /// A controller for the kind `S`.
    pub fn new(context: Context) -> Controller<S> {
        Controller { context, kind: std::marker::PhantomData }
    }

    async fn pass(&self, object: &Typed<S>) -> Result<Option<(Artifact, NewArtifact)>, Failure> {
        let current = self.current(object).await;
        let is_observed = object.spec.is_observed(&object.status);
        let found = S::fetch(&self.context, object, current.as_ref().filter(|_| is_observed)).await?;
        match found {
            Fetched::Unchanged => Ok(None),
            Fetched::New(new) => {
                if matches!(&new.content, Content::Tree(tree) if tree.is_empty()) {
                    let message = format!("revision {} holds no file after the ignore rules; the last artifact stays", new.revision);
                    return Err(Failure::retry(Stage::Fetch, Code::EmptySource, reason::EMPTY_GIT_REPOSITORY, message));
                }
                let artifact = self.store(object, &new).await?;
                Ok(Some((artifact, new)))
            }
        }
    }

    /// The artifact of the status, if storage still has it.
    async fn current(&self, object: &Typed<S>) -> Option<Artifact> {
        let artifact = object.status.clone().parts().artifact.clone()?;
        let digest: Digest = artifact.digest.parse().ok()?;
        let (store, path) = (self.context.sources.artifacts().clone(), artifact.path.clone());
        let is_there = tokio::task::spawn_blocking(move || store.verify(&path, &digest).unwrap_or(false)).await;
        is_there.unwrap_or(false).then_some(artifact)
    }

    async fn store(&self, object: &Typed<S>, new: &NewArtifact) -> Result<Artifact, Failure> {
        report::store(&self.context, S::DEFINITION.kind, &object.metadata.namespace, &object.metadata.name, new).await
    }

    async fn gone(&self, key: &Key) {
        let store = self.context.sources.artifacts().clone();
        let Ok(home) = Home::new(S::DEFINITION.kind, &key.namespace, &key.name) else { return };
        let removed = tokio::task::spawn_blocking(move || store.remove(&home)).await;
        if let Ok(Err(error)) = removed {
            tracing::warn!(object = %key, %error, "artifacts of a removed source are still there");
        }
    }

    /// Sources need no finalizer: their artifacts are removed when they are gone. One that was set by others is taken off.
    async fn release(&self, object: &Object, key: &Key) -> Next {
        self.gone(key).await;
        let Some(store) = self.context.sources.store(S::DEFINITION.kind) else { return Next::OnChange };
        let client = self.context.cluster.controller();
        match status::remove_finalizer::<S>(&client, store, object, names::FINALIZER, names::SOURCE_MANAGER).await {
            Ok(()) => Next::OnChange,
            Err(_) => Next::Backoff,
        }
    }
}

impl<S: Source> Reconcile for Controller<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn kind(&self) -> &'static str {
        S::DEFINITION.kind
    }

    async fn reconcile(&self, key: &Key) -> Next {
        let Some(object) = self.context.sources.get(S::DEFINITION.kind, key) else {
            self.gone(key).await;
            return Next::OnChange;
        };
        let typed = match Typed::<S>::try_from(&*object) {
            Ok(typed) => typed,
            Err(error) => {
                tracing::error!(object = %object, %error, "cannot be read");
                return Next::OnChange;
            }
        };
        if typed.metadata.is_terminating() {
            return self.release(&object, key).await;
        }
        if typed.spec.is_suspended() || object.annotation(DIRECTORY_ANNOTATION).is_some_and(|path| Path::new(path).is_absolute()) {
            return Next::OnChange;
        }
        let result = self.pass(&typed).await;
        if report::report(&self.context, &typed, &object, &result).await.is_err() {
            return Next::Backoff;
        }
        match result {
            Ok(_) => Next::After(jitter(typed.spec.interval(), self.context.options.interval_jitter_percent)),
            Err(failure) if failure.class == Class::Stalled => Next::OnChange,
            Err(_) => Next::Backoff,
        }
    }
}
