//! The kinds Sluice speaks: the Flux API as plain data, and the CRDs made from it.
//!
//! Each kind is one file whose structs are type and schema in one (`shape!` in `schema.rs`); [`crds`] makes the CustomResourceDefinitions from
//! them. Refuses to be: a client, a clock or a judge. Begin with [`Kustomization`], then [`Conditions`], then `schema.rs`.

mod artifact;
pub mod condition;
mod crd;
mod duration;
mod generator;
pub mod helm;
mod history;
mod inventory;
mod kustomization;
pub mod names;
pub mod reason;
mod reference;
mod resource;
mod revision;
pub mod schema;
pub mod source;
mod time;

pub use artifact::Artifact;
pub use condition::{Condition, ConditionStatus, Conditions};
pub use crd::{Column, Definition, crd};
pub use duration::{Duration, ParseDurationError};
pub use generator::*;
pub use helm::{HelmRelease, HelmReleaseSpec, HelmReleaseStatus};
pub use history::{HISTORY_MAX, History, Snapshot};
pub use inventory::{Inventory, InventoryEntry};
pub use kustomization::*;
pub use reference::*;
pub use resource::{Metadata, OwnerReference, Resource, Spec, WrongKind};
pub use revision::Revision;
pub use source::*;
pub use time::Time;

use object::Value;

/// The CustomResourceDefinition of every kind, sources first.
pub fn crds() -> Vec<Value> {
    vec![
        crd::<GitRepositorySpec>(),
        crd::<OCIRepositorySpec>(),
        crd::<BucketSpec>(),
        crd::<HelmRepositorySpec>(),
        crd::<HelmChartSpec>(),
        crd::<ExternalArtifactSpec>(),
        crd::<ArtifactGeneratorSpec>(),
        crd::<KustomizationSpec>(),
        crd::<HelmReleaseSpec>(),
    ]
}
