//! What a pass found and did: the value that `report` turns into status, conditions and events.

use std::time::Duration;

use failure::Failure;
use object::ObjectId;
use plan::{Action, Digest};

/// One object of the rendered result, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its identity.
    pub id: ObjectId,
    /// Its API version, without the group.
    pub version: String,
    /// The digest of its content.
    pub digest: Digest,
    /// It was left alone because it says so.
    pub is_ignored: bool,
    /// Its cluster removes it when it is finished.
    pub is_passing: bool,
}

/// How far the objects are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HealthState {
    /// Nobody asked.
    #[default]
    NotChecked,
    /// All are current.
    Healthy,
    /// Some are in progress; look again after a while at the latest.
    Waiting {
        /// Which, and what they say.
        objects: Vec<(ObjectId, String)>,
        /// When to look again if no watch tells earlier.
        look_again: Duration,
    },
    /// Some failed, or did not become current in time.
    Failed(Failure),
}

/// The result of one pass that came as far as `apply`.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The artifact's revision.
    pub revision: String,
    /// The origin revision, if the artifact names one.
    pub origin_revision: String,
    /// The digest of the rendered result.
    pub build_digest: String,
    /// Fields that were left out because the kinds do not know them: a line for each object.
    pub left_out: Vec<String>,
    /// The rendered objects.
    pub items: Vec<Item>,
    /// The inventory entries that stay although they are not wanted: held, or not deleted.
    pub kept: Vec<(ObjectId, String)>,
    /// What was done, in order.
    pub changes: Vec<(ObjectId, Action)>,
    /// What could not be done.
    pub failure: Option<Failure>,
    /// How far the objects are.
    pub health: HealthState,
}
