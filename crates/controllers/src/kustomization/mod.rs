//! The Kustomization controller: seven stages, read aloud in [`Controller::pass`].
//!
//! A pass may run at any time and be killed at any time. It reads the state, never the event: an interval, a new artifact, a
//! changed spec and a touched object all lead to the same pass, which costs nothing where nothing differs.

mod announced;
mod finalize;
mod follow;
mod guard;
mod ignore;
mod inventory;
mod memory;
mod observe;
mod outcome;
mod place;
mod preview;
mod references;
mod remote;
mod render;
mod report;
mod stage;
mod wish;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use api::{Kustomization, KustomizationSpec, names};
use cluster::{Cluster, Error};
use failure::{Class, Code, Failure, Stage};
use object::{Object, ObjectId};
use runtime::{Events, Key, Next, Reconcile, Store, jitter};

use crate::Options;
use crate::referrers::Referrers;
use crate::sites::Sites;
use crate::sources::Sources;
use crate::status::{self, Finalizer};
use announced::Announced;
use memory::Memories;
use outcome::{HealthState, Outcome};
use wish::Wish;

pub use announced::ANNOTATION as ANNOUNCED_ANNOTATION;
pub use place::DEFAULT_NAMESPACE_ANNOTATION;
pub use preview::{Preview, preview};
pub use references::{KIND, things};
pub use render::{Rendered, build_spec, render};
pub use stage::apply_options;
pub use wish::variables;

/// The annotations that say how much may be pruned; a change of them is a change of the wish.
pub const GUARD_ANNOTATIONS: [&str; 2] = [guard::CONFIRM_ANNOTATION, guard::BUDGET_ANNOTATION];

/// Everything a pass needs from outside.
pub struct Context {
    /// The cluster that holds the Kustomizations.
    pub cluster: Cluster,
    /// The clusters that their objects are applied to.
    pub sites: Sites,
    /// Kustomizations as last seen.
    pub kustomizations: Store,
    /// Who of them refers to what.
    pub referrers: Referrers,
    /// Sources as last seen, and their artifacts.
    pub sources: Sources,
    /// Where events go.
    pub events: Events,
    /// How it runs.
    pub options: Options,
}

/// Reconciles Kustomizations.
pub struct Controller {
    context: Context,
    memories: Memories,
}

impl Controller {
    /// A controller that remembers nothing yet.
    pub fn new(context: Context) -> Controller {
        Controller { context, memories: Memories::default() }
    }

    /// One pass: what is declared becomes what is there.
    async fn pass(&self, kustomization: &Kustomization, object: &Object, key: &Key) -> Result<Outcome, Failure> {
        let mut wish = wish::resolve(&self.context, kustomization, key).await?;
        let input = memory::Input::of(kustomization, &wish);
        if !self.memories.has(key, &input) {
            wish.rest = Duration::ZERO;
        }
        let announced = kustomization.spec.prune.then(|| Announced::of(kustomization));
        let mut outcome = match self.memories.unchanged(key, &input, announced.as_ref(), &wish) {
            Some(outcome) => outcome,
            None => {
                let tree = self.context.sources.fetch(&wish.artifact).await?;
                let rendered = render(tree, kustomization, &wish.variables, &self.context.options).await?;
                let placed = place::place(&wish.site.cluster, kustomization, rendered).await;
                self.prepare(kustomization, object, key, &wish, &placed.objects).await?;
                stage::plan_and_apply(&self.context, kustomization, key, &wish, placed).await
            }
        };
        outcome.health = observe::observe(kustomization, &wish, &outcome).await;
        self.memories.remember(key, input, &mut outcome);
        Ok(outcome)
    }

