//! What a kind of source is: one file that implements [`Source`], and one line where the controllers are started.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use api::condition::FETCH_FAILED;
use api::{Artifact, Conditions, Resource as Typed, Spec};
use artifact::Tree;
use bytes::Bytes;
use cluster::Cluster;
use failure::Failure;
use object::Object;
use runtime::Events;

use super::Sources;
use crate::Options;
use crate::referrers::Thing;

/// Everything that source controllers need from outside.
#[derive(Clone)]
pub struct Context {
    /// The cluster that holds the sources.
    pub cluster: Cluster,
    /// The sources and their content.
    pub sources: Sources,
    /// Where events go.
    pub events: Events,
    /// How it runs.
    pub options: Options,
    /// The address under which other processes reach the artifact server, such as `sluice.flux-system.svc`.
    pub advertised: Arc<str>,
}

/// A kind of source. A new kind is one file with this, and one line where the controllers are started.
pub trait Source: Spec<Status: SourceStatus> {
    /// The name in metrics, such as `gitrepository`.
    const NAME: &'static str;
    /// What its conditions call a revision.
    const REVISION: &'static str;

    /// How often the upstream is looked at.
    fn interval(&self) -> Duration;

    /// Whether nothing is to be done.
    fn is_suspended(&self) -> bool;

    /// Looks upstream. `current` is the artifact that is in storage and was made by the spec as it is now.
    fn fetch(context: &Context, object: &Typed<Self>, current: Option<&Artifact>) -> impl Future<Output = Result<Fetched, Failure>> + Send;

    /// Whether the artifact in the status was made by the spec as it is now.
    fn is_observed(&self, status: &Self::Status) -> bool;

    /// Notes in the status by which spec a new artifact was made, and of what.
    fn observe(&self, status: &mut Self::Status, new: &NewArtifact);

    /// What an object refers to, and whose new artifact is a reason to look again.
    fn things(_object: &Object) -> Vec<Thing> {
        Vec::new()
    }

    /// The condition, beside Ready, that tells of a failure.
    fn failure_condition(_failure: &Failure) -> &'static str {
        FETCH_FAILED
    }
}

/// What a look upstream gave.
pub enum Fetched {
    /// The current artifact is what upstream has.
    Unchanged,
    /// There is something new.
    New(NewArtifact),
}

/// Content that is to become the artifact.
pub struct NewArtifact {
    /// Its revision.
    pub revision: String,
    /// The file name in the store.
    pub file: String,
    /// What is stored.
    pub content: Content,
    /// Further facts for the status.
    pub metadata: std::collections::BTreeMap<String, String>,
    /// The event's message.
    pub news: String,
    /// The artifacts of others that were copied in.
    pub included: Vec<Artifact>,
}

/// What is stored.
pub enum Content {
    /// A tree, packed by us.
    Tree(Tree),
    /// Bytes as they came.
    Bytes(Bytes),
}

/// The parts that the status of every source has.
pub struct Parts<'a> {
    /// The artifact in storage.
    pub artifact: &'a mut Option<Artifact>,
    /// The conditions.
    pub conditions: &'a mut Conditions,
    /// The generation that was looked at last.
    pub observed_generation: &'a mut i64,
    /// The request that was answered last.
    pub last_handled_reconcile_at: &'a mut String,
}

/// A status of a source.
pub trait SourceStatus: Clone {
    /// The parts that every source has.
    fn parts(&mut self) -> Parts<'_>;
}

/// Finds the parts in a status whose fields have their usual names.
macro_rules! source_status {
    ($status:ty) => {
        impl crate::sources::contract::SourceStatus for $status {
            fn parts(&mut self) -> crate::sources::contract::Parts<'_> {
                crate::sources::contract::Parts {
                    artifact: &mut self.artifact,
                    conditions: &mut self.conditions,
                    observed_generation: &mut self.observed_generation,
                    last_handled_reconcile_at: &mut self.last_handled_reconcile_at,
                }
            }
        }
    };
}
pub(super) use source_status;
