//! Kinds that have no state of their own: they are as their spec asks as soon as they are there.

use jiff::Timestamp;
use object::Object;

use crate::Health;

/// ConfigMap, Secret, CronJob.
pub fn ready(_: &Object, _: Timestamp) -> Health {
    Health::current("Resource is always ready")
}

/// PodDisruptionBudget: the generic rule has seen to it that its generation is observed.
pub fn computed(_: &Object, _: Timestamp) -> Health {
    Health::current("AllowedDisruptions has been computed.")
}