    /// Before the first write: watches of all kinds, the finalizer, and what will be written.
    async fn prepare(
        &self,
        kustomization: &Kustomization,
        object: &Object,
        key: &Key,
        wish: &Wish,
        objects: &[Object],
    ) -> Result<(), Failure> {
        let unreachable =
            |error: Error| Failure::retry(Stage::Apply, Code::ApiUnavailable, api::reason::RECONCILIATION_FAILED, error.to_string());
        follow::follow(&wish.site, &follow::kinds(kustomization, objects)).await.map_err(unreachable)?;
        // What a process before this one has sent may arrive as long as we have not come to an end ourselves.
        let owned: HashSet<ObjectId> = wish.site.index.owned(key).into_iter().collect();
        let may_turn_up = |id: &ObjectId| !self.memories.knows(key) || owned.contains(id);
        let announced = announced::before_writing(kustomization, objects, may_turn_up);
        if kustomization.metadata.has_finalizer(names::FINALIZER) && announced.is_none() {
            return Ok(());
        }
        let fresh = self.context.kustomizations.get(key);
        let object = fresh.as_deref().unwrap_or(object);
        let annotation = announced.as_deref().map(|announced| (announced::ANNOTATION, announced));
        let finalizer = Finalizer { name: names::FINALIZER, annotation };
        status::add_finalizer::<KustomizationSpec>(
            &self.context.cluster.controller(),
            &self.context.kustomizations,
            object,
            finalizer,
            names::KUSTOMIZE_STATUS_MANAGER,
        )
        .await
        .map_err(unreachable)
    }

    fn next(&self, kustomization: &Kustomization, key: &Key, result: &Result<Outcome, Failure>) -> Next {
        let spec = &kustomization.spec;
        let is_late = self.memories.waiting_since(key).is_some_and(|since| since.elapsed() >= spec.timeout());
        match result {
            Ok(outcome) => match (&outcome.failure, &outcome.health) {
                (Some(failure), _) => self.after_failure(kustomization, failure),
                (None, HealthState::Failed(_)) => Next::After(spec.retry_interval()),
                (None, HealthState::Waiting { .. }) if is_late => Next::After(spec.retry_interval()),
                (None, HealthState::Waiting { look_again, .. }) => Next::After(*look_again),
                _ => Next::After(jitter(spec.interval.get(), self.context.options.interval_jitter_percent)),
            },
            Err(failure) => self.after_failure(kustomization, failure),
        }
    }

    fn after_failure(&self, kustomization: &Kustomization, failure: &Failure) -> Next {
        match failure.class {
            Class::Stalled => Next::OnChange,
            Class::Wait => Next::After(self.context.options.requeue_dependency.min(kustomization.spec.retry_interval())),
            Class::Retry if failure.code == Code::ApiUnavailable => Next::Backoff,
            Class::Retry => Next::After(kustomization.spec.retry_interval()),
        }
    }
}

/// The failure of a pass whose cluster did not answer once it was reached.
fn unanswered(result: &Result<Outcome, Failure>) -> Option<&Failure> {
    let failure = match result {
        Ok(outcome) => outcome.failure.as_ref(),
        Err(failure) => Some(failure),
    };
    failure.filter(|failure| failure.code == Code::ApiUnavailable && failure.stage != Stage::Resolve)
}

impl Reconcile for Controller {
    fn name(&self) -> &'static str {
        "kustomization"
    }

    fn kind(&self) -> &'static str {
        "Kustomization"
    }

    async fn reconcile(&self, key: &Key) -> Next {
        let Some(object) = self.context.kustomizations.get(key) else {
            self.memories.forget(key);
            self.context.sites.leave(key);
            return Next::OnChange;
        };
        let kustomization = match Kustomization::try_from(&*object) {
            Ok(kustomization) => kustomization,
            Err(error) => {
                tracing::error!(object = %object, %error, "cannot be read");
                return Next::OnChange;
            }
        };
        if kustomization.metadata.is_terminating() {
            return finalize::finalize(&self.context, &kustomization, &object, key).await;
        }
        if kustomization.spec.suspend {
            return Next::OnChange;
        }
        let began = Instant::now();
        let result = self.pass(&kustomization, &object, key).await;
        if let Some(failure) = unanswered(&result) {
            self.context.sites.fell_silent(key, &failure.message);
        }
        let reported = report::report(&self.context, &self.memories, &kustomization, key, &result, began.elapsed()).await;
        match reported {
            Ok(()) => self.next(&kustomization, key, &result),
            Err(error) => {
                tracing::debug!(object = %object, %error, "status not written");
                Next::Backoff
            }
        }
    }
}
